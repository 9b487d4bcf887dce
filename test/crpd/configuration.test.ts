import * as fc from 'fast-check';
import { setCommand, setCommands } from './random-configuration';
import { commitFaults } from '../../test-support/crpd/stand-in/configuration/commit-checks';
import { compare } from '../../test-support/crpd/stand-in/configuration/compare';
import { loadSet } from '../../test-support/crpd/stand-in/configuration/load-set';
import { configurationOf, loadText } from '../../test-support/crpd/stand-in/configuration/load-text';
import { inherited, merge } from '../../test-support/crpd/stand-in/configuration/merge';
import { renderSet, renderText } from '../../test-support/crpd/stand-in/configuration/render';
import { decodeSecret, encodeSecret } from '../../test-support/crpd/stand-in/configuration/secrets';
import { clone, emptyConfiguration, equal, Node } from '../../test-support/crpd/stand-in/configuration/tree';
import { filtered, loadXml, renderXml } from '../../test-support/crpd/stand-in/configuration/xml-form';
import { parseXml } from '../../test-support/crpd/stand-in/netconf/xml';

const fromSet = (...commands: string[]): Node => {
  const node = emptyConfiguration();
  const { errors } = loadSet(node, commands.join('\n'));
  if (errors.length > 0) throw errors[0];
  return node;
};
const lines = (node: Node): string[] => renderSet(node).split('\n').filter(Boolean);
const ofText = (text: string): { lines: string[]; errors: string[]; warnings: string[] } => {
  const node = emptyConfiguration();
  const { errors, warnings } = loadText(node, text);
  return {
    lines: lines(node),
    errors: errors.map((each) => `${each.path} ${each.badElement}: ${each.message}`),
    warnings: warnings.map((each) => each.message),
  };
};

describe('every configuration', () => {
  const runs = { numRuns: 400 };

  test('is the same after text, set commands and XML', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(setCommands, (commands) => {
        const node = fromSet(...commands);
        const text = renderText(node);
        expect(renderText(configurationOf(text))).toBe(text);
        const again = emptyConfiguration();
        expect(loadSet(again, renderSet(node))).toEqual({ errors: [], warnings: [] });
        expect(renderText(again)).toBe(text);
        const xml = emptyConfiguration();
        expect(loadXml(xml, parseXml(renderXml(node)))).toEqual({ errors: [], warnings: [] });
        expect(renderText(xml)).toBe(text);
        for (const line of lines(node)) kinds.add(line.split(' ').slice(0, 3).join(' '));
      }),
      runs,
    );
    expect(kinds.size).toBeGreaterThan(20);
  });

  test('is the same whichever command came first, but for the order of entries', () => {
    const values = (command: string): string => command.replace(/ \S+$/, '');
    fc.assert(
      fc.property(fc.uniqueArray(setCommand, { maxLength: 20, selector: values }), fc.nat(), (commands, turn) => {
        // Of two values for one leaf the last would win.
        const node = fromSet(...commands);
        fc.pre(commands.every((command) => lines(fromSet(command)).every((line) => lines(node).includes(line))));
        const at = turn % (commands.length + 1);
        const other = fromSet(...commands.slice(at), ...commands.slice(0, at).reverse());
        expect(lines(other).sort()).toEqual(lines(node).sort());
      }),
      runs,
    );
  });

  test('differs from another by just what the commands say', () => {
    fc.assert(
      fc.property(setCommands, setCommands, (first, second) => {
        const [before, after] = [fromSet(...first), fromSet(...first, ...second)];
        const difference = compare(before, after);
        expect(difference === '').toBe(equal(before, after));
        expect(difference).toMatch(/^(\[edit.*\]\n([+-] {2,}\S.*\n)+)*$/);
        expect(compare(before, clone(before))).toBe('');
        const back = compare(after, before).replace(/^[+-]/gm, (sign) => (sign === '+' ? '-' : '+'));
        expect(back.split('\n').sort()).toEqual(difference.split('\n').sort());
      }),
      runs,
    );
  });

  test('loses by delete just what the command names', () => {
    fc.assert(
      fc.property(setCommands, fc.nat(), (commands, pick) => {
        const node = fromSet(...commands);
        const all = lines(node);
        fc.pre(all.length > 0);
        const line = all[pick % all.length];
        const { errors, warnings } = loadSet(node, line.replace(/^set/, 'delete'));
        expect([errors, warnings]).toEqual([[], []]);
        const rest = lines(node);
        const gone = all.filter((each) => !rest.includes(each));
        expect(gone).toContain(line);
        expect(gone.filter((each) => each !== line && !each.startsWith(`${line} `))).toEqual([]);
        // What means something when it is empty is a line of its own now.
        expect(rest.filter((each) => !all.includes(each) && !line.startsWith(`${each} `))).toEqual([]);
        const { warnings: again } = loadSet(node, line.replace(/^set/, 'delete'));
        expect(again.map((each) => each.message)).toEqual(['statement not found']);
      }),
      runs,
    );
  });

  test('keeps what two private copies added, where they do not contradict each other', () => {
    fc.assert(
      fc.property(setCommands, setCommands, setCommands, (common, one, other) => {
        const base = fromSet(...common);
        const [mine, theirs] = [fromSet(...common, ...one), fromSet(...common, ...other)];
        const { merged, conflicts } = merge(base, mine, theirs);
        for (const copy of [mine, theirs]) {
          const own = lines(copy).filter((line) => !lines(base).includes(line));
          const more = clone(merged);
          loadSet(more, own.join('\n'));
          if (conflicts.length === 0) expect(lines(more)).toEqual(lines(merged));
        }
        const known = [...lines(mine), ...lines(theirs)];
        expect(lines(merged).filter((line) => !known.includes(line))).toEqual([]);
        for (const { message } of conflicts) expect(message).toContain('does not match patch value');
        expect(renderText(merge(base, mine, base).merged)).toBe(renderText(mine));
        expect(renderText(merge(base, base, theirs).merged)).toBe(renderText(theirs));
      }),
      runs,
    );
  });

  test('does not crash the readers, whatever text it is', () => {
    const piece = fc.oneof(
      setCommand,
      fc.string(),
      fc.constantFrom('{', '}', '[', ']', ';', '"', '/*', '*/', '#', '\n'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const node = emptyConfiguration();
        loadText(node, pieces.join(' '));
        loadSet(node, pieces.join(' '));
        expect(renderText(configurationOf(renderText(node)))).toBe(renderText(node));
      }),
      runs,
    );
  });
});

