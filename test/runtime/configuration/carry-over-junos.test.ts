import * as fc from 'fast-check';
import {
  carryOverJunos,
  hasMeshrrGroups,
  routerIdInJunos,
} from '../../../crpd-image/runtime/configuration/carry-over-junos';
import { JunosSyntaxError } from '../../../crpd-image/runtime/configuration/junos-text';
import { ALL_CASES, podOf, render } from '../../../test-support/configuration-cases';

const FROM = { routerId: '10.42.1.7', podIp: '10.42.1.7' };
const TO = { routerId: '10.42.3.9', podIp: '10.42.3.9' };

const carried = (text: string, from = FROM, to = TO) => carryOverJunos(text, from, to).text;

/** As Junos writes it after changes by the runtime and by an operator, who left notes. */
const PERSISTED = `## Last commit: 2026-11-01 10:00:00 UTC by root
version 22.4R1.10;
groups {
    MESHRR {
        protocols {
            bgp {
                graceful-shutdown {
                    sender {
                        local-preference 0;
                    }
                }
                group MESHRR-MESH {
                    type internal;
                    local-address 10.42.1.7;
                    neighbor 10.42.3.9 {
                        authentication-key "$9$a;b{c}d"; ## SECRET-DATA
                    }
                    inactive: neighbor 10.42.1.70;
                    neighbor 10.42.13.9 {
                        authentication-key "$9$x"; ## SECRET-DATA
                    }
                }
                group MESHRR-CLIENTS {
                    type internal;
                    cluster 10.42.1.7;
                    allow [ 10.42.1.7/32 198.51.100.0/24 ];
                }
            }
        }
    }
}
apply-groups MESHRR;
/* router-id 10.42.1.7; stays, {{ POD_IP }} too */
system {
    host-name "router-id 10.42.1.7;";
    login {
        message "cluster 10.42.1.7; \\"{%\\" router-id 10.42.1.7;";
    }
    # neighbor 10.42.3.9;
    name-server {
        10.42.1.7;
    }
}
routing-options {
    inactive: router-id 10.42.1.7;
    autonomous-system 64512;
    static {
        route 192.0.2.0/24 next-hop 10.42.1.7;
    }
}
protocols {
    bgp {
        graceful-shutdown {
            receiver;
        }
        group OTHER {
            neighbor 192.0.2.1 {
                description "local-address 10.42.1.7;";
                local-address 192.0.2.77;
            }
        }
    }
}
`;

const EXPECTED = PERSISTED.replace(/ {16}graceful-shutdown \{[^]*?\n {16}\}\n/, '')
  .replace(/ {20}neighbor 10\.42\.3\.9 \{[^]*?\n {20}\}\n/, '')
  .replace(
    'local-address 10.42.1.7;\n                    inactive',
    'local-address 10.42.3.9;\n                    inactive',
  )
  .replace('                    cluster 10.42.1.7', '                    cluster 10.42.3.9')
  .replace('inactive: router-id 10.42.1.7', 'inactive: router-id 10.42.3.9');

test('changes the statements that held the old address, takes away what would hurt, and nothing else', () => {
  expect(EXPECTED).not.toBe(PERSISTED);
  expect(carried(PERSISTED)).toBe(EXPECTED);
  expect(carryOverJunos(PERSISTED, FROM, TO).changes).toEqual([
    'graceful-shutdown is taken away',
    'local-address 10.42.1.7 is now 10.42.3.9',
    'neighbor 10.42.3.9 is taken away',
    'cluster 10.42.1.7 is now 10.42.3.9',
    'router-id 10.42.1.7 is now 10.42.3.9',
  ]);
});

test('tells router-id and pod address apart', () => {
  const from = { routerId: '192.0.2.7', podIp: '2001:db8::7' };
  const to = { routerId: '192.0.2.8', podIp: '2001:db8::9' };
  const text =
    'routing-options { router-id 192.0.2.7; } protocols { bgp { group A { cluster "192.0.2.7"; local-address 2001:DB8:0::7; } } }';
  expect(carried(text, from, to)).toBe(
    'routing-options { router-id 192.0.2.8; } protocols { bgp { group A { cluster "192.0.2.8"; local-address 2001:db8::9; } } }',
  );
});

test('reads statements in one line, and leaves what an operator chose', () => {
  expect(carried('routing-options router-id 10.42.1.7;')).toBe('routing-options router-id 10.42.3.9;');
  expect(carried('routing-options router-id 10.42.1.77;')).toBe('routing-options router-id 10.42.1.77;');
  expect(carried('protocols bgp group A neighbor 10.42.3.9; system host-name a;')).toBe(' system host-name a;');
});

test('carries every configuration of the default template over to what it would render', () => {
  for (const of of ALL_CASES) {
    const now = podOf(of, 'crpd').model;
    const ids = { routerId: now.routerId.text, podIp: now.podIp.text };
    const text = render(of, 'crpd');
    const moved = carried(text, ids, TO);
    expect(moved).toBe(text.replaceAll(`${ids.routerId};`, `${TO.routerId};`));
    expect([routerIdInJunos(moved), hasMeshrrGroups(moved)]).toEqual([TO.routerId, true]);
  }
});

