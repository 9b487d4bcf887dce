export { chosenOf, type Failed, sessionsOf } from './choice';
export * from './declarations';
export { expand } from './expand';
export { grouped, sorted } from './order';
export { includes, nodeId } from './placement';
export { clientGroupOf } from './sessions';
export * from './topology';
