import { Construct } from 'constructs';
import { Read } from '../input';
import { referenceOf, rejectHostNetwork, rejectOutsidePool } from '../reachability/reachability';
import { declareReference, readProp, reject } from '../registry';
import { familyProblem, rejectAsRanges } from '../settings';
import { rejectUncarried } from './client-sessions';
import { ImportedRegion } from './imported-region';
import { rejectAddresses } from './pod-networks';
import { regionShape } from './region-props';
import { LabelsOfSides } from './sides';

/** The props of a region, read. */
type Region = Read<typeof regionShape> & { readonly upstream?: unknown };

/** What follows from the props of a region, and contradicts others. */
export interface Derived {
  /** Whether every pod may be a client. */
  readonly pods: boolean;
  /** The labels of the region's nodes. */
  readonly nodes: Readonly<Record<string, string>>;
  /** The labels of the nodes of each side. */
  readonly sides: LabelsOfSides;
}

/**
 * Refuses props of a region that contradict each other.
 *
 * @throws InvalidPropError
 */
export function rejectContradictions(construct: Construct, region: Region, derived: Derived): void {
  if (!region.fullMesh && region.upstream === undefined) {
    reject(construct, 'fullMesh', false, 'true, or an upstream: a router without both has no peers');
  }
  const meshed = region.fullMesh || region.groups.some(({ kind }) => kind === 'mesh');
  if (!region.md5 && derived.pods && meshed) {
    const remedy = 'or no podClients: routers below, and pods with the label of a client, are found without it';
    const allowed = `true, ${remedy}. With both, a router of the mesh that dials first would become a client`;
    reject(construct, 'md5', false, allowed);
  }
  if (region.authentication && derived.pods) {
    const allowed = 'nothing, or no podClients: pods that no Service lists would be clients without the key';
    reject(construct, 'authentication', region.authentication.secretName, allowed);
  }
  const { upstream } = region;
  const above = upstream instanceof ImportedRegion ? upstream.reference : undefined;
  const index = region.regionsBelow.findIndex(({ reference }) => reference === above);
  if (index >= 0) {
    const allowed = 'a region other than that of upstream: a router has one BGP group for each pod of the other app';
    reject(construct, `regionsBelow[${index}]`, above, allowed);
  }
  if (region.sides && region.disruptionBudget !== undefined) {
    const allowed = 'nothing, as sides are given: a drain leaves the pods of DaemonSets';
    reject(construct, 'disruptionBudget', region.disruptionBudget, allowed);
  }
  if (region.sides && region.replicas !== undefined) {
    reject(
      construct,
      'replicas',
      region.replicas,
      'nothing, as sides are given: they have a pod on each of their nodes',
    );
  }
  if (!region.sides && region.reachability) {
    reject(construct, 'reachability', region.reachability.reachedBy, 'nothing without sides, which have the addresses');
  }
  if (region.clientRanges && !region.sides && !region.podClients) {
    const texts = region.clientRanges.map(({ text }) => text);
    reject(construct, 'clientRanges', texts, 'nothing without sides, which have the addresses that clients peer with');
  }
  if (region.reachability && !region.clientRanges && !region.members) {
    const allowed = 'the ranges that clients peer from, or members: true, as reachability is given';
    reject(construct, 'clientRanges', undefined, allowed);
  }
  if (region.members && !region.reachability) {
    reject(construct, 'members', true, 'nothing without reachability: members are clients outside of the cluster');
  }
  const reference = region.reachability && referenceOf(region.reachability);
  if (reference) declareReference(construct, 'reachability', reference);
  if (region.reachability) rejectHostNetwork(construct, region.reachability, region);
  rejectUncarried(construct, region.reachability, region);
  if (region.reachability?.reachedBy === 'host-network' && region.authentication) {
    const allowed = 'nothing in the network of the node: bgpd sets keys on one of the addresses that it listens on';
    reject(construct, 'authentication', region.authentication.secretName, allowed);
  }
  const refused = familyProblem({
    router: region.router.kind,
    mode: 'routereflector',
    families: region.addressFamilies,
  });
  if (refused !== undefined) reject(construct, 'addressFamilies', region.addressFamilies, refused);
  readProp(construct, 'groups', region.groups, rejectAsRanges);
  if (region.upstream === undefined && (region.upstreamSessions !== undefined || region.communities)) {
    const prop = region.communities ? 'communities' : 'upstreamSessions';
    reject(construct, prop, region[prop], 'nothing without an upstream');
  }
  for (const [side, { addresses }] of region.sides ?? []) {
    const given = derived.nodes[region.sideLabel];
    if (given !== undefined && given !== derived.sides.get(side)?.[region.sideLabel]) {
      const allowed = `a label other than those of the region's nodes, where it is "${given}": no node has two values of it`;
      reject(construct, 'sideLabel', region.sideLabel, allowed);
    }
    const prop = `sides.${side}.addresses`;
    rejectAddresses(construct, prop, addresses ?? [], region.podNetworks);
    if (region.reachability) rejectOutsidePool(construct, prop, region.reachability, addresses ?? []);
    if (region.reachability && !addresses) {
      reject(construct, prop, undefined, 'an address that clients peer with, as reachability is given');
    }
    if (!region.reachability && addresses) reject(construct, prop, addresses[0].text, 'nothing without reachability');
  }
}
