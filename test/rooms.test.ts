import * as fs from 'fs';
import * as path from 'path';

const LIB = path.join(__dirname, '..', 'lib');

/** What each room may import from, as docs/architecture.md has it. */
const MAY_IMPORT: Record<string, string[]> = {
  input: [],
  addressing: ['input', 'ip-address'],
  settings: ['input', 'addressing'],
  app: ['input', 'addressing', 'cdk8s', 'constructs', 'path'],
  router: ['input', 'addressing', 'settings', 'cdk8s-plus-28', 'crypto'],
  reachability: ['input', 'addressing', 'settings', 'app', 'imports', 'cdk8s', 'cdk8s-plus-28', 'constructs'],
  topology: [
    ...['input', 'addressing', 'settings', 'app', 'router', 'reachability'],
    ...['cdk8s', 'cdk8s-plus-28', 'constructs', 'fs'],
  ],
};

/** Rooms and packages that the files of a room import. */
function importsOf(room: string): string[] {
  const files = fs.readdirSync(path.join(LIB, room)).map((name) => fs.readFileSync(path.join(LIB, room, name), 'utf8'));
  const sources = files.flatMap((text) => [...text.matchAll(/ from '([^']+)'/g)].map(([, source]) => source));
  const outside = sources.filter((source) => !source.startsWith('./'));
  return [...new Set(outside.map((source) => source.replace(/^(\.\.\/)+/, '').split('/')[0]))];
}

test.each(Object.keys(MAY_IMPORT))('the room %s imports only what it may', (room) => {
  expect(importsOf(room).filter((source) => !MAY_IMPORT[room].includes(source))).toEqual([]);
});

test('every room of the library is in the plan', () => {
  const rooms = fs.readdirSync(LIB).filter((name) => fs.statSync(path.join(LIB, name)).isDirectory());
  expect(rooms.sort()).toEqual(Object.keys(MAY_IMPORT).sort());
});