describe('text', () => {
  test('has leaves replaced, lists merged and values added', () => {
    const text = `
      protocols { bgp { hold-time 30; group A { allow 10.0.0.0/8; neighbor 10.0.0.1; } } } /* comment { */
      protocols { bgp { hold-time 90; group A { allow [ 192.0.2.0/24 10.0.0.0/8 ]; neighbor 2001:DB8:0::1 { passive; } } } } # end`;
    expect(ofText(text)).toEqual({
      lines: [
        'set protocols bgp hold-time 90',
        'set protocols bgp group A allow 10.0.0.0/8',
        'set protocols bgp group A allow 192.0.2.0/24',
        'set protocols bgp group A neighbor 10.0.0.1',
        'set protocols bgp group A neighbor 2001:db8::1 passive',
      ],
      errors: [],
      warnings: [],
    });
  });

  test.each([
    ['protocols { bgp { group A { type internal } } }', "[edit protocols bgp group A] }: syntax error, expecting ';'"],
    ['protocols { bgp { group A { typ internal; } } }', '[edit protocols bgp group A] typ: syntax error'],
    ['protocols { bgp { group A { type internally; } } }', '[edit protocols bgp group A] internally: syntax error'],
    ['protocols { bgp { group A { allow [ ]; } } }', '[edit protocols bgp group A] allow: missing argument.'],
    [
      'protocols { bgp { group A { neighbor 10.0.0.256; } } }',
      "invalid value '10.0.0.256' in ip address: '10.0.0.256'",
    ],
    ['protocols { bgp { hold-time 2; } }', 'Value 2 is not within range (3..65535)'],
    ['protocols { bgp { hold-time; } }', 'missing argument.'],
    ['protocols { bgp { hold-time 3 4; } }', '[edit protocols bgp] 4: syntax error'],
    ['system { host-name "x; }', 'syntax error'],
    ['system { host-name x;', 'EOF: syntax error, expecting <}>'],
    ['system { host-name x; } }', '}: syntax error'],
    ['inactive: system { host-name x; }', 'inactive:: syntax error'],
    ['system { host-name { } }', 'missing argument.'],
    ['routing-options { autonomous-system 64496 7; }', '7: syntax error'],
    ['routing-options { autonomous-system many; }', "Invalid numeric value: 'many'"],
    [';', ';: syntax error'],
  ])('%s is refused', (text, message) => {
    const { errors } = ofText(text);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(message);
  });

  test('that is wrong has its right beginning loaded', () => {
    const { lines: loaded, errors } = ofText(
      'system { host-name x; } protocols { bgp { foo; } } snmp { community c; }',
    );
    expect(loaded).toEqual(['set system host-name x']);
    expect(errors).toHaveLength(1);
  });

  test('replaces and deletes by tags', () => {
    const node = fromSet('set protocols bgp group A neighbor 10.0.0.1', 'set protocols bgp group A type internal');
    loadText(node, 'protocols { bgp { replace: group A { neighbor 10.0.0.2; } } }', true);
    expect(lines(node)).toEqual(['set protocols bgp group A neighbor 10.0.0.2']);
    const { warnings } = loadText(node, 'protocols { bgp { group A { delete: neighbor 10.0.0.2; delete: type; } } }');
    expect(lines(node)).toEqual(['set protocols bgp group A']);
    expect(warnings.map(({ message, badElement }) => `${badElement}: ${message}`)).toEqual([
      'type: statement not found',
    ]);
  });

  test('is written on one line, in one block, or behind its word, as Junos does', () => {
    const text = [
      'groups {',
      '    A {',
      '        routing-options {',
      '            autonomous-system 64496 loops 2 asdot-notation;',
      '        }',
      '    }',
      '    B {',
      '        protocols {',
      '            bgp {',
      '                family inet {',
      '                    unicast {',
      '                        prefix-limit {',
      '                            maximum 9;',
      '                            teardown 80 idle-timeout 5;',
      '                        }',
      '                    }',
      '                }',
      '                family evpn {',
      '                    signaling;',
      '                }',
      '            }',
      '        }',
      '    }',
      '}',
      'apply-groups [ A B ];',
      'policy-options {',
      '    policy-statement P {',
      '        term t {',
      '            from {',
      '                route-filter 10.0.0.0/8 orlonger;',
      '            }',
      '            then {',
      '                community add C;',
      '                next-hop self;',
      '                accept;',
      '            }',
      '        }',
      '    }',
      '}',
      '',
    ].join('\n');
    expect(renderText(configurationOf(text))).toBe(text);
  });
});

