export * from './capabilities';
export * from './codec';
export * from './definition';
export * from './environment';
export * from './groups';
export * from './local-preference';
export * from './runtime';
export * from './table';
