import { faultsOf, ReflectedPath } from './reflection';

/** A client at each end of three reflectors in a row, and a reflector with a session to none of them. */
const ROW = ['198.51.100.1', '10.0.0.1', '10.0.0.2', '10.0.0.3', '203.0.113.1'];
const [near, first, second, third, far] = ROW;
const reflection = {
  announcers: new Map([['198.18.0.1/32', near]]),
  neighbors: new Map(ROW.map((router, i) => [router, new Set([ROW[i - 1], ROW[i + 1]].flatMap((one) => one ?? []))])),
};
const path: ReflectedPath = {
  holder: far,
  destination: '198.18.0.1/32',
  from: third,
  originatorId: near,
  clusterList: [third, second, first],
};

test.each<[string, ReflectedPath]>([
  ['reflected all the way', path],
  ['straight from who announces it', { ...path, holder: first, from: near, originatorId: undefined, clusterList: [] }],
])('a path that is right: %s', (_, right) => {
  expect(faultsOf(right, reflection)).toEqual([]);
});

test.each<[Partial<ReflectedPath>, string]>([
  [{ destination: '198.18.0.2/32' }, 'nobody announces 198.18.0.2/32'],
  [{ holder: near, from: first, clusterList: [first] }, 'its own route has come back'],
  [{ holder: second, clusterList: [third, second, first] }, 'its own cluster id is in CLUSTER_LIST'],
  [{ clusterList: [third, second, third, second, first] }, 'CLUSTER_LIST has a loop'],
  [{ clusterList: [], originatorId: undefined }, 'it was reflected and has no CLUSTER_LIST'],
  [{ holder: first, from: near, clusterList: [] }, 'nobody has reflected it, and it has an ORIGINATOR_ID'],
  [{ clusterList: [second, first] }, `CLUSTER_LIST does not begin with ${third}, which it is from`],
  [{ originatorId: first }, `ORIGINATOR_ID is ${first}, and ${near} announces it`],
  [{ originatorId: undefined }, `ORIGINATOR_ID is undefined, and ${near} announces it`],
  [{ clusterList: [third, first] }, `${third} has no session with ${first}`],
  [{ clusterList: [third, second] }, `${second} has no session with ${near}`],
])('a path that is wrong: %j', (change, fault) => {
  expect(faultsOf({ ...path, ...change }, reflection)).toContainEqual(
    expect.stringMatching(new RegExp(`: ${fault.replaceAll('.', '\\.')}$`)),
  );
});
