import { counted, listed, thousands } from '../../model';
import { ClientResult, Finding, FINDING_KINDS, ProofResult, verdictOf } from '../../proof';
import { badge, code, NOTHING, Section, table } from '../elements';
import { Content, html } from '../markup';

const SEVERITIES = { error: 'bad', warning: 'warning', accepted: 'plain' } as const;

const VERDICTS = {
  proven: 'good',
  'proven in part': 'warning',
  'nothing to prove': 'warning',
  refuted: 'bad',
} as const;

/** Names of failures that are listed with a finding. */
const LISTED = 3;

/** Whether each client learns what it should. */
export function proofSection(proof: ProofResult): Section {
  const { routes, clients: asked, failures } = proof.counts;
  const looked = `Looked at: ${counted(routes, 'route')}, ${counted(asked, 'client')} and ${counted(failures, 'single failure')}.`;
  const result = [verdict(proof), html`<p class="faint">${looked}</p>`];
  return { id: 'proof', heading: 'Does every route arrive?', content: [...result, findings(proof), clients(proof)] };
}

/** The result in a sentence. */
export function verdict(proof: ProofResult): Content {
  const { findings: found } = proof;
  const { result, sentence } = verdictOf(proof);
  const of = (severity: Finding['severity']) => found.filter((finding) => finding.severity === severity).length;
  // Green is for a proof without errors of other kinds.
  const mark = result === 'proven' && of('error') > 0 ? NOTHING : badge(VERDICTS[result], result);
  const news = [
    ...(of('error') > 0 ? [badge('bad', counted(of('error'), 'error'))] : []),
    ...(of('warning') > 0 ? [badge('warning', counted(of('warning'), 'warning'))] : []),
    ...(of('accepted') > 0 ? [badge('plain', `${thousands(of('accepted'))} accepted`)] : []),
  ];
  return html`<p class="verdict">${mark} ${sentence} ${news.map((each) => html`${each} `)}</p>`;
}

function findings({ findings: found }: ProofResult): Content {
  if (found.length === 0) return html`<p>Nothing was found that is not as it should be.</p> `;
  const items = found.map(
    ({ severity, kind, message, reason, failures }) =>
      html`<li class="finding">
        ${badge(SEVERITIES[severity], severity)} ${message}.
        <p class="faint">
          ${FINDING_KINDS[kind]}${failures.length > 0 ? `; by the failure of ${listed(failures, LISTED)}` : ''}
        </p>
        ${reason === undefined ? '' : html`<p>Accepted: ${reason}</p> `}
      </li> `,
  );
  return html`<h3>Findings</h3>
    <ul class="findings">
      ${items}
    </ul> `;
}

function clients({ clients: results }: ProofResult): Content {
  if (results.length === 0) return '';
  const cells = ({ id, assumed, parts, expected, learned, paths }: ClientResult): readonly Content[] => [
    [code(id), assumed ? ' (assumed)' : ''],
    listed(
      parts.map((path) => path.split('/').pop() as string),
      LISTED,
    ),
    learned >= expected ? badge('good', 'all') : badge('bad', 'not all'),
    `${thousands(learned)} of ${thousands(expected)}`,
    paths
      ? paths.least === paths.most
        ? thousands(paths.least)
        : `${thousands(paths.least)}–${thousands(paths.most)}`
      : '–',
    paths ? thousands(paths.leastOnFailure) : '–',
  ];
  const counts = [{ number: 'Routes learned' }, { number: 'Paths to a route' }, { number: 'Fewest under a failure' }];
  return html`<h3>What clients learn</h3>
    ${table('Clients and their routes', ['Client', 'Client of', 'Learns', ...counts], worstFirst(results), cells)}`;
}

/** Those first that do not learn all, then those with the fewest paths when something fails; otherwise as they were. */
function worstFirst(results: readonly ClientResult[]): readonly ClientResult[] {
  const missing = ({ expected, learned }: ClientResult) => expected - learned;
  const paths = (result: ClientResult) => result.paths?.leastOnFailure ?? Infinity;
  const less = (one: number, other: number) => (one === other ? 0 : one < other ? -1 : 1);
  return [...results].sort((one, other) => less(missing(other), missing(one)) || less(paths(one), paths(other)));
}
