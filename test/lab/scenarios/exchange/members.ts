import { Announcement, UnicastAnnouncement } from '../../../../lab/clients/announcement';
import { ClientPlan } from '../../../../lab/plan/clients';
import { LabPlan } from '../../../../lab/plan/plan';
import { OWN_AS } from './exchange-app';

/** Origins that are signed; those of all other prefixes are not known. */
export const SIGNED = {
  '46.1.0.0/16': 1001,
  '46.2.0.0/16': 1002,
  '2a01:1::/32': 1001,
  '2a01:2::/32': 1002,
};

const BLACKHOLE = '65535:666';
const NO_EXPORT = '65535:65281';
const GRACEFUL_SHUTDOWN = '65535:0';

/** The software of the members, and what they announce. Each announces right and wrong routes. */
export const MEMBERS = {
  1001: { software: 'bird', announces: ofBird() },
  1002: { software: 'gobgp', announces: ofGobgp() },
  1003: { software: 'frr', announces: ofFrr() },
  1004: { software: 'gobgp', announces: [route('44.4.0.0/16'), route('2a00:4::/32')] },
  1005: { software: 'bird', announces: ofMemberWithPrefixes() },
} as const;

export type Member = keyof typeof MEMBERS;

/**
 * Routes that reach other members: the member that sends them, their AS path and communities, with `rt:` the extended ones,
 * and to whom if not to all.
 */
export const ACCEPTED: readonly (readonly [
  prefix: string,
  member: Member,
  path: readonly number[],
  communities?: readonly string[],
  to?: readonly Member[],
])[] = [
  ['44.1.0.0/16', 1001, [1001]],
  ['2a00:1::/32', 1001, [1001]],
  ['44.11.0.0/24', 1001, [1001]],
  ['2a00:11::/48', 1001, [1001]],
  ['44.12.0.0/16', 1001, [1001, 3000, 3001, 3002, 3003], ['1001:7', '1001:7:7']],
  ['44.13.0.9/32', 1001, [1001], [BLACKHOLE, NO_EXPORT]],
  ['2a00:13::9/128', 1001, [1001], [BLACKHOLE, NO_EXPORT]],
  ['46.1.0.0/16', 1001, [1001]],
  ['2a01:1::/32', 1001, [1001]],
  ['44.2.0.0/16', 1002, [1002]],
  ['2a00:2::/32', 1002, [1002]],
  ['44.21.0.0/24', 1002, [1002]],
  ['2a00:21::/48', 1002, [1002]],
  ['44.23.0.9/32', 1002, [1002], [BLACKHOLE, NO_EXPORT]],
  ['46.2.0.0/16', 1002, [1002]],
  ['2a01:2::/32', 1002, [1002]],
  ['44.3.0.0/16', 1003, [1003]],
  ['2a00:3::/32', 1003, [1003]],
  // The path of 1003, which announces a graceful shutdown, is shorter.
  ['44.40.0.0/16', 1001, [1001, 3000, 3001]],
  ['2a00:40::/32', 1001, [1001, 3000, 3001]],
  // By communities: not to 1002, to 1003 alone, and twice more to 1004. These communities are removed.
  ['44.60.0.0/16', 1001, [1001], [], [1003, 1004, 1005]],
  ['44.61.0.0/16', 1001, [1001], [], [1003]],
  ['2a00:61::/32', 1001, [1001], [], [1003]],
  ['44.62.0.0/16', 1002, [1002], ['1002:7'], [1001, 1003, 1005]],
  ['44.62.0.0/16', 1002, [1002, 1002, 1002], ['1002:7'], [1004]],
  // The same by extended communities, of which others stay.
  ['44.63.0.0/16', 1001, [1001], ['rt:1001:7'], [1002, 1003, 1004]],
  ['44.64.0.0/16', 1002, [1002], [], [1001]],
  ['44.4.0.0/16', 1004, [1004]],
  ['2a00:4::/32', 1004, [1004]],
  ['44.5.0.0/16', 1005, [1005]],
  ['44.5.7.0/24', 1005, [1005]],
  ['2a00:5::/32', 1005, [1005]],
];

/** Routes that reach all other members as long as no RTR server has answered. */
export const INVALID: typeof ACCEPTED = [
  ['46.2.7.0/24', 1001, [1001]],
  ['2a01:2:7::/48', 1001, [1001]],
  ['46.1.7.0/24', 1002, [1002]],
  ['2a01:1:7::/48', 1002, [1002]],
];

function route(
  prefix: string,
  more: Pick<UnicastAnnouncement, 'nextHop' | 'asPath' | 'communities' | 'routeTargets'> = {},
): Announcement {
  return { family: prefix.includes(':') ? 'inet6' : 'inet', prefix, ...more };
}

