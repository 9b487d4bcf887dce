import { App } from 'cdk8s';
import { IConstruct } from 'constructs';
import { FindingSeverity } from '../proof';
import { InvalidPropError } from '../registry';
import { problemsOf } from '../rules';
import { FinalManifests } from './manifests';
import { refusedByPods } from './pods';
import { asProven, isProven, proofWith } from './proof';

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

/** What is said of an app that breaks no rule. */
export interface Verdict {
  /** Does something with the app that does not change it: it is not looked at again meanwhile. */
  readonly unchanged: <T>(act: () => T) => T;
  /** The sentences that stop the synth. */
  readonly errors: readonly string[];
  /** The sentences that are printed. */
  readonly warnings: readonly string[];
}

/**
 * Looks at a whole app: at the rules between its constructs, at what its pods would refuse, and at the proof of its
 * topology. Ask once all constructs are there, and all patches are added.
 *
 * @throws InvalidPropError with all mistakes
 */
export function verdictOn(app: IConstruct): Verdict {
  const manifests = new FinalManifests(app);
  for (const problems of [problemsOf(app), refusedByPods(app, manifests)]) {
    if (problems.length > 0) throw new InvalidPropError(problems);
  }
  const proof = proofWith(app, manifests);
  const messages = (wanted: FindingSeverity) =>
    proof.findings.flatMap(({ severity, message }) => (severity === wanted ? [message] : []));
  return {
    errors: messages('error'),
    warnings: messages('warning'),
    unchanged: (act) => asProven(app, proof, manifests, act),
  };
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
  const { warnings, unchanged } = rejectErrors(app);
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  return unchanged(write);
}

function rejectErrors(app: IConstruct): Verdict {
  const verdict = verdictOn(app);
  if (verdict.errors.length > 0) throw new ProofError(verdict.errors);
  return verdict;
}