describe('set commands', () => {
  test('take effect one by one; a wrong one does nothing', () => {
    const node = emptyConfiguration();
    const { errors, warnings } = loadSet(
      node,
      [
        'set protocols bgp group A type internal hold-time 30',
        'set protocols bgp group B neighbor 10.0.0.1 hold-time 1',
        'set protocols bgp group A allow [ 10.0.0.0/8 192.0.2.0/24 ]',
        'delete protocols bgp group A neighbor 10.0.0.9',
        'delete protocols bgp group A allow 10.0.0.0/8',
        'set protocols bgp',
        'set interfaces lo0 unit 0 family inet address 192.0.2.1/32',
        'show protocols',
        'set',
        'set system host-name a { b',
      ].join('\n'),
    );
    expect(lines(node)).toEqual([
      'set interfaces lo0 unit 0 family inet address 192.0.2.1/32',
      'set protocols bgp group A type internal',
      'set protocols bgp group A hold-time 30',
      'set protocols bgp group A allow 192.0.2.0/24',
    ]);
    expect(errors.map(({ badElement }) => badElement)).toEqual(['1', 'show', 'set', '{']);
    expect(warnings.map(({ message }) => message)).toEqual(['statement not found']);
  });

  test('leave no hollow container behind', () => {
    const node = fromSet(
      'set system services ssh',
      'set protocols bgp group A neighbor 10.0.0.1',
      'set system host-name x',
    );
    loadSet(node, 'delete system services ssh\ndelete protocols bgp group A neighbor');
    expect(lines(node)).toEqual(['set system host-name x', 'set protocols bgp group A']);
  });
});

describe('compare', () => {
  test('shows changes under the statement that they are in', () => {
    const before = fromSet(
      'set groups M protocols bgp group A neighbor 10.0.0.1',
      'set groups M protocols bgp group A neighbor 10.0.0.2',
      'set system host-name old',
    );
    const after = clone(before);
    loadSet(
      after,
      [
        'delete groups M protocols bgp group A neighbor 10.0.0.1',
        'set groups M protocols bgp group A neighbor 10.0.0.3 passive',
        'set groups M protocols bgp group A family inet unicast',
        'set system host-name new',
      ].join('\n'),
    );
    expect(compare(before, after)).toBe(
      [
        '[edit groups M protocols bgp group A]',
        '-       neighbor 10.0.0.1;',
        '+       family inet {',
        '+           unicast;',
        '+       }',
        '+       neighbor 10.0.0.3 {',
        '+           passive;',
        '+       }',
        '[edit system]',
        '-  host-name old;',
        '+  host-name new;',
        '',
      ].join('\n'),
    );
  });
});

describe('secrets', () => {
  test('of the public scheme are understood', () => {
    expect(decodeSecret('$9$LbHX-wg4Z')).toBe('lc');
    expect(decodeSecret('$9$')).toBeUndefined();
    expect(decodeSecret('secret')).toBeUndefined();
  });

  test('are written differently each time, and mean the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (plain) => {
        expect(decodeSecret(encodeSecret(plain))).toBe(plain);
      }),
    );
    expect(new Set(Array.from({ length: 20 }, () => encodeSecret('key'))).size).toBeGreaterThan(15);
  });

  test('are stored encoded, and marked', () => {
    const node = fromSet('set protocols bgp group A neighbor 10.0.0.1 authentication-key opensesame');
    expect(renderText(node)).toMatch(/authentication-key "\$9\$[^"]+"; ## SECRET-DATA\n/);
    expect(renderText(node)).not.toContain('opensesame');
  });
});

