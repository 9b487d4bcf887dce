export { chosenOf, type Failed, sessionsOf } from './choice';
export * from './declarations';
export { expand } from './expand';
export { nodeId } from './placement';
export { clientGroupOf } from './sessions';
export * from './topology';