describe('any configuration', () => {
  const word = fc.constantFrom(
    'router-id',
    'cluster',
    'neighbor',
    'local-address',
    'group',
    'bgp',
    'x',
    '10.42.1.7',
    '10.42.3.9',
    '[ 10.42.1.7 ]',
  );
  const quoted = fc.stringMatching(/^[a-z10.;{}#/* -]{0,20}$/).map((text) => `"${text}"`);
  const comment = fc.oneof(
    fc.stringMatching(/^[a-z10.;{}"/* -]{0,20}$/).map((text) => `# ${text}\n`),
    fc.stringMatching(/^[a-z10.;{}"#\n -]{0,20}$/).map((text) => `/* ${text} */`),
  );
  const space = fc.constantFrom(' ', '\n', '\n    ', '\t', '\r\n');
  const name = fc.array(fc.oneof({ weight: 4, arbitrary: word }, quoted), { minLength: 1, maxLength: 3 });
  const { statements: some } = fc.letrec<{ statements: string; statement: string }>((tie) => ({
    statements: fc.array(tie('statement'), { maxLength: 4 }).map((all) => all.join('')),
    statement: fc.oneof(
      { maxDepth: 4 },
      comment,
      fc
        .tuple(space, fc.constantFrom('', '', 'inactive: '), name)
        .map(([s, tag, words]) => `${s}${tag}${words.join(' ')};`),
      fc.tuple(space, name, tie('statements')).map(([s, words, body]) => `${s}${words.join(' ')} {${body}${s}}`),
      fc
        .tuple(
          fc.constantFrom('routing-options', 'protocols', 'bgp', 'groups', 'MESHRR', 'group A', 'graceful-shutdown'),
          tie('statements'),
        )
        .map(([block, body]) => `\n${block} {${body}\n}`),
      fc.constantFrom(
        '\nrouter-id 10.42.1.7;',
        '\ncluster 10.42.1.7;',
        '\nneighbor 10.42.3.9;',
        '\ngraceful-shutdown;',
      ),
    ),
  }));

  const statements = fc
    .tuple(some, some, some)
    .map(
      ([a, b, c]) =>
        `${a}\nrouting-options {${a}}\nprotocols { bgp {${b}} }\ngroups { MESHRR { protocols { bgp {${c}} } } }`,
    );

  test('is left as it is where the pod is the same, but for a drain and itself as a neighbor', () => {
    fc.assert(
      fc.property(statements, (text) => {
        const { text: after, changes } = carryOverJunos(text, FROM, FROM);
        expect(changes.filter((change) => / is now /.test(change))).toEqual([]);
        if (changes.length === 0) expect(after).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('carried over twice is as carried over once', () => {
    let changed = 0;
    fc.assert(
      fc.property(statements, (text) => {
        const { text: once, changes } = carryOverJunos(text, FROM, TO);
        changed += changes.length;
        expect(carryOverJunos(once, FROM, TO)).toEqual({ text: once, changes: [] });
      }),
      { numRuns: 2000 },
    );
    expect(changed).toBeGreaterThan(200);
  });

  test('keeps all that is not one of the changes, in its order', () => {
    fc.assert(
      fc.property(statements, (text) => {
        const { text: after, changes } = carryOverJunos(text, FROM, TO);
        if (changes.some((change) => change.endsWith('taken away'))) return;
        const replaced = changes.length;
        // The new address is as long as the old one: everything else is where it was.
        expect(after.length).toBe(text.length);
        const differs = [...text].filter((char, i) => char !== after[i]).length;
        expect(differs).toBe(replaced * 2);
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ['system {', 'a block without "}", line 1'],
  ['system {\n}\n}\n', 'a "}" too many, line 3'],
  ['\nrouter-id 10.42.1.7', 'a statement without ";", line 2'],
  ['system { host-name x }', 'a statement without ";", line 1'],
  ['system { host-name "x; }', 'a quotation without its end, line 1'],
  ['a;\n/* x', 'a comment without "*/", line 2'],
  ['{ }', 'a block without a name, line 1'],
])('%j is refused', (text, reason) => {
  expect(() => carried(text)).toThrow(new JunosSyntaxError('', '', 0).constructor as never);
  expect(() => carried(text)).toThrow(reason);
});

test.each([
  ['a quotation', `system { x "${'a'.repeat(20_000_000)}"; }`],
  ['a quotation of escapes', `system { x "${'\\"'.repeat(5_000_000)}"; }`],
  ['a comment', `/*${'*'.repeat(20_000_000)}*/ system { x y; }`],
  ['one word', `system { x ${'a'.repeat(20_000_000)}; }`],
])('%s of megabytes is kept', (_, text) => {
  expect(carried(text)).toBe(text);
});

test.each([
  ['blocks in blocks', 'a {'.repeat(100_000)],
  ['a block with a long name', `${'a '.repeat(100_000)}{${'b;'.repeat(100_000)}}`],
])('%s, of which each statement would keep the words, are refused', (_, text) => {
  expect(() => carried(text)).toThrow('blocks of more than 500 words, line 1');
});

describe('the neighbors of a mesh', () => {
  test('are taken away, as their keys may be those of yesterday; those of other groups stay', () => {
    const upstream = PERSISTED.replace(
      'group MESHRR-CLIENTS {',
      'group MESHRR-UPSTREAM {\n neighbor 10.42.2.2;\n }\n group MESHRR-CLIENTS {',
    );
    const { text, changes } = carryOverJunos(upstream, FROM, FROM, ['MESHRR-MESH']);
    expect(text).not.toContain('10.42.13.9');
    expect(text).not.toContain('10.42.1.70');
    expect(text).toContain('neighbor 10.42.2.2;');
    expect(text).toContain('group MESHRR-MESH {');
    expect(changes).toContain('neighbor 10.42.13.9 is taken away');
  });
});