describe('groups', () => {
  test('are inherited at each level: leaves where unset, values joined, wildcards for each entry', () => {
    const node = configurationOf(`
      groups {
        A { protocols { bgp { hold-time 30; group <*> { allow 10.0.0.0/8; type internal; neighbor 10.0.0.1; } } } }
        B { protocols { bgp { hold-time 60; passive; group X { neighbor 10.0.0.2; } } } }
      }
      apply-groups [ A B ];
      protocols { bgp { group X { allow 192.0.2.0/24; } group Y { type external; apply-groups-except A; } } }`);
    expect(lines(inherited(node)).filter((line) => line.startsWith('set protocols'))).toEqual([
      'set protocols bgp hold-time 30',
      'set protocols bgp passive',
      'set protocols bgp group X type internal',
      'set protocols bgp group X allow 192.0.2.0/24',
      'set protocols bgp group X allow 10.0.0.0/8',
      'set protocols bgp group X neighbor 10.0.0.1',
      'set protocols bgp group X neighbor 10.0.0.2',
      'set protocols bgp group Y apply-groups-except A',
      'set protocols bgp group Y type external',
    ]);
  });
});

describe('a commit', () => {
  const AS = 'set routing-options autonomous-system 64496';
  test.each([
    [[AS, 'set apply-groups NONE'], "Configuration group 'NONE' is not defined"],
    [[AS, 'set protocols bgp group A neighbor 10.0.0.1'], 'peer AS number must be configured'],
    [
      [
        AS,
        'set apply-groups M',
        'set groups M protocols bgp group A type internal neighbor 10.0.0.1',
        'set protocols bgp group B type internal neighbor 10.0.0.1',
      ],
      'peer already in group B',
    ],
    [
      [AS, 'set protocols bgp group A peer-as-list L', 'set protocols bgp group A allow 10.0.0.0/8'],
      'as-list L is not',
    ],
    [[AS, 'set protocols bgp group A peer-as-list L', 'set policy-options as-list L members 1'], "needs 'allow'"],
    [[AS, 'set protocols bgp group A export P'], 'Policy P referenced but not defined'],
    [[AS, 'set protocols bgp group A type internal neighbor 10.0.0.1 import P'], 'Policy P referenced but not defined'],
    [['set policy-options policy-statement P from community C'], 'Community C referenced'],
    [['set protocols bgp group A type internal'], 'autonomous-system'],
    [['set system processes routing bgp rib-sharding'], 'update-threading'],
  ])('of %j is refused', (commands, message) => {
    const faults = commitFaults(fromSet(...commands));
    expect(faults.map((each) => each.message).join('; ')).toContain(message);
    expect(faults).toHaveLength(1);
  });

  test('of two instances may have one neighbor in each', () => {
    const node = fromSet(
      AS,
      'set protocols bgp group A type internal neighbor 10.0.0.1',
      'set routing-instances R protocols bgp group A type internal neighbor 10.0.0.1',
    );
    expect(commitFaults(node)).toEqual([]);
  });
});

describe('a private copy', () => {
  test('that sets a leaf which another has set meanwhile conflicts', () => {
    const base = fromSet('set system host-name a');
    const { conflicts } = merge(base, fromSet('set system host-name b'), fromSet('set system host-name c'));
    expect(conflicts.map(({ path, message }) => `${path} ${message}`)).toEqual([
      "[edit system host-name] statement value does not match patch value; 'c' != 'a'",
    ]);
  });
});

describe('a filter', () => {
  const node = fromSet(
    'set groups M protocols bgp group A neighbor 10.0.0.1 passive',
    'set groups M protocols bgp group A neighbor 10.0.0.2',
    'set groups M protocols bgp group B neighbor 10.0.0.3',
    'set groups N system host-name x',
    'set system host-name y',
  );
  test.each([
    ['<configuration/>', lines(node)],
    [
      '<configuration><groups><name>M</name><protocols><bgp><group><name>A</name><neighbor><name/></neighbor></group></bgp></protocols></groups></configuration>',
      ['set groups M protocols bgp group A neighbor 10.0.0.1', 'set groups M protocols bgp group A neighbor 10.0.0.2'],
    ],
    ['<configuration><groups><name>N</name></groups></configuration>', ['set groups N system host-name x']],
    ['<configuration><groups><name/></groups></configuration>', ['set groups M', 'set groups N']],
    ['<configuration><system><host-name/></system></configuration>', ['set system host-name y']],
    ['<configuration><snmp/></configuration>', []],
  ])('%s selects', (filter, selected) => {
    expect(lines(filtered(node, parseXml(filter)))).toEqual(selected);
  });
});
