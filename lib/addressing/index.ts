export * from './as-number';
export * from './community';
export * from './disjoint-spans';
export * from './family';
export * from './ip';
export * from './names';
