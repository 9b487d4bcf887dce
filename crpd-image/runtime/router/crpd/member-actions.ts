import { ActionCommunity, MemberNeighbor } from '../../../../lib/configuration';
import { OWN } from './requests';

const OPTIONS = `set groups ${OWN} policy-options`;

const nameFor = (autonomousSystem: number | undefined) => `TO-${autonomousSystem}`;

/** The export policies of a member; none where it has those of its group. */
export const exportPolicies = ({ autonomousSystem, actions }: MemberNeighbor): readonly string[] =>
  actions ? [nameFor(autonomousSystem), `${nameFor(autonomousSystem)}-PREPENDED`, 'CLIENTS-OUT'] : [];

/**
 * The statements of these policies and their communities, which follow from the AS number. They stay when the member is gone,
 * until the next start of the pod: nothing refers to them then.
 */
export function actionStatements({ autonomousSystem, actions }: MemberNeighbor): readonly string[] {
  if (!actions) return [];
  const { withhold, send, nobody, prepend } = actions;
  const name = nameFor(autonomousSystem);
  const statements: string[] = [];
  const community = (own: string, member: string) => {
    statements.push(`${OPTIONS} community ${own} members ${member}`);
    return own;
  };
  const term = (policy: string, own: string, communities: readonly string[], ...actionsOf: readonly string[]) => {
    const path = `${OPTIONS} policy-statement ${policy} term ${own}`;
    statements.push(
      ...communities.map((each) => `${path} from community ${each}`),
      ...actionsOf.map((action) => `${path} then ${action}`),
    );
  };
  const listed = (own: string, { standard, large, extended }: ActionCommunity) => [
    ...standard.map((each) => community(own, each)),
    ...large.map((each) => community(`${own}-LARGE`, `large:${each}`)),
    ...extended.map((each) => community(`${own}-EXTENDED`, `target:${each}`)),
  ];
  term(name, 'NOT', listed(`${name}-NOT`, withhold), 'reject');
  term(name, 'TOO', listed(`${name}-TOO`, send), 'next policy');
  term(name, 'NOBODY', [...nobody.standard.map(() => 'TO-NOBODY'), 'TO-NOBODY-LARGE', 'TO-NOBODY-EXTENDED'], 'reject');
  const prepended = (own: string, count: number, of: string) =>
    term(`${name}-PREPENDED`, own, [of], `as-path-expand last-as count ${count}`, 'next policy');
  // Those of the AS number first: each ends the policy.
  for (const { count, large } of prepend) {
    prepended(`OWN-${count}`, count, community(`${name}-PREPEND-${count}`, `large:${large}`));
  }
  for (const { count } of prepend) prepended(`ALL-${count}`, count, `PREPEND-${count}`);
  return statements;
}
