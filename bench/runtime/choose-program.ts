import { PodConfiguration } from '../../lib/configuration';
import { newMembership, observe } from '../../crpd-image/runtime/discovery/membership';
import { changesBetween, wantedNeighbors } from '../../crpd-image/runtime/peers/wanted-neighbors';
import { median } from '../figure';

type Group = PodConfiguration['discovered'][number];

const PEERS = 1000;
const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const mesh: Group = { kind: 'mesh', name: 'MESHRR-MESH', service };
const upstream: Group = { kind: 'upstream', name: 'MESHRR-UPSTREAM', service, sessions: 2 };

/** Milliseconds from an answer with this many endpoints to the list of changes. */
function choose(group: Group, count: number): number {
  const endpoints = Array.from({ length: count }, (_, i) => ({ address: `10.42.${i >> 8}.${i & 255}` }));
  const known = { now: 0, configured: new Set<string>(), established: new Set<string>(), own: new Set<string>() };
  const state = newMembership({ listsSelf: false });
  const start = process.hrtime.bigint();
  const { present } = observe(state, { ...known, answer: { kind: 'found', endpoints, source: 'dns' } });
  const view = { group, present, ...known, lost: known.established, unresponsive: known.established };
  const { wanted } = wantedNeighbors([view], '10.42.200.1', known.established);
  const changes = changesBetween([], wanted);
  const took = Number(process.hrtime.bigint() - start) / 1e6;
  if (changes.length !== (group.sessions ?? count)) throw new Error('not all were chosen');
  return took;
}

const times = (group: Group) => Array.from({ length: 41 }, () => choose(group, PEERS)).slice(1);
console.log(JSON.stringify({ chooseMs1000: Math.max(median(times(mesh)), median(times(upstream))) }));
