import { PROBES } from '../../../lib/settings';
import { Limits } from './progress';

/** How long the router and the runtime may take to stop after the preStop hook, in milliseconds: as in the images. */
export const STOP_MS = 15_000;

/** How long MetalLB may take to withdraw an address, in milliseconds: up to 4.4 s were measured. */
const METALLB_MS = 5_000;

const { periodSeconds, failureThreshold } = PROBES.readiness;

export const LIMITS: Limits = {
  asking: 10_000,
  margin: { least: 3_000, most: 10_000 },
  sending: 45_000,
  withdrawing: periodSeconds * failureThreshold * 1000 + METALLB_MS,
};
