import { thousands } from '../../model';
import { Budget, BudgetMeasure, ProofResult } from '../../proof';
import { badge, code, Section, table } from '../elements';
import { Content, html } from '../markup';

const MEASURES: Readonly<Record<BudgetMeasure, string>> = {
  sessions: 'BGP sessions',
  dynamicSessions: 'sessions that come from outside',
  meshSessions: 'neighbors in the mesh',
  routes: 'routes in the RIB',
  memory: 'memory',
  memoryRequest: 'memory reserved',
};

/** From this part of a limit on, it is nearly reached. */
const NEARLY = 0.8;

/** How far the routers are from their limits. */
export function budgetsSection({ budgets }: ProofResult): Section {
  const nearest = [...budgets].sort((one, other) => partOf(other) - partOf(one));
  const numbers = [{ number: 'Used' }, { number: 'At most, when one thing fails' }, { number: 'Limit' }];
  const heads = ['Pod', 'Of what', ...numbers, 'So much of it', 'Limited by'];
  return {
    id: 'budgets',
    heading: 'Budgets',
    content: [
      html`<p>Of each workload the pod that needs most, and those first that are nearest to a limit.</p> `,
      budgets.length === 0 ? '' : table('What routers need, and what they may have', heads, nearest, cellsOf),
    ],
  };
}

const partOf = ({ worst, limit }: Budget) => (limit === undefined ? -1 : limit === 0 ? Infinity : worst / limit);

function cellsOf(budget: Budget): readonly Content[] {
  const { pod, measure, unit, used, worst, failure, limit, limitedBy } = budget;
  const amount = (value: number) => `${thousands(Math.ceil(value))}${unit === 'MB' ? ' MB' : ''}`;
  return [
    code(pod),
    MEASURES[measure],
    amount(used),
    [amount(worst), failure === undefined ? '' : html`<br /><span class="faint">${failure}</span>`],
    limit === undefined ? 'none known' : amount(limit),
    limit === undefined ? '–' : bar(partOf(budget)),
    limitedBy,
  ];
}

function bar(part: number): Content {
  const percent = Math.round(part * 100);
  const kind = part > 1 ? 'bad' : part >= NEARLY ? 'warning' : 'good';
  const width = Math.min(100, percent);
  return html`<span class="bar ${kind}"><span style="width:${width}%"></span></span>
    ${part > 1 ? badge('bad', `${percent} %`) : `${percent} %`}`;
}
