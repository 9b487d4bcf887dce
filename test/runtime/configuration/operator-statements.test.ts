import * as fc from 'fast-check';
import {
  parseJunos,
  plainWords,
  JunosStatement,
  writeJunos,
} from '../../../crpd-image/runtime/configuration/junos-text';
import { withOperatorStatements } from '../../../crpd-image/runtime/configuration/operator-statements';

const ours = (...statements: string[]) =>
  `groups {\n    MESHRR {\n${statements.map((s) => `        ${s}\n`).join('')}    }\n}\napply-groups MESHRR;\n`;
const OLD = ours('routing-options { router-id 10.0.0.1; }', 'protocols { bgp { family evpn; } }');
const NEW = ours('routing-options { router-id 10.0.0.2; }');

/** The statements that are no blocks, each with the blocks around it, in any order and way of writing. */
function leaves(text: string): string[] {
  const lines = (statement: JunosStatement): string[] => {
    const own = plainWords(statement).join(' ');
    const children = statement.children ?? [];
    return children.length > 0 ? children.flatMap(lines).map((line) => `${own} ${line}`) : [own];
  };
  return parseJunos(text).flatMap(lines).sort();
}

test('a configuration without anything of an operator becomes the rendered one, to the letter', () => {
  expect(withOperatorStatements(NEW, OLD, OLD)).toBe(NEW);
  const byJunos = `## Last commit: 2026-11-26 17:00:00 UTC by root
version 22.4R1;
groups { MESHRR {
  /* ours */ routing-options { router-id 10.0.0.1; }
  protocols { bgp { family evpn; group MESHRR-MESH { neighbor 10.42.0.2 { authentication-key "$9$x"; ## SECRET-DATA
  } } graceful-shutdown { sender; } } } } }
apply-groups [ MESHRR ];`;
  expect(withOperatorStatements(NEW, byJunos, OLD)).toBe(NEW);
});

test('what an operator added stays, in blocks of its own and in those of an operator’s template', () => {
  const template = (id: string) => `system {\n    host-name rs-${id};\n    services {\n        ssh;\n    }\n}\n${NEW}`;
  const persisted = `system {
    host-name rs-1;
    services {
        ssh;
        /* for the collectors */
        inactive: netconf { ssh; }
    }
}
snmp { community "a; }"; }
groups { MESHRR { routing-options { router-id 10.0.0.1; } } LAB { snmp { location x; } } }
apply-groups [ LAB MESHRR ];`;
  const text = withOperatorStatements(template('2'), persisted, template('1'));
  expect(leaves(text)).toEqual(
    [
      'system host-name rs-2',
      'system services ssh',
      'system services netconf ssh',
      'snmp community a; }',
      'groups MESHRR routing-options router-id 10.0.0.2',
      'groups LAB snmp location x',
      'apply-groups LAB MESHRR',
    ].sort(),
  );
  expect(text).toContain('/* for the collectors */\n        inactive: netconf {');
  // A second start changes nothing.
  expect(withOperatorStatements(template('2'), text, template('2'))).toBe(text);
});

test('a group that the template no longer has goes, with its place among those that apply', () => {
  const old = `groups { FIRST { system { host-name a; } } }\napply-groups FIRST;\n${OLD}`;
  const found = `${old}\nsnmp { location y; }`.replace('apply-groups MESHRR', 'apply-groups [ OWN MESHRR ]');
  expect(leaves(withOperatorStatements(NEW, found, old))).toEqual(
    [...leaves(NEW).filter((line) => !line.startsWith('apply')), 'apply-groups OWN MESHRR', 'snmp location y'].sort(),
  );
});

test('a group of ours applies even where somebody has taken it from the list', () => {
  expect(leaves(withOperatorStatements(NEW, OLD.replace('apply-groups MESHRR', 'apply-groups LAB'), OLD))).toContain(
    'apply-groups MESHRR LAB',
  );
});

test('without a record, the groups of the template are ours and all else is an operator’s', () => {
  expect(leaves(withOperatorStatements(NEW, `${OLD}snmp { location y; }`, ''))).toEqual(
    [...leaves(NEW), 'snmp location y'].sort(),
  );
});

/** Random configurations, of few words so that they meet. */
const word = fc.constantFrom('a', 'b', 'c', '"d e"', '"{ ; }"', 'inactive:');
const name = fc.tuple(fc.constantFrom('system', 'snmp', 'x', 'y'), fc.array(word, { maxLength: 2 }));
const { block } = fc.letrec<{ block: readonly JunosStatement[] }>((tie) => ({
  block: fc.uniqueArray(
    fc
      .tuple(name, fc.option(tie('block'), { nil: undefined, depthSize: 'small' }))
      .map(([[first, more], children]): JunosStatement => {
        const words = [first, ...more.filter((one) => one !== 'inactive:')];
        return { comments: [], words: more.includes('inactive:') ? ['inactive:', ...words] : words, children };
      }),
    { maxLength: 4, selector: (statement) => plainWords(statement).join(' ') },
  ),
}));
const text = block.map((statements) => writeJunos(statements));

test('text is read as it is written', () => {
  fc.assert(fc.property(text, (one) => expect(writeJunos(parseJunos(one))).toBe(one)));
});

test('every rendered statement is there, and of the others those that were not rendered before', () => {
  fc.assert(
    fc.property(text, text, text, (rendered, old, operator) => {
      const persisted = `${old}${operator}`;
      const done = withOperatorStatements(rendered, persisted, old);
      const [found, new_, before] = [leaves(done), leaves(rendered), new Set(leaves(old))];
      expect(found).toEqual(expect.arrayContaining(new_.filter((line) => !isEmptyBlock(line, found))));
      const kept = leaves(operator).filter(
        (line) => !before.has(line) && !isEmptyBlock(line, [...found, ...leaves(old)]),
      );
      expect(found).toEqual(expect.arrayContaining(kept));
      const allowed = new Set([...new_, ...leaves(operator)]);
      expect(found.filter((line) => !allowed.has(line))).toEqual([]);
      expect(withOperatorStatements(rendered, done, rendered)).toBe(done);
    }),
  );
});

/** Whether the line is that of a block that holds something elsewhere. */
function isEmptyBlock(line: string, lines: readonly string[]): boolean {
  return lines.some((other) => other.startsWith(`${line} `));
}
