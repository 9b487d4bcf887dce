import * as fs from 'fs';
import * as path from 'path';
import { CAPABILITIES, capabilitiesTable } from '../../lib/settings';

const cellsOf = (line: string) => line.slice(2, -2).split(' | ');
const rows = capabilitiesTable().split('\n').slice(2).map(cellsOf);

describe('the capabilities of routers', () => {
  test('are these, so that no edit of them goes unnoticed', () => {
    expect(CAPABILITIES).toEqual({
      crpd: { foreignClients: 'refused', atomicChanges: true, management: true, unprivileged: false },
      frr: { foreignClients: 'filtered', atomicChanges: false, management: false, unprivileged: true },
    });
  });
});

describe('capabilitiesTable', () => {
  test('has a row of three cells for each capability', () => {
    expect(rows.map(({ length }) => length)).toEqual(Object.keys(CAPABILITIES.crpd).map(() => 3));
  });

  test('tells the routers apart in every row, as they differ in every capability', () => {
    for (const [, crpd, frr] of rows) expect(crpd).not.toBe(frr);
  });

  test('is what the page about routers shows', () => {
    const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'routers.md'), 'utf8');
    expect(page).toContain(`<!-- capabilities: npm run docs -->\n${capabilitiesTable()}\n<!-- /capabilities -->`);
  });
});
