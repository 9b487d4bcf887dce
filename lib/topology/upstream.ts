import { IConstruct } from 'constructs';
import { covers, IpPrefix } from '../addressing';
import { rejectOtherCluster } from '../registry/declared';
import { reject } from '../registry/invalid-prop';
import { SETTINGS } from '../settings';
import { Mesh } from './mesh';

/** A region, as its place in a hierarchy needs to know it. */
export interface Tier extends IConstruct {
  readonly region: string;
  readonly mesh: Mesh;
  /** Where the pods of its cluster have their addresses from. */
  readonly podNetworks: readonly IpPrefix[];
  /** The region whose routers are this one's route reflectors. */
  readonly upstream?: Tier;
}

/**
 * Holds a region against the one upstream, once all regions are there. cdk8s may ask more than once, so this is pure.
 *
 * @throws InvalidPropError for a loop, and for an upstream that could not serve the region
 */
export function rejectUpstream(tier: Tier): void {
  const { upstream, mesh } = tier;
  if (!upstream) return;
  rejectLoop(tier);
  rejectOtherCluster(tier, 'upstream', upstream);
  const theirs = upstream.node.path;
  if (upstream.mesh.autonomousSystem !== mesh.autonomousSystem) {
    const allowed = `${upstream.mesh.autonomousSystem}, that of ${theirs} upstream: the sessions are iBGP`;
    reject(tier, 'autonomousSystem', mesh.autonomousSystem, allowed);
  }
  if (upstream.mesh.namespace !== mesh.namespace) {
    const allowed = `a region in the same namespace; ${theirs} is in ${upstream.mesh.namespace ?? 'that of kubectl'}`;
    reject(tier, 'upstream', upstream.region, allowed);
  }
  if (!mesh.isAcrossClusters) rejectOtherNetworks(tier, upstream);
  if (upstream.mesh.settings.serviceRootDomain !== mesh.settings.serviceRootDomain) {
    const domain = upstream.mesh.settings.serviceRootDomain ?? SETTINGS.serviceRootDomain.default;
    const own = mesh.settings.serviceRootDomain ?? SETTINGS.serviceRootDomain.default;
    reject(tier, 'serviceRootDomain', own, `${domain}, where ${theirs} upstream is found: a pod looks in one domain`);
  }
  const further = mesh.families.find((family) => !upstream.mesh.families.includes(family));
  if (further === undefined) return;
  reject(
    tier,
    `addressFamilies.${further}`,
    true,
    `false, as in ${theirs} upstream, which would not pass the routes on`,
  );
}

/** Both sides take only addresses of their own pod networks for routers that the other's Service lists. */
function rejectOtherNetworks(tier: Tier, upstream: Tier): void {
  const theirs = upstream.node.path;
  const lacks = (networks: readonly IpPrefix[], all: readonly IpPrefix[]) =>
    all.find((network) => !networks.some((own) => covers(own, network)));
  const texts = tier.podNetworks.map(({ text }) => text);
  const missing = lacks(tier.podNetworks, upstream.podNetworks);
  if (missing) {
    const allowed = `networks with ${missing.text}, where ${theirs} upstream has its pods: a pod takes no others for routers`;
    reject(tier, 'podNetworks', texts, allowed);
  }
  const further = lacks(upstream.podNetworks, tier.podNetworks);
  if (further) {
    const allowed = `networks without ${further.text}, which ${theirs} upstream does not have: it takes no others for clients`;
    reject(tier, 'podNetworks', texts, allowed);
  }
}

function rejectLoop(tier: Tier): void {
  const trail: Tier[] = [tier];
  for (let next = tier.upstream; next; next = next.upstream) {
    if (next === tier) {
      const loop = [...trail, tier].map(({ region }) => region).join(' -> ');
      reject(tier, 'upstream', tier.upstream?.region, `no loop: ${loop}`);
    }
    if (trail.includes(next)) return; // A loop further up, which its own regions refuse.
    trail.push(next);
  }
}