function ofBird(): readonly Announcement[] {
  return [
    ...['44.1.0.0/16', '2a00:1::/32', '46.1.0.0/16', '2a01:1::/32'].map((prefix) => route(prefix)),
    // The next hops are those of another member.
    route('44.11.0.0/24', { nextHop: '198.51.100.2' }),
    route('2a00:11::/48', { nextHop: '2001:db8:100::2' }),
    route('44.12.0.0/16', { asPath: [1001, 3000, 3001, 3002, 3003], communities: ['1001:7', '1001:7:7'] }),
    ...['44.40.0.0/16', '2a00:40::/32'].map((prefix) => route(prefix, { asPath: [1001, 3000, 3001] })),
    ...['44.13.0.9/32', '2a00:13::9/128'].map((host) => route(host, { communities: [BLACKHOLE] })),
    route('44.60.0.0/16', { communities: ['0:1002'] }),
    route('44.61.0.0/16', { communities: [`0:${OWN_AS}`, `${OWN_AS}:1003`] }),
    route('2a00:61::/32', { communities: [`${OWN_AS}:0:0`, `${OWN_AS}:1:1003`] }),
    route('44.63.0.0/16', { routeTargets: ['0:1005', '1001:7'] }),
    // From here on wrong: reserved prefixes, the default route, too long, host routes without the community.
    ...['10.1.0.0/16', '2001:db8:1::/48', '0.0.0.0/0', '::/0'].map((prefix) => route(prefix)),
    ...['44.14.0.0/25', '2a00:14::/64', '44.15.0.9/32', '2a00:15::9/128'].map((prefix) => route(prefix)),
    // A reserved prefix and one that is no host, with the community.
    ...['10.1.0.9/32', '44.15.0.8/31'].map((prefix) => route(prefix, { communities: [BLACKHOLE] })),
    // Not the member's AS number first, that of the route servers, a private one, one too many.
    ...[
      [3000, 1001],
      [1001, OWN_AS, 3000],
      [1001, 64512],
      [1001, 3000, 3001, 3002, 3003, 3004],
    ].flatMap((asPath, i) => [route(`44.16.${i}.0/24`, { asPath }), route(`2a00:16:${i}::/48`, { asPath })]),
    // Longer than what is signed, and signed for another AS.
    ...['46.2.7.0/24', '2a01:2:7::/48'].map((prefix) => route(prefix)),
  ];
}

function ofGobgp(): readonly Announcement[] {
  return [
    ...['44.2.0.0/16', '2a00:2::/32', '46.2.0.0/16', '2a01:2::/32'].map((prefix) => route(prefix)),
    route('44.21.0.0/24', { nextHop: '198.51.100.1' }),
    route('2a00:21::/48', { nextHop: '2001:db8:100::1' }),
    route('44.62.0.0/16', { communities: [`${OWN_AS}:102:1004`, '1002:7'] }),
    route('44.64.0.0/16', { routeTargets: [`0:${OWN_AS}`, `${OWN_AS}:1001`] }),
    route('44.23.0.9/32', { communities: [BLACKHOLE] }),
    // From here on wrong.
    ...['192.168.0.0/16', 'fd00:1::/32', '44.24.0.0/25', '2a00:24::/64'].map((prefix) => route(prefix)),
    ...[
      [1002, OWN_AS, 3000],
      [1002, 64512],
      [1002, 3000, 3001, 3002, 3003, 3004],
    ].flatMap((asPath, i) => [route(`44.26.${i}.0/24`, { asPath }), route(`2a00:26:${i}::/48`, { asPath })]),
    ...['46.1.7.0/24', '2a01:1:7::/48'].map((prefix) => route(prefix)),
  ];
}

function ofFrr(): readonly Announcement[] {
  return [
    ...['44.3.0.0/16', '2a00:3::/32'].map((prefix) => route(prefix)),
    ...['44.40.0.0/16', '2a00:40::/32'].map((prefix) => route(prefix, { communities: [GRACEFUL_SHUTDOWN] })),
    // From here on wrong.
    ...['172.16.0.0/16', 'fe80::/16', '44.34.0.0/25', '2a00:34::/64'].map((prefix) => route(prefix)),
  ];
}

/** The route servers know the prefixes of this one. */
function ofMemberWithPrefixes(): readonly Announcement[] {
  const own = ['44.5.0.0/16', '44.5.7.0/24', '2a00:5::/32'];
  const others = ['44.5.8.0/23', '44.50.0.0/16', '2a00:5:8::/48', '2a00:50::/32', '44.51.0.9/32'];
  return [...own, ...others].map((prefix) => route(prefix));
}

/** The lab of the exchange, with the software and the announcements of the members. */
export function withMembers(plan: LabPlan): LabPlan {
  const clients = plan.clients.map((client): ClientPlan => {
    const { software, announces } = MEMBERS[client.autonomousSystem as Member];
    return { ...client, implementation: software, announcements: announces };
  });
  return { ...plan, clients };
}
