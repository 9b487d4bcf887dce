import { MEMBERSHIP_RULES } from '../../../crpd-image/runtime/discovery/membership';
import { FAILED, found, Group, SELF } from './group';

const { pace, establishedPace, establishedHold } = MEMBERSHIP_RULES;

/** So many routers, in order of address. */
const routers = (count: number) => Array.from({ length: count }, (_, i) => `10.43.0.${100 + i}`);

/** A group whose routers are all missing, their sessions down, for so many answers of a second each. */
function missing(addresses: readonly string[], answers = 3): Group {
  const group = new Group({ configured: addresses });
  for (let i = 0; i < answers; i++) group.turn(found(SELF));
  return group;
}

describe('who leaves first', () => {
  test('is the first in order of address of those that are missing for as long, whatever order discovery names', () => {
    const group = new Group();
    const [a, b, c] = routers(3);
    group.turn(found(SELF, b, c, a));
    const gone = Array.from({ length: 5 }, () => group.turn(found(SELF)).leaving).flat();
    expect(gone).toEqual([a, b, c]);
  });

  test('is sorted by address, independent of the order in the router', () => {
    const all = routers(40);
    const group = missing([...all].reverse());
    expect(group.last.leaving).toEqual(all.slice(0, 4));
  });
});

describe('the time between two removals', () => {
  test('is half a second to the millisecond', () => {
    const group = missing(routers(5));
    expect(group.last.leaving).toHaveLength(1);
    expect(group.turn(found(SELF), pace - 1).leaving).toEqual([]);
    expect(group.turn(found(SELF), 1).leaving).toHaveLength(1);
  });

  test('is ten seconds to the millisecond where sessions are Established', () => {
    const [a, b] = routers(2);
    const group = new Group({ configured: [a, b] });
    group.established.add(a).add(b);
    group.turn(found(SELF));
    group.turn(found(SELF), 1000);
    expect(group.turn(found(SELF), establishedHold).leaving).toEqual([a]);
    expect(group.turn(found(SELF), establishedPace - 1).leaving).toEqual([]);
    expect(group.turn(found(SELF), 1).leaving).toEqual([b]);
  });

  test('is the short one for a session that is down, also after one that was Established', () => {
    const [a, b] = routers(2);
    const group = new Group({ configured: [a, b] });
    group.established.add(a).add(b);
    for (let i = 0; i < 61; i++) group.turn(found(SELF));
    expect(group.last.leaving).toEqual([a]);
    group.established.delete(b);
    expect(group.turn(found(SELF), pace).leaving).toEqual([b]);
  });

  test('is the short one for an Established session after one that was down', () => {
    const [a, b] = routers(2);
    const group = new Group({ configured: [a, b] });
    group.established.add(a).add(b);
    for (let i = 0; i < 60; i++) group.turn(found(SELF));
    group.established.delete(a);
    expect(group.turn(found(SELF), 900).leaving).toEqual([a]);
    expect(group.turn(found(SELF), pace).leaving).toEqual([b]);
  });

  test('is kept over answers that fail', () => {
    const group = missing(routers(5));
    group.turn(FAILED, 10);
    for (let i = 0; i < 3; i++) expect(group.turn(found(SELF), 10).leaving).toEqual([]);
  });

  test('is of no account to routers that are not configured, which all go at once', () => {
    const group = new Group();
    group.routerWorks = false;
    group.turn(found(SELF, ...routers(30)));
    for (let i = 0; i < 3; i++) group.turn(found(SELF));
    expect(group.present).toEqual([]);
  });
});

describe('the share of a group that leaves at once', () => {
  test.each([
    [10, 1],
    [11, 2],
    [20, 2],
    [21, 3],
  ])('is, of %d, %d', (count, most) => {
    expect(missing(routers(count)).last.leaving).toHaveLength(most);
  });

  test('is of the other routers, without an address of this one that is configured', () => {
    const group = new Group({ configured: [SELF, ...routers(10)] });
    group.routerWorks = false;
    for (let i = 0; i < 3; i++) group.turn(found(SELF));
    expect(group.last.leaving).toEqual([SELF, routers(1)[0]]);
  });

  test('counts those that the router has not removed yet', () => {
    const group = missing(routers(20));
    expect(group.last.leaving).toHaveLength(2);
    group.routerWorks = false;
    expect(group.turn(found(SELF)).leaving).toHaveLength(2);
    expect(group.turn(found(SELF)).leaving).toHaveLength(2);
  });

  test('has room again for each that is named after all', () => {
    const all = routers(20);
    const group = new Group({ configured: all });
    group.routerWorks = false;
    for (let i = 0; i < 3; i++) group.turn(found(SELF));
    expect(group.last.leaving).toEqual(all.slice(0, 2));
    expect(group.turn(found(SELF, all[0])).leaving).toEqual(all.slice(1, 3));
  });
});
