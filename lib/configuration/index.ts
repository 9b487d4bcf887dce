export * from './default-template';
export * from './murmur3';
export * from './pod-configuration';
export * from './render';
export * from './router-configuration';
export * from './session';
export * from './template-context';
export * from './workload-text';
