import { settingNames, settingOf, settingsTable } from '../../lib/settings';

const lines = settingsTable().split('\n');
const cellsOf = (line: string) => line.slice(2, -2).split(' | ');
const rows = lines.slice(2).map(cellsOf);

describe('settingsTable', () => {
  test('begins with the head of a Markdown table', () => {
    expect(lines.slice(0, 2)).toEqual(['| Variable | Required? | Default | Description |', '|---|---|---|---|']);
  });

  test('has a row for every setting, in their order', () => {
    const variables = settingNames.map((name) => settingOf(name).variable);
    expect(rows.map(([variable]) => variable.replace(/[` ⁺]/g, ''))).toEqual(variables);
  });

  test('has four cells in each row, since a "|" in a description would make a fifth', () => {
    expect(lines.slice(2).filter((line) => line.split('|').length !== 6)).toEqual([]);
  });

  test.each(rows)('says in its own words what %s is (required: %s, default: %s)', (...cells) => {
    expect(cells[3]).toMatch(/^[`A-Z].*\.$/);
  });

  test('marks those settings, and no others, that the original meshrr does not have', () => {
    const marked = rows.map(([variable]) => variable.endsWith('` ⁺'));
    expect(marked).toEqual(settingNames.map((name) => !settingOf(name).original));
    expect(new Set(marked).size).toBe(2);
  });

  test.each([
    ['POD_IP', 'Yes', ''],
    ['KUBE_NAMESPACE', 'No', '`default`'],
    ['MESHRR_ASRANGE', 'No', '`65001-65500`'],
    ['MESHRR_FAMILY_EVPN', 'No', '`false`'],
  ])('shows for %s whether it is required (%s) and its default as a manifest writes it (%s)', (...row) => {
    expect(rows.find(([variable]) => variable === `\`${row[0]}\``)?.slice(1, 3)).toEqual(row.slice(1));
  });
});
