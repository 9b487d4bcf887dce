import { App } from 'cdk8s';
import { IConstruct } from 'constructs';
import { FindingSeverity, ProofResult } from '../proof';
import { InvalidPropError } from '../registry';
import { problemsOf } from '../rules';
import { asProven, isProven, proofOf } from './proof';

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

/** What the proof of an app says. */
export interface Verdict {
  readonly proof: ProofResult;
  /** The sentences that stop the synth. */
  readonly errors: readonly string[];
  /** The sentences that are printed. */
  readonly warnings: readonly string[];
}

/**
 * Looks at a whole app: at the rules between its constructs, and at the proof of its topology. Ask once all constructs
 * are there, and all patches are added.
 *
 * @throws InvalidPropError with all mistakes
 */
export function verdictOn(app: IConstruct): Verdict {
  const problems = problemsOf(app);
  if (problems.length > 0) throw new InvalidPropError(problems);
  const proof = proofOf(app);
  const messages = (wanted: FindingSeverity) =>
    proof.findings.flatMap(({ severity, message }) => (severity === wanted ? [message] : []));
  return { proof, errors: messages('error'), warnings: messages('warning') };
}

const watched = new WeakSet<IConstruct>();

/**
 * Makes each synth of an app look at it first. `app.synth()` and `app.synthYaml()` print the warnings; they, and
 * `Testing.synth`, throw the errors. Each construct that declares something calls it.
 */
export function checkAtSynth({ node: { root } }: IConstruct): void {
  if (watched.has(root)) return;
  watched.add(root);
  root.node.addValidation({
    validate: () => {
      if (!isProven(root)) rejectErrors(root);
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
  if (isProven(app)) return write();
  const { proof, warnings } = rejectErrors(app);
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  return asProven(app, proof, write);
}

function rejectErrors(app: IConstruct): Verdict {
  const verdict = verdictOn(app);
  if (verdict.errors.length > 0) throw new ProofError(verdict.errors);
  return verdict;
}
