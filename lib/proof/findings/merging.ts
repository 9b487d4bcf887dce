import { Finding } from '../result';
import { RatedFinding } from './draft-finding';
import { append } from '../../model';
import { listed } from './words';

/** How many findings that are alike are told each by itself. */
const TOLD = 2;

/** Tells findings that are alike, and matter alike, in one sentence where there are many. */
export function merged(findings: readonly RatedFinding[]): readonly Finding[] {
  const alike = new Map<string, RatedFinding[]>();
  findings.forEach((finding, i) => {
    const { kind, severity, reason, mergeKey: shape = i } = finding;
    const key = JSON.stringify([kind, severity, reason, shape]);
    append(alike, key, finding);
  });
  return [...alike.values()].flatMap((all) => (all.length <= TOLD ? all.map(plain) : [inOne(all)]));
}

const plain = ({ mergeKey: _, toMessage, ...finding }: RatedFinding): Finding => ({ ...finding, message: toMessage() });

function inOne(findings: readonly RatedFinding[]): Finding {
  const first = plain(findings[0]);
  const others = findings.slice(1).map(({ failures, groups }) => failures[0] ?? groups[0]);
  const all = <T>(of: (finding: RatedFinding) => readonly T[]) => [...new Set(findings.flatMap(of))];
  return {
    ...first,
    message: `${first.message}; the same holds for ${others.length} more: ${listed(others)}`,
    parts: all(({ parts }) => parts).sort(),
    failures: all(({ failures }) => failures),
    clients: all(({ clients }) => clients).sort(),
    groups: all(({ groups }) => groups).sort(),
    assumed: findings.some(({ assumed }) => assumed),
  };
}
