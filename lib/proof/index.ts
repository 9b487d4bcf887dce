export type { Known } from './network';
export * from './result';
export { type HeldPath, type Holding, routesOf, type Route, simulate, type Simulation } from './simulation';
