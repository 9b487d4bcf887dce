import * as fs from 'fs';

/** An exchange: so many members on one network, each with so many routes and a prefix list of its own. */
export interface ExchangeSize {
  readonly members: number;
  /** Of each member, at most 512. */
  readonly routes: number;
}

/** The addresses of the route server: a BIRD has one session to each address. */
export const SERVER_BLOCK = '198.19.0.0/16';
export const MEMBER_BLOCK = '198.18.0.0/20';

export const addressOf = (member: number): string => `198.18.${1 + (member >> 8)}.${member & 255}`;
const serverOf = (member: number) => `198.19.${1 + (member >> 8)}.${member & 255}`;

export const autonomousSystemOf = (member: number): number => 4_200_000_000 + member;

/** The /15 network in which a member has its /24 routes, from 16.0.0.0 on. */
const networkOf = (member: number) => `${16 + (member >> 7)}.${(member & 127) << 1}.0.0/15`;

export function routesOf(member: number, count: number): readonly string[] {
  const [first, second] = networkOf(member).split('.').map(Number);
  return Array.from({ length: count }, (_, i) => `${first}.${second + (i >> 8)}.${i & 255}.0/24`);
}

/** The text of the file of members. @param changed a member whose prefixes and limit are others */
export function membersText({ members }: ExchangeSize, changed?: number): string {
  const all = Array.from({ length: members }, (_, i) => ({
    name: `as${autonomousSystemOf(i)}`,
    autonomousSystem: autonomousSystemOf(i),
    addresses: [addressOf(i)],
    prefixes: [
      `${networkOf(i)} ge 24 le 24`,
      ...Array.from(
        { length: 9 },
        (_, j) => `${100 + (i >> 8)}.${i & 255}.${j * 16}.0/20 le ${i === changed ? 22 : 24}`,
      ),
    ],
    maximumPrefixes: { maximum: { inet: i === changed ? 600 : 500 } },
  }));
  return JSON.stringify({ members: all });
}

/** Writes it as the kubelet does: a new file in the place of the old one. */
export function writeMembers(file: string, text: string): void {
  fs.writeFileSync(`${file}.new`, text);
  fs.renameSync(`${file}.new`, file);
}

/** The configuration of a BIRD that is all of them. */
export function birdConfiguration({ members, routes }: ExchangeSize): string {
  const sessions = Array.from({ length: members }, (_, i) => {
    const statics = routesOf(i, routes).map((route) => `  route ${route} blackhole;`);
    return `ipv4 table t${i};
protocol static s${i} {
  ipv4 { table t${i}; };
${statics.join('\n')}
}
protocol bgp b${i} {
  local ${addressOf(i)} as ${autonomousSystemOf(i)};
  neighbor ${serverOf(i)} as 64496;
  multihop;
  connect retry time 2;
  hold time 180;
  ipv4 { table t${i}; import none; export where source = RTS_STATIC; };
}`;
  });
  return `router id 198.18.0.1;\nprotocol device {}\n${sessions.join('\n')}\n`;
}
