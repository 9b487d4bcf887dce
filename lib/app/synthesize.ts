import { App, AppProps } from 'cdk8s';
import { IConstruct } from 'constructs';
import * as fs from 'fs';
import * as path from 'path';
import { InvalidPropError } from './invalid-prop';
import { NEIGHBOURS_FOLDER, neighbourConfigurations } from './neighbours';

/** Fills an app with its charts. */
export type AppDefinition = (app: App) => void;

/** What {@link synthesize} takes besides what cdk8s's `App` does. */
export interface SynthesizeProps extends AppProps {
  /**
   * Whether to write the configurations of the routers outside, too, into the folder `neighbours` of each app.
   * @default true
   */
  readonly neighbours?: boolean;
}

/**
 * Defines an app and writes its manifests; or several apps, each in a folder of the output named by its key.
 *
 * All apps are defined and checked before the first one is written, so a mistake leaves nothing half written. A
 * mistake in a prop is printed as one line on standard error and sets exit status 1; every other error is thrown.
 *
 * @param definition fills the app, or one definition for each folder
 * @param props as for cdk8s's `App`; `outdir` is where the folders go. Default: `CDK8S_OUTDIR`, which `cdk8s synth`
 *   sets, or else `dist`. What kubectl would not apply goes into the folder `neighbours` of each app: the
 *   configurations of routers outside
 */
export function synthesize(
  definition: AppDefinition | Readonly<Record<string, AppDefinition>>,
  { neighbours = true, ...props }: SynthesizeProps = {},
): void {
  const outdir = props.outdir ?? process.env.CDK8S_OUTDIR ?? 'dist';
  const definitions = typeof definition === 'function' ? { '.': definition } : definition;
  try {
    const names = Object.keys(definitions);
    const apps = Object.entries(definitions).map(([folder, define]) => {
      const app = new App({ ...props, outdir: path.join(outdir, folder) });
      define(app);
      return app;
    });
    // cdk8s validates each app as it writes it; with several apps that is too late for the second one.
    const faults = apps.flatMap((app) => app.node.findAll()).flatMap(faultsOf);
    if (faults.length > 0) return report(faults);
    const files = apps.map((app) => (neighbours ? neighbourConfigurations(app) : []));
    apps.forEach((app, i) => {
      app.synth();
      writeFiles(path.join(app.outdir, NEIGHBOURS_FOLDER), files[i]);
    });
  } catch (error) {
    if (!(error instanceof InvalidPropError)) throw error;
    report([error.message]);
  }
}

function writeFiles(folder: string, files: readonly { readonly name: string; readonly text: string }[]): void {
  if (files.length === 0) return;
  fs.mkdirSync(folder, { recursive: true });
  for (const { name, text } of files) fs.writeFileSync(path.join(folder, name), text);
}

function faultsOf(construct: IConstruct): string[] {
  return construct.node.validate().map((fault) => `${construct.node.path}: ${fault}`);
}

function report(faults: readonly string[]): void {
  for (const fault of faults) process.stderr.write(`error: ${fault}\n`);
  process.exitCode = 1;
}
