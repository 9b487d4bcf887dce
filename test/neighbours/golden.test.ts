import * as fs from 'fs';
import * as path from 'path';
import { neighbourText } from '../../lib';
import { NEIGHBOUR_PLATFORMS } from '../../lib/neighbours';
import { CASES, configurationFor } from './cases';
import { expectGolden } from '../support/golden';

/** What is written for each case and platform, for people to read. UPDATE_GOLDEN=1 writes it anew. */
const GOLDEN = path.join(__dirname, 'golden');

describe.each(NEIGHBOUR_PLATFORMS)('%s', (platform) => {
  test.each(CASES)('$name', (one) => {
    const file = path.join(GOLDEN, `${one.name}.${platform}.conf`);
    const text = neighbourText(configurationFor(one), platform);
    expectGolden(file, text);
  });
});

test('each file has its case', () => {
  const names = CASES.flatMap(({ name }) => NEIGHBOUR_PLATFORMS.map((platform) => `${name}.${platform}.conf`));
  expect(fs.readdirSync(GOLDEN).sort()).toEqual(names.sort());
});
