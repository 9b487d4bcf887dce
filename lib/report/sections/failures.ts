import { counted, listed, thousands } from '../../model';
import { FailureCost, ProofResult, ROLLOUT_SECONDS } from '../../proof';
import { badge, code, codes, Section, table } from '../elements';
import { Content, html } from '../markup';

const LISTED = 4;

/** What is lost, and what remains, when one thing fails. */
export function failuresSection({ failures, rollouts }: ProofResult): Section {
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
      rollouts.length === 0 ? '' : rolloutTable(rollouts),
    ],
  };
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
    failure.kind === 'rollout' ? failure.name.replace(/^of /, '') : [failure.kind, ' ', code(failure.name)],
    lost === 0 ? badge('good', 'nothing') : badge('warning', counted(lost, 'route')),
    lost === 0 ? '–' : [shortened(clients), cutOff.length > 0 ? html`; without any session: ${shortened(cutOff)}` : ''],
  ];
}

const shortened = (names: readonly string[]): Content =>
  names.length <= LISTED ? codes(names) : listed(names, LISTED);
