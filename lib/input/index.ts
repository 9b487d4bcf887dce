export * from './checks';
export * from './validation-error';
export * from './shown-text';
export * from './units';
export * from './merge';
