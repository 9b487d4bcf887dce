import { IConstruct } from 'constructs';
import { formOf } from '../model';
import { ReadReachability } from '../reachability/reachability';
import { reject } from '../registry';
import { PeerGroup } from '../settings';

/**
 * Refuses what sessions with clients from ranges cannot carry, as an address on the way is translated, or the router has no key for it.
 *
 * @throws InvalidPropError
 */
export function rejectUncarried(
  construct: IConstruct,
  reachability: ReadReachability | undefined,
  props: {
    readonly clientRanges?: readonly unknown[];
    readonly clientSessions: {
      readonly authentication?: { readonly secretName: string };
      readonly holdTime?: number;
    };
    readonly podClients: boolean;
    readonly members: boolean;
    readonly addPath: boolean;
    readonly groups: readonly PeerGroup[];
  },
): void {
  rejectAddPath(construct, props);
  const { authentication } = props.clientSessions;
  const [prop, given] = Object.entries(props.clientSessions).find(([, value]) => value !== undefined) ?? [];
  if (prop !== undefined && !props.clientRanges) {
    const value = typeof given === 'number' ? given : given?.secretName;
    reject(construct, `clientSessions.${prop}`, value, 'nothing without clientRanges, which it is for');
  }
  const form = formOf(reachability?.reachedBy ?? 'none');
  const refuse = (place: string, secret: string) => {
    if (form ? form.carries.tcpMd5 : props.podClients) return;
    const why = form
      ? `${form.name} translates the address, which TCP MD5 signs`
      : 'the region has no reachability, and no podClients';
    const allowed = `nothing, a region on FRR with Reachability.hostNetwork, or clients in pods without reachability: ${why}`;
    reject(construct, place, secret, allowed);
  };
  if (authentication) refuse('clientSessions.authentication', authentication.secretName);
  props.groups.forEach((group, i) => {
    if (group.kind !== 'clients' || !group.authentication || group.ranges.length === 0) return;
    refuse(`groups[${i}].authentication`, group.authentication.secretName);
    if (group.service === undefined) return;
    const allowed = 'a group of its own for the clients of the service: a group has one key';
    reject(construct, `groups[${i}].service`, group.service, allowed);
  });
}

/** Only clients that pass nothing on get all paths: a router that chose among them for others would need them itself. */
function rejectAddPath(
  construct: IConstruct,
  {
    addPath,
    clientRanges,
    members,
    podClients,
    groups,
  }: {
    readonly addPath: boolean;
    readonly clientRanges?: readonly unknown[];
    readonly members: boolean;
    readonly podClients: boolean;
    readonly groups: readonly PeerGroup[];
  },
): void {
  if (addPath && !clientRanges && !members) {
    reject(construct, 'addPath', true, 'false without clientRanges and members, which it is for');
  }
  if (!podClients) return;
  const own = addPath ? 'addPath' : undefined;
  const index = groups.findIndex((group) => group.kind === 'clients' && group.addPath);
  const place = own ?? (index < 0 ? undefined : `groups[${index}].addPath`);
  if (place !== undefined) reject(construct, place, true, 'false with podClients: routers in pods may pass routes on');
}
