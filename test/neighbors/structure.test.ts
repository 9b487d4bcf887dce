import { neighborText } from '../../lib';
import { NeighborPlatform } from '../../lib/neighbors';
import { CASES, configurationFor, NeighborCase } from './cases';

// IOS-XR and EOS have no parser here: what can be told without one is held against their text.

const textOf = (one: NeighborCase, platform: NeighborPlatform) => neighborText(configurationFor(one), platform);

/** Runs a check on the text of each case. */
const testEach = (platform: NeighborPlatform, what: string, check: (text: string) => void) =>
  test.each(CASES)(what, (one) => check(textOf(one, platform)));

const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name);
const sorted = (names: readonly string[]) => [...new Set(names)].sort();

describe.each(['junos', 'iosxr', 'frr', 'eos'] as const)('%s', (platform) => {
  testEach(platform, '$name has no trailing blank, no tab, no empty line, and ASCII alone', (text) => {
    expect(text).not.toMatch(/[ \t]\n|\t|\n\n|[^\n\x20-\x7e]/);
    expect(text.endsWith('\n')).toBe(true);
    expect(text).not.toMatch(/undefined|null|\[object|NaN/);
  });
});

/** What closes a block of IOS-XR, by the beginning of the line that opens it. A VRF is one within a router. */
const ENDS: readonly (readonly [RegExp, string])[] = [
  [/^route-policy \S+$/, 'end-policy'],
  [/^(prefix|community)-set /, 'end-set'],
  [/^if .* then$/, 'endif'],
  [/^(interface|router|address-family|neighbor) /, '!'],
];

describe('iosxr', () => {
  testEach('iosxr', '$name closes each block where it belongs', (text) => {
    const open: { depth: number; word: string; end: string }[] = [];
    for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('! '))) {
      const depth = line.search(/\S/);
      const word = line.trim();
      const last = open[open.length - 1];
      const inRouter = word.startsWith('vrf ') && last?.word.startsWith('router ');
      const [, end] = inRouter ? [undefined, '!'] : (ENDS.find(([opens]) => opens.test(word)) ?? []);
      if (last && word === last.end && depth === last.depth) open.pop();
      else if (word !== '!') expect(depth).toBeGreaterThan(last ? last.depth : -1);
      if (end !== undefined) open.push({ depth, word, end });
    }
    expect(open).toEqual([]);
  });

  testEach('iosxr', '$name uses the policies and sets that it defines, and no others', (text) => {
    const policies = found(text, /^route-policy (\S+)$/gm);
    expect(sorted(policies)).toEqual([...policies].sort());
    const used = found(text, /^ +(?:redistribute \w+ )?route-policy (\S+)(?: in| out)?$/gm);
    expect(sorted(used)).toEqual(sorted(policies));
    expect(sorted(found(text, /if destination in (\S+) then/g))).toEqual(sorted(found(text, /^prefix-set (\S+)$/gm)));
    expect(sorted(found(text, /matches-any (\S+) then/g))).toEqual(sorted(found(text, /^community-set (\S+)$/gm)));
  });

  testEach('iosxr', '$name has each neighbor once, with a policy in each direction', (text) => {
    const neighbors = found(text, /^ +neighbor (\S+)$/gm);
    expect(sorted(neighbors)).toEqual([...neighbors].sort());
    const [own] = found(text, /^router bgp (\d+)$/gm);
    // A route reflector takes and sends all routes of iBGP neighbors in a range: IOS-XR wants policies for eBGP alone.
    const isReflected = (neighbor: string) => new RegExp(`^\\S+/\\d+\\n +remote-as ${own}\\n`).test(neighbor);
    const families = text
      .split(/^ +neighbor /m)
      .slice(1)
      .filter((neighbor) => !isReflected(neighbor))
      .flatMap((part) => part.split('address-family ').slice(1))
      // Route target constraint has no routes that a policy could be for.
      .filter((family) => !family.startsWith('ipv4 rt-filter'));
    for (const family of families) {
      expect(family).toMatch(/route-policy \S+ in\n/);
      expect(family).toMatch(/route-policy \S+ out\n/);
    }
  });

  testEach('iosxr', '$name has the loopbacks that it peers from', (text) => {
    const own = found(text, /^interface (\S+)$/gm);
    const used = found(text, /update-source (\S+)/g).filter((name) => name !== 'Loopback5');
    expect(own).toEqual(expect.arrayContaining(used));
  });
});

describe.each(['eos', 'frr'] as const)('%s', (platform) => {
  testEach(platform, '$name uses the maps and lists that it defines, and no others', (text) => {
    const maps = found(text, /^route-map (\S+) (?:permit|deny) \d+$/gm);
    expect(sorted(found(text, /^ +.*route-map (\S+)(?: in| out)?$/gm))).toEqual(sorted(maps));
    const lists = found(text, /^(?:ip|ipv6) prefix-list (\S+)/gm);
    expect(sorted(found(text, /match (?:ip|ipv6) address prefix-list (\S+)/g))).toEqual(sorted(lists));
    const communities = found(text, /community-list (?:standard )?(\S+) permit/g);
    expect(sorted(found(text, /match community (\S+)/g))).toEqual(sorted(communities));
  });

  testEach(platform, '$name has each neighbor in one group that is there, and none without a family', (text) => {
    const groups = found(text, /^ +neighbor (\S+) peer[- ]group$/gm);
    expect(sorted(groups)).toEqual([...groups].sort());
    const members = [...text.matchAll(/^ +neighbor (\S+) peer[- ]group (\S+)$/gm)];
    const addresses = members.map(([, address]) => address);
    expect(sorted(addresses)).toEqual([...addresses].sort());
    const used = [...members.map(([, , group]) => group), ...found(text, /listen range \S+ peer-group (\S+)/g)];
    expect(sorted(used)).toEqual(sorted(groups));
    // In a VRF, EOS activates neighbors by their addresses.
    const activated = new Set(found(text, /^ +neighbor (\S+) activate$/gm));
    for (const [, address, group] of members) expect(activated.has(group) || activated.has(address)).toBe(true);
    const ofRanges = found(text, /listen range \S+ peer-group (\S+)/g);
    expect(ofRanges.filter((group) => !activated.has(group))).toEqual([]);
  });
});

test('the lines of EOS are indented by threes, each below one that opens a block', () => {
  for (const text of CASES.map((one) => textOf(one, 'eos'))) {
    let before = 0;
    for (const line of text.split('\n').filter((each) => each !== '')) {
      const depth = line.search(/\S/);
      expect(depth % 3).toBe(0);
      expect(depth).toBeLessThanOrEqual(before + 3);
      before = depth;
    }
  }
});
