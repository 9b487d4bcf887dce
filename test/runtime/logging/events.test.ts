import * as fs from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..', '..', 'crpd-image');

/** The names of events in the code: of the log, of conditions, and of notices that the log writes. */
function eventsInCode(): string[] {
  const files = fs.readdirSync(path.join(ROOT, 'runtime'), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => fs.readFileSync(path.join(ROOT, 'runtime', name), 'utf8'));
  const calls = /(?:\blog\??\.(?:debug|info|warn|error)\(|conditions\.begin\(|event: )\s*'([a-z-]+)'/g;
  return [...new Set(texts.flatMap((text) => [...text.matchAll(calls)].map(([, event]) => event)))];
}

test('every event is in the table of the README, or is the end of one that is', () => {
  const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const events = eventsInCode();
  expect(events.length).toBeGreaterThan(15);
  expect(events.filter((event) => !readme.includes(`\`${event.replace(/-ended$/, '')}\``))).toEqual([]);
});
