import * as fs from 'fs';
import * as path from 'path';
import { Dnsmasq } from '../../../../lab/dns/dnsmasq';
import { NameServer } from '../../../../lab/dns/name-server';
import { eventually } from '../../../../lab/eventually';
import { Lab } from '../../../../lab/lab';
import { Namespace } from '../../../../lab/network/namespace';
import { has } from '../../../../test-support/needs';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { describeLab } from '../../support/describe-lab';
import { addressesOf, exchangeOf, nameOf, SIDES } from './exchange-app';
import { ACCEPTED, INVALID, Member, MEMBERS, SIGNED, withMembers } from './members';

jest.setTimeout(300_000);

const PATIENCE_MS = 120_000;
const RTR = { name: 'rtr.rpki.svc.cluster.local', address: '203.0.113.53', port: 3323 };

const app = exchangeOf(
  {
    filters: { actions: true, asPathLength: 5, blackhole: 'no-export' },
    rpki: { servers: [`${RTR.name}:${RTR.port}`] },
  },
  (Object.keys(MEMBERS).map(Number) as Member[]).map((number) => ({
    ...{ number, platform: MEMBERS[number].software === 'frr' ? 'frr' : undefined },
    member: {
      1004: { maximumPrefixes: { maximum: { inet: 2 }, excess: 'restart' as const, restartMinutes: 1 } },
      1005: { prefixes: ['44.5.0.0/16', '44.5.0.0/16 ge 24 le 24', '2a00:5::/32'] },
    }[number as number],
  })),
);

/** The name server of the lab, which knows the RTR server, too. */
async function nameServer(host: Namespace, names: readonly string[]): Promise<NameServer> {
  const folder = fs.mkdtempSync('/tmp/exchange-dns-');
  const server = await Dnsmasq.start(host, folder, [...names, RTR.name]);
  return { publish: (records) => server.publish(new Map([...records, [RTR.name, [RTR.address]]])) };
}

/** A real RTR server in the network of the lab. */
async function startRtrServer(lab: Lab): Promise<Namespace> {
  const host = await lab.cluster.attach('rtr', [RTR.address]);
  const file = path.join(lab.folder, 'origins.json');
  const roas = Object.entries(SIGNED).map(([prefix, as]) => ({
    ...{ prefix, asn: `AS${as}`, maxLength: Number(prefix.split('/')[1]) },
  }));
  fs.writeFileSync(file, JSON.stringify({ roas }));
  const args = ['-bind', `${RTR.address}:${RTR.port}`, '-cache', file, '-checktime=false'];
  host.spawn('stayrtr', [...args, '-rtr.refresh', '1', '-rtr.retry', '1', '-metrics.addr', '127.0.0.1:0'], {
    stdio: 'ignore',
  });
  return host;
}

const marksOf = (communities: readonly string[]) =>
  [...communities]
    .sort()
    .map((one) => `, ${one}`)
    .join('');

/** What a member has to have learned from both sides, one line for each route: the next hop is the address of its sender. */
function expectedAt(member: Member, routes: typeof ACCEPTED): readonly string[] {
  return routes
    .flatMap(([prefix, sender, asPath, communities = [], to]) => {
      const version = prefix.includes(':') ? 1 : 0;
      const nextHop = addressesOf(sender)[version];
      const line = `${prefix} via ${nextHop}: ${asPath.join(' ')}${marksOf(communities)}`;
      return sender === member || to?.includes(member) === false
        ? []
        : SIDES.map((side) => `${line}, from ${side[version]}`);
    })
    .sort();
}

/** Waits until the tables of members are those of these routes. */
function tablesAre(lab: Lab, routes: typeof ACCEPTED, members = Object.keys(MEMBERS).map(Number) as Member[]) {
  return eventually(async () => {
    const tables = await Promise.all(
      members.map(async (member) => {
        const learned = await lab.client(nameOf(member)).learned();
        const lines = learned.map(({ destination, nextHop, asPath, communities, routeTargets, from }) => {
          const marks = marksOf([...communities, ...routeTargets.map((target) => `rt:${target}`)]);
          return `${destination} via ${nextHop}: ${asPath.join(' ')}${marks}, from ${from}`;
        });
        return [member, lines.sort()] as const;
      }),
    );
    const expected = members.map((member) => [member, expectedAt(member, routes)]);
    expect(Object.fromEntries(tables)).toEqual(Object.fromEntries(expected));
  }, PATIENCE_MS);
}

/** How often the sessions of each member were Established. */
const upsOf = async (lab: Lab) =>
  new Map((await lab.sessionsOfClients()).map(({ name, sessions }) => [name, sessions.map(({ ups }) => ups)]));

const suite = has('stayrtr') ? describe : describe.skip;

suite('an exchange', () =>
  describeLab(
    'of members on BIRD, GoBGP and FRR, which announce right and wrong routes',
    () => ({ ...withMembers(planOfDefinition(app)), startNameServer: nameServer }),
    (lab) => {
      test('gives each member the right routes of the others; while no RTR server answers, also invalid ones', () =>
        tablesAre(lab(), [...ACCEPTED, ...INVALID]));

      test('drops invalid routes once the RTR server answers, which is found by its DNS name', async () => {
        await startRtrServer(lab());
        await tablesAre(lab(), ACCEPTED);
        for (const pod of lab().cluster.pods) {
          expect(await pod.show('show rpki cache-connection')).toMatch(
            /rtr\.rpki\.svc\.cluster\.local 3323 .*\(connected\)/,
          );
        }
      });

      test('ends the session of a member with too many routes, and no other one, and has it back after a minute', async () => {
        const member = lab().client(nameOf(1004));
        const before = await upsOf(lab());
        const many = ['44.41.0.0/16', '44.42.0.0/16', '44.43.0.0/16'].map((prefix) => ({
          family: 'inet' as const,
          prefix,
        }));
        for (const one of many) await member.announce(one);
        const others: Member[] = [1001, 1002, 1003, 1005];
        const withoutIt = ACCEPTED.filter(([prefix, sender]) => sender !== 1004 || prefix.includes(':'));
        await tablesAre(lab(), withoutIt, others);
        const after = await upsOf(lab());
        for (const other of others) expect(after.get(nameOf(other))).toEqual(before.get(nameOf(other)));
        // It comes back a minute later, which is its limit's, with as many as it may have.
        for (const one of many) await member.withdraw(one);
        await tablesAre(lab(), ACCEPTED);
      });
    },
  ),
);
