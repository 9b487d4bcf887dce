import * as path from 'path';
import { LabError } from '../../lab/lab-error';
import { missingPackages, rejectMissing } from '../preflight';
import { guarded } from './guarded';

// The tests on a real Kubernetes: npm run test:cluster [-- ARGUMENT OF JEST …]

const ROOT = path.join(__dirname, '..', '..');

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { install } = require('../../scripts/routers') as { install(packages: readonly string[]): string | undefined };

async function main(args: readonly string[]): Promise<number> {
  const packages = missingPackages();
  if (packages.length > 0 && process.getuid?.() === 0) {
    process.stdout.write(`Installing for tests: ${packages.join(' ')}\n`);
    install(packages);
  }
  rejectMissing();
  const jest = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  return guarded([jest, '--config', path.join(ROOT, 'jest.cluster.config.js'), '--runInBand', ...args]);
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: Error) => {
    process.stderr.write(error instanceof LabError ? `test:cluster: ${error.message}\n` : `${error.stack}\n`);
    process.exitCode = 1;
  },
);
