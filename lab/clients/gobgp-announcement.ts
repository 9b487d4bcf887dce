import { byKind, traitsOf } from '../../lib/addressing';
import { EvpnAnnouncement, LabeledAnnouncement, Resolved } from './announcement';

const LARGEST_SHORT_AS = 0xffff;

/** The arguments of `gobgp` that add an announcement to the routes of a client, or delete it. */
export function gobgpChange(action: 'add' | 'del', announcement: Resolved): string[] {
  const { communities = [], med, localPreference, nextHop } = announcement;
  const [, ...path] = ('asPath' in announcement && announcement.asPath) || [];
  const { standard, large } = byKind(communities);
  return [
    ...['global', 'rib', action, '-a', traitsOf(announcement.family).gobgp[0]],
    ...route(announcement),
    ...(path.length > 0 ? ['aspath', path.join(',')] : []),
    ...(standard.length > 0 ? ['community', standard.join(',')] : []),
    ...(large.length > 0 ? ['large-community', large.join(',')] : []),
    ...(med === undefined ? [] : ['med', String(med)]),
    ...(localPreference === undefined ? [] : ['local-pref', String(localPreference)]),
    // As BIRD and FRR announce their routes; the default of GoBGP is INCOMPLETE.
    ...['origin', 'igp'],
    ...['nexthop', nextHop],
  ];
}

function route(announcement: Resolved): string[] {
  switch (announcement.family) {
    case 'evpn':
      return evpnRoute(announcement);
    case 'inet':
    case 'inet6':
      return [announcement.prefix, ...targetsOf(announcement)];
    default:
      return labeledRoute(announcement);
  }
}

function labeledRoute({ prefix, label, rd, routeTargets }: LabeledAnnouncement): string[] {
  if (rd === undefined) return [prefix, String(label)];
  return [prefix, 'label', String(label), 'rd', withShortNumbers(rd), ...targetsOf({ routeTargets })];
}

const targetsOf = ({ routeTargets = [] }: { readonly routeTargets?: readonly string[] }): readonly string[] =>
  routeTargets.length > 0 ? ['rt', ...routeTargets.map(withShortNumbers)] : [];

function evpnRoute(announcement: Resolved<EvpnAnnouncement>): string[] {
  const { rd, routeTargets, label, ethernetTag = 0, nextHop } = announcement;
  const tag = ['etag', String(ethernetTag)];
  const common = ['rd', withShortNumbers(rd), 'rt', ...routeTargets.map(withShortNumbers), 'encap', 'vxlan'];
  switch (announcement.type) {
    case 2:
      return ['macadv', announcement.mac, announcement.ip ?? '0.0.0.0', ...tag, 'label', String(label), ...common];
    case 3: {
      const tunnel = ['pmsi', 'ingress-repl', String(label), nextHop];
      return ['multicast', announcement.ip ?? nextHop, ...tag, ...common, ...tunnel];
    }
    case 5: {
      const { prefix } = announcement;
      return [
        'prefix',
        prefix,
        'gw',
        prefix.includes(':') ? '::' : '0.0.0.0',
        ...tag,
        'label',
        String(label),
        ...common,
      ];
    }
  }
}

/** The CLI reads an AS number above 65535 as 65535, unless it is in asdot (RFC 5396). */
function withShortNumbers(text: string): string {
  const [who, what] = text.split(':');
  const as = Number(who);
  if (!Number.isInteger(as) || as <= LARGEST_SHORT_AS) return text;
  return `${Math.floor(as / 0x10000)}.${as % 0x10000}:${what}`;
}
