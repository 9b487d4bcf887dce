import { Readiness } from './readiness';

/** The answer to a probe: HTTP status 200 or 503, with a line for people. */
export interface ProbeAnswer {
  readonly ok: boolean;
  readonly text: string;
}

/** What the answers depend on. */
export interface Probed {
  /** Why the router does not answer; undefined if it does. */
  readonly routerFault: () => Promise<string | undefined>;
  /** Undefined if the daemon has not decided since the container started. */
  readonly readiness: () => Readiness | undefined;
}

/** The metrics, in the text format of Prometheus. */
export type Metrics = () => Promise<string>;

/** The paths of the probes. */
export const PROBE_ANSWERS: Readonly<Record<string, (probed: Probed) => Promise<ProbeAnswer>>> = {
  /** Depends on the router only: a fault of DNS, of a peer or of the daemon must not restart the pod. */
  '/livez': async ({ routerFault }) => {
    const fault = await routerFault();
    return fault === undefined ? { ok: true, text: 'ok' } : { ok: false, text: `the router does not answer: ${fault}` };
  },
  '/readyz': async (probed) => {
    const { ready, reason } = probed.readiness() ?? { ready: false, reason: 'the daemon has not reported yet' };
    return ready ? PROBE_ANSWERS['/livez'](probed) : { ok: false, text: `not ready: ${reason}` };
  },
};
