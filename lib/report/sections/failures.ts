import { counted, listed, thousands } from '../../model';
import { Failure, FailureCost, PairCosts, ProofResult, ROLLOUT_SECONDS } from '../../proof';
import { badge, code, codes, Section, table } from '../elements';
import { Content, html } from '../markup';

const LISTED = 4;

/** What is lost, and what remains, when one thing fails. */
export function failuresSection({ failures, rollouts, pairs }: ProofResult): Section {
  const costly = failures.filter(({ lost }) => lost > 0);
  const sentence =
    costly.length === 0
      ? `None of the ${counted(failures.length, 'single failure')} costs a client a route.`
      : `${thousands(costly.length)} of ${counted(failures.length, 'single failure')} ${costly.length === 1 ? 'costs' : 'cost'} a client a route.`;
  const harmless = failures.filter(({ lost }) => lost === 0);
  const heads = ['When this fails', 'Clients lose', { sentence: 'Who' }];
  return {
    id: 'failures',
    heading: 'What each failure costs',
    content: [
      html`<p>${sentence} Sessions have then been made anew with whoever is left.</p> `,
      failures.length === 0
        ? ''
        : table('Single failures, the costly ones first', heads, [...costly, ...harmless], cellsOf),
      pairs ? pairTable(pairs) : '',
      rollouts.length === 0 ? '' : rolloutTable(rollouts),
    ],
  };
}

function pairTable({ looked, leftOut, costly }: PairCosts): Content {
  const all = counted(looked, 'pair of failures', 'pairs of failures');
  const rest = leftOut > 0 ? ` ${thousands(leftOut)} more were not looked at, as the topology is too large.` : '';
  const sentence =
    costly.length === 0
      ? `None of the ${all} costs a client a route.`
      : `${thousands(costly.length)} of ${all} ${costly.length === 1 ? 'costs' : 'cost'} a client a route.`;
  const heads = ['When these fail together', 'Clients lose', { sentence: 'Who' }];
  return html`<h3>What two failures at the same time cost</h3>
    <p>${sentence}${rest}</p>
    ${costly.length === 0 ? '' : table('Pairs of failures, the costly ones first', heads, costly, cellsOf)}`;
}

function rolloutTable(rollouts: readonly FailureCost[]): Content {
  return html`<h3>What a rollout costs while it runs</h3>
    <p>
      Each workload replaces one pod after the other, and none waits for another workload. Clients lose routes for up to
      about ${ROLLOUT_SECONDS} seconds: until the new pod is reached, and the client dials again.
    </p>
    ${table('Rollouts', ['When this is applied', 'Clients lose', { sentence: 'Who' }], rollouts, cellsOf)}`;
}

function cellsOf({ failure, lost, clients, cutOff }: FailureCost): readonly Content[] {
  return [
    nameOf(failure),
    lost === 0 ? badge('good', 'nothing') : badge('warning', counted(lost, 'route')),
    lost === 0 ? '–' : [shortened(clients), cutOff.length > 0 ? html`; without any session: ${shortened(cutOff)}` : ''],
  ];
}

function nameOf({ kind, name }: Failure): Content {
  if (kind === 'rollout') return name.replace(/^of /, '');
  return kind === 'pair' ? name : [kind, ' ', code(name)];
}

const shortened = (names: readonly string[]): Content =>
  names.length <= LISTED ? codes(names) : listed(names, LISTED);
