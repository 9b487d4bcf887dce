import { IConstruct } from 'constructs';
import { covers, firstOverlap, IpAddress, IpPrefix, parsePrefix } from '../addressing';
import { Check, list, ValidationError } from '../input';
import { reject } from '../registry';
import { PeerGroup } from '../settings';

/** More than the address pools of any cluster: each client range is compared with each of them. */
const MOST_NETWORKS = 100;

/** The networks of the pods: they neither overlap nor take in every address. */
export const checkPodNetworks: Check<readonly IpPrefix[]> = (value) => {
  const networks = list(parsePrefix, 1, MOST_NETWORKS)(value);
  const overlap = firstOverlap(networks);
  networks.forEach((network, i) => {
    const other = i === overlap?.index ? networks[overlap.earlier] : undefined;
    const allowed = other ? `a network apart from ${other.text}` : 'the network of the pods, not every address';
    if (other || network.length === 0) throw ValidationError.of(network.text, allowed).within(String(i));
  });
  return networks;
};

/** Refuses neighbors at addresses of an IP family that the pods do not have, or that pods have. */
export function rejectUnreachable(
  construct: IConstruct,
  groups: readonly PeerGroup[],
  podNetworks: readonly IpPrefix[],
): void {
  for (const group of groups) {
    if (group.kind !== 'clients' && group.addresses) {
      rejectAddresses(construct, `neighbors of ${group.name}`, group.addresses, podNetworks);
    }
  }
}

/** Refuses addresses of a side that its pods could not be behind. */
export function rejectAddresses(
  construct: IConstruct,
  prop: string,
  addresses: readonly IpAddress[],
  podNetworks: readonly IpPrefix[],
): void {
  addresses.forEach((address, i) => {
    if (!podNetworks.some(({ family }) => family === address.family)) {
      const allowed = `an address of an IP family that the pods have: podNetworks has no IPv${address.family} network`;
      reject(construct, `${prop}[${i}]`, address.text, allowed);
    }
    const network = podNetworks.find((candidate) => covers(candidate, address));
    if (network)
      reject(construct, `${prop}[${i}]`, address.text, `an address apart from the pod network ${network.text}`);
  });
}
