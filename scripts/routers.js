'use strict';
// The programs that tests talk to (real-parts.js): installs those that are missing, where this runs as root on Debian,
// and says in one line each what is left out elsewhere. `npm test` goes on either way; only where the variable CI is set
// is a missing program a failure.
const { spawnSync } = require('child_process');
const fs = require('fs');
const { parts, present } = require('./real-parts');

/** Keeps packages from starting their services while they are installed (Debian policy manual, 9.3.3.2). */
const POLICY = '/usr/sbin/policy-rc.d';

function missingPackages() {
  return [...new Set(Object.keys(parts).flatMap((name) => (present(name) ? [] : (parts[name].package ?? []))))];
}

function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], { env, encoding: 'utf8' });
}

/** Installs packages. Package lists are fetched where they are missing, or so old that they lead to nothing. */
function install(packages) {
  const ownPolicy = !fs.existsSync(POLICY);
  if (ownPolicy) fs.writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const once = () => apt('install', '-y', '--no-install-recommends', ...packages);
    let run = once();
    if (run.status !== 0) {
      const update = apt('update');
      run = update.status === 0 ? once() : update;
    }
    return run.status === 0 ? undefined : lastLine(run.error?.message ?? run.stderr);
  } finally {
    if (ownPolicy) fs.rmSync(POLICY, { force: true });
  }
}

function lastLine(text) {
  return (text ?? '').trim().split('\n').at(-1);
}

function main() {
  const packages = missingPackages();
  if (packages.length > 0 && present('root') && fs.existsSync('/usr/bin/apt-get')) {
    console.log(`Installing for tests: ${packages.join(' ')}`);
    const fault = install(packages);
    if (fault) console.log(`Could not install them: ${fault}`);
  }
  const missing = Object.keys(parts).filter((name) => !present(name));
  for (const name of missing) {
    const { how, package: from } = parts[name];
    console.log(`Left out: tests that need ${name}. To have them: ${how ?? `apt-get install ${from}`}`);
  }
  console.log('Left out: tests on a real Kubernetes, which take 40 minutes. To run them: npm run test:cluster');
  return missing.length > 0 && process.env.CI ? 1 : 0;
}

module.exports = { install, missingPackages };

if (require.main === module) process.exitCode = main();
