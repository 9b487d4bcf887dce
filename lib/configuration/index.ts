export * from './murmur3';
export * from './pod-configuration';
export * from './router-configuration';
export * from './session';
export * from './template-context';
