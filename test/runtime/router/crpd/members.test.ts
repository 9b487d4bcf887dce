import { CrpdDriver } from '../../../../crpd-image/runtime/router/crpd/driver';
import { Command, onBox } from '../../../../crpd-image/runtime/router/crpd/on-box';
import { memberNeighbors } from '../../../../lib/configuration';
import { parseMembers } from '../../../../lib/settings';
import { Case, GOLDEN_CASES, podOf, render } from '../../../../test-support/configuration-cases';
import { StandIn } from '../../../../test-support/crpd/build';

const server = GOLDEN_CASES.find(({ name }) => name === 'route-server-of-members') as Case;
const GROUP = 'set groups MESHRR protocols bgp group MESHRR-MEMBERS';
const POLICY = 'set groups MESHRR policy-options policy-statement MEMBERS-IN';
const OPEN = { name: 'as65002', autonomousSystem: 65002, addresses: ['198.51.100.2', '2001:db8:1::2'] };
const BOUND = {
  ...{ name: 'as65001', autonomousSystem: 65001, addresses: ['198.51.100.1'] },
  ...{ prefixes: ['203.0.113.0/24 le 26'], maximumPrefixes: { maximum: { inet: 5 }, restartMinutes: 5 } },
};

let crpd: StandIn;
let driver: CrpdDriver;

beforeEach(() => {
  crpd = new StandIn(render(server, 'crpd'));
  driver = new CrpdDriver({
    connect: onBox([crpd.command as Command]),
    groups: podOf(server, 'crpd').model.discovered,
    memberGroups: ['MESHRR-MEMBERS-V4', 'MESHRR-MEMBERS-V6'],
  });
});

afterEach(async () => {
  await driver.close();
  crpd.close();
});

function declare(...members: readonly object[]) {
  const { settings, model } = podOf(server, 'crpd');
  return driver.applyMembers(memberNeighbors(parseMembers(JSON.stringify({ members }), settings), model, () => ''));
}

const own = () =>
  crpd
    .runningSet()
    .filter((line) => line.startsWith(POLICY) || (line.startsWith(GROUP) && line.includes(' neighbor ')));

test('a member is a neighbor with its AS number, its limit, and terms for its prefixes', async () => {
  expect(await declare(BOUND, OPEN)).toEqual({
    changed: ['198.51.100.1', '198.51.100.2', '2001:db8:1::2'],
    refused: [],
  });
  const neighbor = `${GROUP}-V4 neighbor 198.51.100.1`;
  const term = `${POLICY} term as65001-V4-INET`;
  expect(own()).toEqual(
    [
      `${neighbor} peer-as 65001`,
      `${neighbor} family inet unicast accepted-prefix-limit maximum 5`,
      `${neighbor} family inet unicast accepted-prefix-limit teardown 75`,
      `${neighbor} family inet unicast accepted-prefix-limit teardown idle-timeout 5`,
      `${neighbor} family inet unicast nexthop-resolution no-resolution`,
      `${neighbor} family inet unicast no-install`,
      `${GROUP}-V4 neighbor 198.51.100.2 peer-as 65002`,
      `${GROUP}-V6 neighbor 2001:db8:1::2 peer-as 65002`,
      `${POLICY} term START then next term`,
      `${term} from family inet`,
      `${term} from neighbor 198.51.100.1`,
      `${term} from route-filter 203.0.113.0/24 prefix-length-range /24-/26`,
      `${term} then next policy`,
      `${term}-OTHERS from family inet`,
      `${term}-OTHERS from neighbor 198.51.100.1`,
      `${term}-OTHERS then reject`,
    ].sort(),
  );
  expect((await driver.neighbors()).map(({ address }) => address).sort()).toEqual([
    '198.51.100.1',
    '198.51.100.2',
    '2001:db8:1::2',
  ]);
});

test('what is so already is no commit, and a change is one', async () => {
  await declare(BOUND, OPEN);
  const before = crpd.commits().length;
  expect(await declare(BOUND, OPEN)).toEqual({ changed: [], refused: [] });
  expect(crpd.commits()).toHaveLength(before);
  expect(await declare(BOUND)).toEqual({ changed: ['198.51.100.2', '2001:db8:1::2'], refused: [] });
  expect(crpd.commits()).toHaveLength(before + 1);
  expect(await declare()).toEqual({ changed: ['198.51.100.1'], refused: [] });
  expect(own()).toEqual([`${POLICY} term START then next term`]);
});

