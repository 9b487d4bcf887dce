import * as fc from 'fast-check';
import { parseGroupName } from '../../../lib/addressing';
import { settingNames, settingOf } from '../../../lib/settings';

/** Settings whose text no default template writes: a path, a list of names, and numbers that it writes one by one. */
const NOT_WRITTEN = [
  ...[
    'MESHRR_GROUPS_FILE',
    'MESHRR_MEMBERS_FILE',
    'MESHRR_ROUTER_IDS',
    'MESHRR_MAXIMUM_PREFIXES',
    'MESHRR_CLIENT_FILTERS',
  ],
  'MESHRR_RPKI_SERVERS',
];

/** A word in Junos and in FRR, which needs no quotes: it ends no statement, begins no comment, list or block. */
const WORD = /^(?!\/[/*])[-A-Za-z0-9.:/,_]+$/;

/** Text that stays what it is between quotes in Junos. */
const QUOTED = /^[^"\\\n\r]+$/;

const HASH = `$6$salt$${'./Az09'.repeat(14)}ab`;
const SEEDS = ['10.0.0.1', '2001:db8::1', '10.0.0.0/8,2001:db8::/32', '65001-65500,1.10', 'core', 'a.b', '65000:101']
  .concat([
    'true',
    'frr',
    'crpd',
    'dns',
    'info',
    'routeserver',
    'instance',
    'all',
    'svc.cluster.local',
    '1000',
    '2',
    '/etc/x.json',
    'GROUP_1-a',
    'keep',
    'drop',
    'vpnv4',
    HASH,
  ])
  .concat([HASH.replace('$6$', '$6$rounds=5000$')]);

const NASTY = [
  '"',
  "'",
  ';',
  '{',
  '}',
  '[',
  ']',
  '#',
  '!',
  '\\',
  '/*',
  '*/',
  ' ',
  '\t',
  '\n',
  '\r',
  '\u0085',
  '\u2028',
].concat(['\0', '|', '<', '>', '$', '{{', '%}', '\u200b', 'é', '٣', '￼']);

/** Anything, and values that are right but for what was put into them. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.constantFrom(...SEEDS), fc.nat(), fc.array(fc.constantFrom(...NASTY, 'a', '1', ''), { maxLength: 2 }))
    .map(
      ([seed, at, put]) => seed.slice(0, at % (seed.length + 1)) + put.join('') + seed.slice(at % (seed.length + 1)),
    ),
);

// Stricter settings would be safer still: when they are, these tests fail, and become tests of the property above.
test.each([
  ['encryptedRootPassword', HASH.replace('salt', 'sa\u0001lt')],
  ['encryptedRootPassword', HASH.replace('salt', 'sa[#lt')],
  ['groupsFile', '/etc/x.json;}'],
] as const)('%s refuses %j', (name, value) => {
  expect(() => settingOf(name).codec.parse(value)).toThrow();
});

/** What a setting writes for a text that it accepts, or undefined. */
function accepted(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

// Nearly every value is refused, and nobody reads where.
beforeAll(() => void (Error.stackTraceLimit = 0));

test('no setting lets a value through that needs escaping', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(text, (value) => {
      for (const name of settingNames.filter((one) => !NOT_WRITTEN.includes(settingOf(one).variable))) {
        const { variable, codec } = settingOf(name);
        const written = accepted(() => codec.format(codec.parse(value)));
        if (written === undefined) continue;
        seen.add(variable);
        const safe = (name === 'encryptedRootPassword' ? QUOTED : WORD).test(written);
        if (!safe) throw new Error(`${variable} lets ${JSON.stringify(written)} through`);
      }
      const group = accepted(() => parseGroupName(value));
      if (group !== undefined && !WORD.test(group)) throw new Error(`a group may be called ${JSON.stringify(group)}`);
    }),
    { numRuns: 10_000 },
  );
  // A property that accepted nothing would prove nothing.
  expect([...seen].sort()).toEqual(
    settingNames
      .map((name) => settingOf(name).variable)
      .filter((variable) => !NOT_WRITTEN.includes(variable))
      .sort(),
  );
});
