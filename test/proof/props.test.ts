import { FINDING_KINDS, FindingKind } from '../../lib/proof/result';
import { DraftFinding, rated } from '../../lib/proof/findings/draft-finding';
import { checkProofProps, DEFAULT_PROOF } from '../../lib/proof/props';

const kinds = Object.keys(FINDING_KINDS) as FindingKind[];
const found = (kind: FindingKind, ...parts: readonly string[]): DraftFinding => ({
  ...{ kind, parts, toMessage: () => '', failures: [], clients: [], groups: [], assumed: false },
});
const refused = (props: unknown): string => {
  try {
    checkProofProps(props);
  } catch (error) {
    return `${(error as { path?: unknown }).path ?? ''} ${(error as Error).message}`;
  }
  return 'accepted';
};

test('what never works is an error; what may cost something or is not known is a warning', () => {
  const severities = kinds.map((kind) => [kind, rated(found(kind), DEFAULT_PROOF, new Map()).severity]);
  const errors = ['unannounced', 'loss', 'pathHiding', 'leak', 'oscillation', 'limit'];
  expect(severities).toEqual(kinds.map((kind) => [kind, errors.includes(kind) ? 'error' : 'warning']));
});

test('each kind can be an error, a warning, or accepted', () => {
  for (const kind of kinds) {
    for (const severity of ['error', 'warning'] as const) {
      const settings = checkProofProps({ findings: { [kind]: severity } });
      expect(rated(found(kind), settings, new Map())).toEqual({
        ...found(kind),
        toMessage: expect.anything(),
        severity,
      });
    }
    const settings = checkProofProps({ findings: { [kind]: { accept: 'it is new' } } });
    expect(rated(found(kind), settings, new Map())).toMatchObject({ severity: 'accepted', reason: 'it is new' });
  }
});

test('a finding of a part that is not accepted is what it is by default, and has no reason', () => {
  const settings = checkProofProps({ findings: { loss: { accept: 'it is new', parts: ['east', 'test/west'] } } });
  const names = new Map(['east', 'west', 'core'].map((name) => [`test/${name}`, name]));
  const of = (...parts: readonly string[]) => {
    const { severity, reason } = rated(found('loss', ...parts), settings, names);
    return [severity, reason];
  };
  expect(of('test/east', 'test/west')).toEqual(['accepted', 'it is new']);
  expect(of('test/east', 'test/core')).toEqual(['error', undefined]);
  expect(of('other/east')).toEqual(['error', undefined]);
});

test('the standard license is taken where none is given, or but a part of one', () => {
  expect(DEFAULT_PROOF).toEqual({
    ...{ findings: {}, license: { peers: 16, ribEntries: 4_000_000 }, pairsOfFailures: false },
  });
  expect(checkProofProps({ license: { peers: 64 } }).license).toEqual({ peers: 64, ribEntries: 4_000_000 });
  expect(checkProofProps({ license: { ribEntries: 9 } }).license).toEqual({ peers: 16, ribEntries: 9 });
});

test('a license is for as many as there may be at all', () => {
  const most = { peers: 1_000_000, ribEntries: 1_000_000_000 };
  expect(checkProofProps({ license: most }).license).toEqual(most);
  expect(checkProofProps({ license: { peers: 1, ribEntries: 1 } }).license).toEqual({ peers: 1, ribEntries: 1 });
  for (const license of [{ peers: 1_000_001 }, { ribEntries: 0 }, { ribEntries: 1_000_000_001 }, { peers: 1.5 }]) {
    expect(refused({ license })).toMatch(/license\.(peers|ribEntries)|want a whole number/);
  }
});

test('a reason is text on one line, and parts are a list of names', () => {
  const loss = (accept: unknown, parts?: unknown) => ({
    findings: { loss: { accept, ...(parts !== undefined && { parts }) } },
  });
  for (const reason of ['x', ' x ', 'side b comes in spring', 'é']) expect(refused(loss(reason))).toBe('accepted');
  for (const reason of ['', ' ', 'two\nlines', '\nx', 'x\n', '\u2028x', 'x\u2029', '\x7fx', 'x\x9f']) {
    expect(refused(loss(reason))).toMatch(/a reason, on one line/);
  }
  expect(refused(loss(undefined))).not.toBe('accepted');
  expect(refused(loss('x', ['']))).toMatch(/the name or path of a region or pair/);
  expect(refused(loss('x', []))).not.toBe('accepted');
  expect(refused({ findings: { loss: null } })).toMatch(/"error", "warning" or \{ accept: "a reason" \}/);
});
