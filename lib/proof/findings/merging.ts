import { Finding } from '../result';
import { Judged } from '../props';
import { listed } from '../../model/words';

/** How many findings that are alike are told each by itself. */
const TOLD = 2;

/** Tells findings that are alike, and matter alike, in one sentence where there are many. */
export function merged(findings: readonly Judged[]): readonly Finding[] {
  const alike = new Map<string, Judged[]>();
  findings.forEach((finding, i) => {
    const { kind, severity, reason, alike: shape = i } = finding;
    const key = JSON.stringify([kind, severity, reason, shape]);
    const list = alike.get(key);
    if (list) list.push(finding);
    else alike.set(key, [finding]);
  });
  return [...alike.values()].flatMap((all) => (all.length <= TOLD ? all.map(plain) : [inOne(all)]));
}

const plain = ({ alike: _, tell, ...finding }: Judged): Finding => ({ ...finding, message: tell() });

function inOne(findings: readonly Judged[]): Finding {
  const first = plain(findings[0]);
  const others = findings.slice(1).map(({ failures, groups }) => failures[0] ?? groups[0]);
  const all = <T>(of: (finding: Judged) => readonly T[]) => [...new Set(findings.flatMap(of))];
  return {
    ...first,
    message: `${first.message}; so it is with ${others.length} more: ${listed(others)}`,
    parts: all(({ parts }) => parts).sort(),
    failures: all(({ failures }) => failures),
    clients: all(({ clients }) => clients).sort(),
    groups: all(({ groups }) => groups).sort(),
    assumed: findings.some(({ assumed }) => assumed),
  };
}
