import { PROBE_ANSWERS, Probed } from '../daemon/probe-answers';
import { HANDOVER_STATES, HandoverState } from '../handover/handover-file';
import { Exposition } from './exposition';

/** Replaced by the bundler. */
declare const MESHRR_VERSION: string | undefined;

const version = typeof MESHRR_VERSION === 'undefined' ? 'unbundled' : MESHRR_VERSION;

export interface PodFigures {
  readonly router: 'crpd' | 'frr';
  readonly probed: Probed;
  readonly handover: () => HandoverState | undefined;
}

/**
 * What the runtime and its stand-in both know.
 *
 * @param isRuntime whether the runtime answers
 */
export async function podFigures({ router, probed, handover }: PodFigures, isRuntime: boolean): Promise<Exposition> {
  const page = new Exposition();
  const { ok: ready } = await PROBE_ANSWERS['/readyz'](probed);
  page.add('meshrr_build_info', 1, { version, router });
  page.add('meshrr_runtime_up', isRuntime);
  page.add('meshrr_ready', ready);
  page.add('meshrr_router_reachable', (await probed.routerFault()) === undefined);
  const current = handover();
  for (const state of HANDOVER_STATES) page.add('meshrr_handover_state', state === current, { state });
  return page;
}
