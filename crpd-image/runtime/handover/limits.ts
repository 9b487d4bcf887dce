import { Limits } from './progress';

/** How long the router and the runtime may take to stop after the preStop hook, in milliseconds: as in the images. */
export const STOP_MS = 15_000;

export const LIMITS: Limits = {
  asking: 10_000,
  margin: { least: 3_000, most: 10_000 },
  sending: 45_000,
  // The readiness probe has to fail, and MetalLB takes up to 5 s more.
  withdrawing: 15_000,
};
