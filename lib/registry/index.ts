export * from './client-routes';
export * from './clusters';
export type * from './declarations';
export * from './declare';
export * from './invalid-prop';
export { type Registry, registryOf } from './registry';
export { MadeObjects } from './made-objects';
