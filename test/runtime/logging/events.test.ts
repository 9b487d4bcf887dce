import * as fs from 'fs';
import * as path from 'path';
import { EVENTS } from '../../../crpd-image/runtime/logging/events';

/** Those of the program between bgpd and the log. */
const OF_BGPD = ['bgpd', 'bgpd-log-dropped'];

const ROOT = path.join(__dirname, '..', '..', '..', 'crpd-image');

// That the code logs no other names, the compiler sees to.
test('the table of the README has every event, and no other', () => {
  const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const [table] = readme.split('| Event | Level | Meaning |\n|---|---|---|\n')[1].split('\n\n');
  const names = table.split('\n').flatMap((line) => [...line.split(' | ')[0].matchAll(/`([^`]+)`/g)]);
  expect(names.map(([, name]) => name).sort()).toEqual([...EVENTS, ...OF_BGPD].sort());
});

test('every event is in the code, beside the list of them', () => {
  const files = fs.readdirSync(path.join(ROOT, 'runtime'), { recursive: true, encoding: 'utf8' });
  const code = files
    .filter((name) => name.endsWith('.ts') && name !== path.join('logging', 'events.ts'))
    .map((name) => fs.readFileSync(path.join(ROOT, 'runtime', name), 'utf8'))
    .join('\n');
  expect(EVENTS.filter((event) => !code.includes(`'${event}'`))).toEqual([]);
});

test('the program between bgpd and the log has those of bgpd', () => {
  const program = fs.readFileSync(path.join(ROOT, 'rootfs/frr/etc/service/bgpd/log/run'), 'utf8');
  expect(OF_BGPD.filter((event) => !program.includes(`'${event}'`))).toEqual([]);
});
