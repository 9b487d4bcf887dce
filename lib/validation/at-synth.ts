import { App } from 'cdk8s';
import { IConstruct } from 'constructs';
import { FindingSeverity, ProofResult } from '../proof';
import { InvalidPropError } from '../registry';
import { problemsOf } from '../rules';
import { proofOf } from './proof';

/**
 * A topology that does not work: the errors of its proof, a line for each. Like an `InvalidPropError` it carries no stack
 * trace, which would only say where the proof was asked for.
 */
export class ProofError extends Error {
  constructor(errors: readonly string[]) {
    super(errors.join('\n'));
    this.name = 'ProofError';
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** What the proof of an app says, in sentences. */
export interface Verdict {
  /** They stop the synth. */
  readonly errors: readonly string[];
  /** They are printed. */
  readonly warnings: readonly string[];
}

/**
 * Looks at a whole app: at the rules between its constructs, and at the proof of its topology. Ask once all constructs
 * are there.
 *
 * @throws InvalidPropError with all mistakes
 */
export function verdictOn(app: IConstruct): Verdict {
  const problems = problemsOf(app);
  if (problems.length > 0) throw new InvalidPropError(problems);
  const { findings } = proofOf(app);
  return { errors: messages(findings, 'error'), warnings: messages(findings, 'warning') };
}

const messages = (findings: ProofResult['findings'], wanted: FindingSeverity) =>
  findings.flatMap(({ severity, message }) => (severity === wanted ? [message] : []));

const watched = new WeakSet<IConstruct>();
const checked = new WeakSet<IConstruct>();

/** Does something with an app that was looked at: its synths do not look again meanwhile. */
export function asChecked<T>({ node: { root } }: IConstruct, act: () => T): T {
  const outermost = !checked.has(root);
  checked.add(root);
  try {
    return act();
  } finally {
    if (outermost) checked.delete(root);
  }
}

/**
 * Makes each synth of an app look at it first. `app.synth()` and `app.synthYaml()` print the warnings; they, and
 * `Testing.synth`, throw the errors. Each construct that declares something calls it.
 */
export function checkAtSynth({ node: { root } }: IConstruct): void {
  if (watched.has(root)) return;
  watched.add(root);
  root.node.addValidation({
    validate: () => {
      if (!checked.has(root)) rejectErrors(root);
      return [];
    },
  });
  // cdk8s makes the output folder before it validates, and has no warnings.
  const app = root as App;
  for (const method of ['synth', 'synthYaml'] as const) {
    const write = app[method] as unknown;
    if (typeof write !== 'function') continue;
    Object.assign(app, { [method]: () => afterCheck(app, () => write.call(app)) });
  }
}

function afterCheck<T>(app: App, write: () => T): T {
  if (checked.has(app)) return write();
  for (const warning of rejectErrors(app)) process.stderr.write(`warning: ${warning}\n`);
  return asChecked(app, write);
}

/** @returns the warnings */
function rejectErrors(app: IConstruct): readonly string[] {
  const { errors, warnings } = verdictOn(app);
  if (errors.length > 0) throw new ProofError(errors);
  return warnings;
}
