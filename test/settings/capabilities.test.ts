import * as fs from 'fs';
import * as path from 'path';
import { CAPABILITIES, capabilitiesTable } from '../../lib/settings';
import { Case, GOLDEN_CASES, render } from '../../test-support/configuration-cases';

const cellsOf = (line: string) => line.slice(2, -2).split(' | ');
const rows = capabilitiesTable().split('\n').slice(2).map(cellsOf);

// Management and privileges are held against the pods in test/router, atomic changes against the drivers' own tests.
test.each(['crpd', 'frr'] as const)(
  'clients outside of the AS ranges are refused or filtered, as %s has it',
  (router) => {
    // A copy: what is rendered of a case is kept, which mutation tests would take for what another change renders.
    const text = render({ ...(GOLDEN_CASES.find(({ name }) => name === 'route-server') as Case) }, router);
    // A list of numbers that a session must come from, or a filter of the paths that routes have.
    const refuses = /peer-as-list MESHRR/.test(text);
    const filters = /as-path access-list \S+ .*permit/.test(text);
    expect({ refuses, filters }).toEqual({
      refuses: CAPABILITIES[router].foreignClients === 'refused',
      filters: CAPABILITIES[router].foreignClients === 'filtered',
    });
  },
);

test('clients get as many paths as the table says', () => {
  const of = { ...(GOLDEN_CASES.find(({ name }) => name === 'route-server-with-further-groups') as Case) };
  expect(render({ ...of }, 'crpd')).toContain(`path-count ${CAPABILITIES.crpd.paths};`);
  expect(render({ ...of }, 'frr')).toContain(`addpath-tx-${CAPABILITIES.frr.paths}-paths`);
});

describe('capabilitiesTable', () => {
  test('has a row of three cells for each capability', () => {
    expect(rows.map(({ length }) => length)).toEqual(Object.keys(CAPABILITIES.crpd).map(() => 3));
  });

  test('tells the routers apart in the rows in which they differ, and in no others', () => {
    const { crpd, frr } = CAPABILITIES;
    const differ = Object.values(crpd).map((value, i) => value !== Object.values(frr)[i]);
    expect(rows.map(([, one, other]) => one !== other)).toEqual(differ);
  });

  test('is what the page about routers shows', () => {
    const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'routers.md'), 'utf8');
    expect(page).toContain(`<!-- capabilities: npm run docs -->\n${capabilitiesTable()}\n<!-- /capabilities -->`);
  });
});
