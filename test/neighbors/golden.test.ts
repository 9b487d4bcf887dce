import * as fs from 'fs';
import * as path from 'path';
import { neighborText } from '../../lib';
import { NEIGHBOR_PLATFORMS } from '../../lib/neighbors';
import { CASES, configurationFor } from './cases';
import { expectGolden } from '../../test-support/golden';

/** What is written for each case and platform, for people to read. UPDATE_GOLDEN=1 writes it anew. */
const GOLDEN = path.join(__dirname, 'golden');

describe.each(NEIGHBOR_PLATFORMS)('%s', (platform) => {
  test.each(CASES)('$name', (one) => {
    const file = path.join(GOLDEN, `${one.name}.${platform}.conf`);
    const text = neighborText(configurationFor(one), platform);
    expectGolden(file, text);
  });
});

test('each file has its case', () => {
  const names = CASES.flatMap(({ name }) => NEIGHBOR_PLATFORMS.map((platform) => `${name}.${platform}.conf`));
  expect(fs.readdirSync(GOLDEN).sort()).toEqual(names.sort());
});
