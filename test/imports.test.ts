import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const ROOT = path.join(__dirname, '..');

test('imports/ is what cdk8s generates from the CRDs beside it', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'imports-'));
  const cli = path.join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
  execFileSync(process.execPath, [cli, 'import', '--check-upgrade=false', '--output', folder], {
    cwd: ROOT,
    stdio: 'pipe',
  });
  for (const name of ['metallb.io.ts', 'monitoring.coreos.com.ts']) {
    const read = (root: string) => fs.readFileSync(path.join(root, name), 'utf8');
    expect(read(folder)).toBe(read(path.join(ROOT, 'imports')));
  }
  fs.rmSync(folder, { recursive: true });
});
