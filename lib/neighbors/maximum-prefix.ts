import { Family } from '../addressing';
import { DEFAULT_THRESHOLD } from '../settings';
import { NeighborGroup } from './configuration';

/** FRR has no such limit for EVPN. */
export const maximumPrefixOnFrr = (group: NeighborGroup, family: Family): readonly string[] =>
  family === 'evpn' ? [] : maximumPrefix(group, family);

/**
 * How many routes of a family neighbors may send, in the words that FRR and IOS-XR share: `maximum-prefix 1000 80 restart 15`.
 * None where there is no maximum.
 */
export function maximumPrefix({ maximumPrefixes }: NeighborGroup, family: Family): readonly string[] {
  const most = maximumPrefixes?.maximum[family];
  if (!maximumPrefixes || most === undefined) return [];
  const { threshold, excess, restartMinutes } = maximumPrefixes;
  const then = { warn: ' warning-only', drop: '', restart: ` restart ${restartMinutes}` };
  // bgpd does not show its default.
  const warning = threshold === DEFAULT_THRESHOLD ? '' : ` ${threshold}`;
  return [`maximum-prefix ${most}${warning}${then[excess]}`];
}
