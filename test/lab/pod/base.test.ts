import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { baseFor } from '../../../lab/pod/base';

const { PATH } = process.env;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'programs-'));
afterEach(() => (process.env.PATH = PATH));
afterAll(() => fs.rmSync(folder, { recursive: true }));

test.each<[string, string[]]>([
  ['buildah', ['debootstrap']],
  ['debootstrap', ['buildah']],
])('without %s, pods run the bgpd of this machine, and the lab reports why', async (missing, installed) => {
  const own = path.join(folder, missing);
  fs.mkdirSync(own);
  for (const name of installed) fs.writeFileSync(path.join(own, name), '', { mode: 0o755 });
  process.env.PATH = own;
  const steps: string[] = [];
  expect(await baseFor('image', (step) => steps.push(step))).toEqual({
    about: `pods run the bgpd of this machine, not that of the image: ${missing} is missing`,
  });
  expect(steps).toEqual([]);
});

test('the bgpd of this machine needs no build', async () => {
  process.env.PATH = folder;
  expect(await baseFor('machine', () => undefined)).toEqual({ about: 'pods run the bgpd of this machine' });
});
