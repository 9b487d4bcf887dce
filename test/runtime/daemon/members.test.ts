import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Members } from '../../../crpd-image/runtime/daemon/members';
import { RouterView } from '../../../crpd-image/runtime/daemon/router-view';
import { Conditions } from '../../../crpd-image/runtime/logging/conditions';
import { FakeRouter } from '../../../test-support/fake-router';
import { podModel } from '../../../test-support/pod-model';

const MODEL = podModel({
  mode: 'route-server',
  clients: [{ name: 'MESHRR-MEMBERS', ranges: [], asRanges: [], members: true }],
});
const ONE = { name: 'as65001', autonomousSystem: 65001, addresses: ['198.51.100.1'] };
const THREE = { name: 'as65003', autonomousSystem: 65003, addresses: ['198.51.100.3'] };
const TWO = { name: 'as65002', autonomousSystem: 65002, addresses: ['198.51.100.2'] };

let folder: string;
let now: number;
let router: FakeRouter;
let view: RouterView;
let members: Members;
let conditions: Conditions;
let events: (readonly [string, unknown])[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'members-'));
  now = 0;
  events = [];
  router = new FakeRouter();
  const log = {
    info: (event: string, fields?: unknown) => void events.push([event, fields]),
    warn: (event: string, fields?: unknown) => void events.push([event, fields]),
  };
  conditions = new Conditions(log, () => now);
  view = new RouterView(router, log, conditions, () => now);
  members = new Members({ model: MODEL, file: path.join(folder, 'members.json'), router: view, log, conditions });
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

const write = (text: string | readonly object[]) =>
  fs.writeFileSync(
    path.join(folder, 'members.json'),
    typeof text === 'string' ? text : JSON.stringify({ members: text }),
  );

async function turn(): Promise<void> {
  await view.refresh(true);
  await members.turn();
}

const given = () => router.members.map((list) => list.map(({ address }) => address.text));

test('a changed file is applied once, and what the router has is not asked of it again', async () => {
  write([ONE]);
  await turn();
  await turn();
  write([ONE, TWO]);
  await turn();
  await turn();
  expect(given()).toEqual([['198.51.100.1'], ['198.51.100.1', '198.51.100.2']]);
  expect(events).toContainEqual(['members-changed', { addresses: ['198.51.100.1', '198.51.100.2'] }]);
});

test.each([
  ['no JSON', '{', /want JSON of the form/],
  [
    'a wrong member',
    JSON.stringify({ members: [ONE, { ...TWO, addresses: ['x'] }] }),
    /members\[1\]\.addresses\[0\]: got "x"/,
  ],
  [
    'an address twice',
    JSON.stringify({ members: [ONE, { ...TWO, addresses: ONE.addresses }] }),
    /members\[1\]\.addresses\[0\]/,
  ],
  ['a name twice', JSON.stringify({ members: [ONE, { ...TWO, name: ONE.name }] }), /members\[1\]\.name/],
  [
    'the own AS number',
    JSON.stringify({ members: [{ ...ONE, autonomousSystem: 64496 }] }),
    /members\[0\]\.autonomousSystem: got 64496/,
  ],
])('a file with %s changes nothing, and is a problem until it is right', async (_, text, problem) => {
  write([ONE]);
  await turn();
  write(text);
  await turn();
  conditions.logPending();
  expect(conditions.current).toEqual([expect.stringMatching(problem)]);
  expect(given()).toEqual([['198.51.100.1']]);
  // A router that restarts gets the last valid members.
  router.connected = false;
  await turn();
  router.connected = true;
  await turn();
  expect(given()).toContainEqual(['198.51.100.1']);
  expect(given().length).toBeGreaterThan(1);
  write([TWO]);
  await turn();
  expect(given().at(-1)).toEqual(['198.51.100.2']);
  now += 3_600_000;
  conditions.logPending();
  expect(conditions.current).toEqual([]);
});

test('a file that is not there is a problem', async () => {
  await turn();
  conditions.logPending();
  expect(conditions.current).toEqual([expect.stringMatching(/^members-invalid: .*members\.json: got .*\(ENOENT\)$/)]);
  expect(given()).toEqual([]);
});

test('what the router refuses is a problem, and is tried again after a minute', async () => {
  write([ONE]);
  router.refusesMembers = ['neighbor 198.51.100.1 remote-as 65001: no', 'neighbor 198.51.100.2 remote-as 65002: no'];
  await turn();
  now += 59_000;
  await turn();
  expect(given()).toHaveLength(1);
  expect(conditions.current).toEqual(['member-refused: neighbor 198.51.100.1 remote-as 65001: no, and 1 more']);
  router.refusesMembers = [];
  now += 2_000;
  await turn();
  expect(given()).toHaveLength(2);
  now += 3_600_000;
  conditions.logPending();
  expect(conditions.current).toEqual([]);
});

test('a member whose key cannot be read stays as it was, and others change', async () => {
  const [key, authentication] = [
    { secretName: 'absent', key: 'one' },
    { authentication: { secretName: 'absent', key: 'one' } },
  ];
  write([ONE, TWO]);
  await turn();
  write([
    { ...ONE, ...authentication },
    { ...TWO, addresses: ['198.51.100.22'] },
    { ...THREE, ...authentication },
  ]);
  await turn();
  const latest = router.members[router.members.length - 1];
  expect(latest.map(({ address }) => address.text)).toEqual(['198.51.100.1', '198.51.100.22']);
  expect(latest[0].key).toBeUndefined();
  expect(conditions.current).toEqual([
    expect.stringMatching(
      new RegExp(
        `members-invalid: key of as65001: /etc/meshrr/keys/${key.secretName}/${key.key}: .*ENOENT.*; key of as65003`,
      ),
    ),
  ]);
  write([ONE]);
  await turn();
  expect(conditions.current).toEqual([]);
});