test('a member has a hold time of its own, and neither key nor GTSM: its address is translated', async () => {
  expect(await declare({ ...BOUND, holdTime: 9 }, OPEN)).toMatchObject({ refused: [] });
  expect(own().filter((line) => line.includes('hold-time'))).toEqual([`${GROUP}-V4 neighbor 198.51.100.1 hold-time 9`]);
  expect(() => declare({ ...BOUND, gtsmHops: 1 })).toThrow('got 1, want nothing: an address of crpd is translated');
  expect(() => declare({ ...BOUND, authentication: { secretName: 'members', key: 'one' } })).toThrow(
    'an address of crpd is translated',
  );
});

test('a member has the export policies of its AS number, with the communities about it', async () => {
  const withActions = GOLDEN_CASES.find(({ name }) => name === 'route-server-of-members-with-actions') as Case;
  const { settings, model } = podOf(withActions, 'crpd');
  const other = new StandIn(render(withActions, 'crpd'));
  const its = new CrpdDriver({
    connect: onBox([other.command as Command]),
    groups: model.discovered,
    memberGroups: ['MESHRR-MEMBERS-V4', 'MESHRR-MEMBERS-V6'],
  });
  const apply = (...members: readonly object[]) =>
    its.applyMembers(memberNeighbors(parseMembers(JSON.stringify({ members }), settings), model, () => ''));
  const LARGE = { name: 'big', autonomousSystem: 4_200_000_004, addresses: ['198.51.100.4'] };
  try {
    expect(await apply(OPEN, LARGE)).toMatchObject({ refused: [] });
    const options = 'set groups MESHRR policy-options';
    const lines = other.runningSet();
    const of = (text: string) => lines.filter((line) => line.startsWith(`${options} ${text}`));
    expect(lines.filter((line) => line.includes(' neighbor 198.51.100.2 export '))).toEqual(
      ['CLIENTS-OUT', 'TO-65002', 'TO-65002-PREPENDED'].map(
        (policy) => `${GROUP}-V4 neighbor 198.51.100.2 export ${policy}`,
      ),
    );
    expect(of('community TO-65002-')).toEqual(
      [
        ['NOT', '0:65002'],
        ['NOT-EXTENDED', 'target:0:65002'],
        ['NOT-LARGE', 'large:64512:0:65002'],
        ['PREPEND-1', 'large:64512:101:65002'],
        ['PREPEND-2', 'large:64512:102:65002'],
        ['PREPEND-3', 'large:64512:103:65002'],
        ['TOO', '64512:65002'],
        ['TOO-EXTENDED', 'target:64512:65002'],
        ['TOO-LARGE', 'large:64512:1:65002'],
      ].map(([name, value]) => `${options} community TO-65002-${name} members ${value}`),
    );
    expect(of('community TO-4200000004-').filter((line) => !line.includes('large:'))).toEqual(
      [
        ['NOT-EXTENDED', 'target:0:4200000004'],
        ['TOO-EXTENDED', 'target:64512:4200000004'],
      ].map(([name, value]) => `${options} community TO-4200000004-${name} members ${value}`),
    );
    const policy = `${options} policy-statement TO-4200000004 term`;
    expect(of('policy-statement TO-4200000004 ')).toEqual([
      `${policy} NOBODY from community TO-NOBODY`,
      `${policy} NOBODY from community TO-NOBODY-EXTENDED`,
      `${policy} NOBODY from community TO-NOBODY-LARGE`,
      `${policy} NOBODY then reject`,
      `${policy} NOT from community TO-4200000004-NOT-EXTENDED`,
      `${policy} NOT from community TO-4200000004-NOT-LARGE`,
      `${policy} NOT then reject`,
      `${policy} TOO from community TO-4200000004-TOO-EXTENDED`,
      `${policy} TOO from community TO-4200000004-TOO-LARGE`,
      `${policy} TOO then next policy`,
    ]);
    const commits = other.commits().length;
    expect(await apply(OPEN, LARGE)).toEqual({ changed: [], refused: [] });
    expect(other.commits()).toHaveLength(commits);
    expect(await apply(OPEN)).toEqual({ changed: ['198.51.100.4'], refused: [] });
  } finally {
    await its.close();
    other.close();
  }
});
