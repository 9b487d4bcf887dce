import { setTimeout as sleep } from 'timers/promises';
import { Settings } from '../../../lib/settings';
import { monotonicMs as now } from '../clock';
import { Interlock, NO_INTERLOCK } from './interlock';
import { Holder } from './lease';
import type { LeaseStore } from './lease-store';
import type { Release, ReleaseOptions } from './release';

type Terms = Pick<
  Settings,
  'lease' | 'leaseSuccessor' | 'identity' | 'instance' | 'podUid' | 'graceSeconds' | 'kubeNamespace'
>;

/** What a pod with a Lease needs; undefined without one. Code for the API takes memory, so it is loaded only then. */
async function leaseOf(settings: Terms): Promise<{ readonly store: LeaseStore; readonly self: Holder } | undefined> {
  const { lease, leaseSuccessor, identity = '', instance = '', podUid, kubeNamespace } = settings;
  if (lease === undefined || podUid === undefined) return undefined;
  const [{ podApi }, { leaseStore }] = await Promise.all([import('../discovery/pod-api'), import('./lease-store')]);
  const self = { instance: leaseSuccessor === 'any' ? '' : `${identity}@${instance}`, uid: podUid };
  return { store: leaseStore(podApi({ env: process.env }), kubeNamespace, lease), self };
}

/** The interlock of a pod that is about to end. */
export async function createInterlock(settings: Terms): Promise<Interlock> {
  const lease = await leaseOf(settings);
  if (!lease) return NO_INTERLOCK;
  const { LeaseInterlock } = await import('./lease-interlock');
  return new LeaseInterlock({ ...lease, graceSeconds: settings.graceSeconds, now, sleep });
}

/** What gives back the Lease of a predecessor; undefined without a Lease. */
export async function createRelease(
  settings: Terms,
  terms: Pick<ReleaseOptions, 'wasReady' | 'log' | 'conditions'>,
): Promise<Release | undefined> {
  const lease = await leaseOf(settings);
  if (!lease) return undefined;
  const { Release } = await import('./release');
  return new Release({ ...lease, ...terms, graceSeconds: settings.graceSeconds });
}
