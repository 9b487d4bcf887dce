import { BgpTopology, formOf, isMemberOf, OutsideSpeaker, ReachabilityForm, RouterGroup } from '../model';
import { Problem, problem } from '../registry';
import { OWN_GROUPS, secretKeyAt } from '../settings';
import { ofClient } from './clients';
import { TopologyRule } from './rule';

/** Why a translated path does not carry what the session of a member is to have. */
const OBSTACLES = {
  authentication: 'translates the address, which TCP MD5 signs',
  gtsmHops: 'has packets forwarded by the node, which lowers their TTL',
} as const;

const carries = ({ carries: of }: ReachabilityForm) => ({ authentication: of.tcpMd5, gtsmHops: of.gtsm });

function* memberCarried(path: string, router: OutsideSpeaker, group: RouterGroup): Iterable<Problem> {
  const form = formOf(group.reachedBy);
  if (!form || !isMemberOf(router, group)) return;
  for (const prop of ['authentication', 'gtsmHops'] as const) {
    const given = router.member?.[prop];
    if (given === undefined || carries(form)[prop]) continue;
    const allowed = `nothing, or regions on FRR with Reachability.hostNetwork: ${form.name} of ${group.part.path} ${OBSTACLES[prop]}`;
    yield problem(path, `member.${prop}`, typeof given === 'number' ? given : given.secretName, allowed);
  }
}

/** Whether other pods connect to these: the router then listens on addresses of the nodes, too. */
const isDialed = ({ meshes, clients }: RouterGroup) =>
  meshes.length > 0 || clients.some(({ service }) => service !== undefined);

const ALONE =
  'nothing, or a region whose pods no other pod connects to (fullMesh: false, and no regions or pods below it): bgpd has keys on one of its addresses alone, and would accept the client without the key on that of the node';

/** Pods that would accept clients without their keys. */
const isOpen = (group: RouterGroup) => formOf(group.reachedBy)?.isHostNetwork === true && isDialed(group);

function* rangesOnOneAddress({ groups }: BgpTopology): Iterable<Problem> {
  for (const { part, clients } of groups.filter(isOpen)) {
    for (const { ranges, keyFile = '', name, members } of clients) {
      if (members) continue;
      const secret = ranges.length > 0 ? secretKeyAt(keyFile)?.secretName : undefined;
      const place = name.startsWith(OWN_GROUPS.clients) ? 'clientSessions.authentication' : 'groups';
      if (secret !== undefined) yield problem(part.path, place, secret, ALONE);
    }
  }
}

function* memberOnOneAddress(path: string, router: OutsideSpeaker, group: RouterGroup): Iterable<Problem> {
  const { authentication } = router.member ?? {};
  if (!authentication || !isOpen(group) || !isMemberOf(router, group)) return;
  yield problem(path, 'member.authentication', authentication.secretName, ALONE);
}

export const CLIENT_SESSIONS: readonly TopologyRule[] = [
  {
    id: 'client-member-carried',
    wants:
      'A member has a TCP MD5 key, or GTSM, only where nothing translates its path to the pods (`Reachability.hostNetwork`).',
    source: 'RFC 2385, RFC 5082',
    check: ofClient(memberCarried),
  },
  {
    id: 'client-key-one-address',
    wants: 'Pods in the network of their nodes have keys of clients only if no other pod connects to them.',
    source: 'FRR',
    check: function* (registry, topology) {
      yield* rangesOnOneAddress(topology);
      yield* ofClient(memberOnOneAddress)(registry, topology);
    },
  },
];
