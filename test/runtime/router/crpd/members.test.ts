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
  return driver.applyMembers(memberNeighbors(parseMembers(JSON.stringify({ members }), settings), model, () => { throw new Error("no key"); }));
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
