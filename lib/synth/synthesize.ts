import { App, AppProps } from 'cdk8s';
import { IConstruct } from 'constructs';
import * as path from 'path';
import { InvalidPropError, lineOf } from '../registry';
import { problemsOf } from '../rules';
import { verdictOn } from '../validation';
import { synthManifests } from './manifest-text';
import { inSideFolders } from './side-folders';
import { topologyFiles, TopologyFilesProps, writeFiles } from './topology-files';

/** Fills an app with its charts. */
export type AppDefinition = (app: App) => void;

/**
 * What {@link synthesize} takes besides what cdk8s's `App` does. Where there are several apps, each has a folder in
 * `topologyDir`.
 */
export interface SynthesizeProps extends AppProps, TopologyFilesProps {
  /**
   * Whether the objects of each side go to a folder of their own in the output, `side-a` and `side-b`, and all others to
   * `shared`: units that Argo CD or Flux can apply one after the other.
   * @default false
   */
  readonly sideFolders?: boolean;
}

/**
 * Defines an app and writes its manifests, and the files about its topology; or several apps, each in a folder of the
 * output named by its key.
 *
 * All apps are defined, checked and proven before the first one is written, so a mistake leaves nothing half written. A
 * mistake in a prop, or a topology that does not work, is printed as one line on standard error and sets exit status 1;
 * every other error is thrown. What a {@link Proof} only warns of is printed, too.
 *
 * @param definition fills the app, or one definition for each folder
 * @param props as for cdk8s's `App`; `outdir` is where the folders go. Default: `CDK8S_OUTDIR`, which `cdk8s synth`
 *   sets, or else `dist`. Nothing but manifests goes there; the other files go to `topologyDir`
 */
export function synthesize(
  definition: AppDefinition | Readonly<Record<string, AppDefinition>>,
  { topologyDir = 'topology', neighbors, report: wanted, sideFolders = false, ...props }: SynthesizeProps = {},
): void {
  const outdir = props.outdir ?? process.env.CDK8S_OUTDIR ?? 'dist';
  const definitions = typeof definition === 'function' ? { '.': definition } : definition;
  try {
    const apps = Object.entries(definitions).map(([folder, define]) => {
      const app = new App({ ...props, outdir: path.join(outdir, folder) });
      define(app);
      return { folder, app };
    });
    // cdk8s validates each app as it writes it; with several apps that is too late for the second one.
    const problems = apps.flatMap(({ app }) => problemsOf(app).map(lineOf));
    if (problems.length > 0) return report('error', problems);
    const judged = apps.map(({ folder, app }) => ({ folder, app, named: folderFirst(folder), ...verdictOn(app) }));
    const errors = judged.flatMap(({ named, errors: own }) => own.map(named));
    if (errors.length > 0) return report('error', errors);
    const faults = judged.flatMap(({ app, unchanged }) => unchanged(() => app.node.findAll().flatMap(faultsOf)));
    if (faults.length > 0) return report('error', faults);
    report(
      'warning',
      judged.flatMap(({ named, warnings }) => warnings.map(named)),
    );
    const files = judged.map(({ folder, app, unchanged }) =>
      unchanged(() => topologyFiles(app, { neighbors, report: wanted }, folder === '.' ? undefined : folder)),
    );
    judged.forEach(({ folder, app, unchanged }, i) => {
      const synth = () => synthManifests(app);
      unchanged(() => (sideFolders ? inSideFolders(app, synth) : synth()));
      writeFiles(path.join(topologyDir, folder), files[i]);
    });
  } catch (error) {
    if (!(error instanceof InvalidPropError)) throw error;
    report('error', error.message.split('\n'));
  }
}

function faultsOf(construct: IConstruct): string[] {
  return construct.node.validate().map((fault) => `${construct.node.path}: ${fault}`);
}

/** Says which app a message is about, where there are several. */
const folderFirst = (folder: string) => (message: string) => (folder === '.' ? message : `${folder}: ${message}`);

function report(kind: 'error' | 'warning', messages: readonly string[]): void {
  for (const message of messages) process.stderr.write(`${kind}: ${message}\n`);
  if (kind === 'error') process.exitCode = 1;
}
