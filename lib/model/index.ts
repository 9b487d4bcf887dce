export { assumedClients, type ServingGroup } from './assumed-clients';
export { chosenOf, type Failed, sessionsOf } from './choice';
export * from './declarations';
export { type Basis, derive, expand } from './expand';
export { append, grouped, sorted } from './order';
export { assumedNodes, includes, nodeId, type PlacedGroup } from './placement';
export { clientGroupOf } from './sessions';
export * from './topology';
export { formatTopology, parseTopology } from './topology-file';
