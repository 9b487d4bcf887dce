import { App, AppProps } from 'cdk8s';
import { IConstruct } from 'constructs';
import * as path from 'path';
import { InvalidPropError } from './invalid-prop';
import { hasReport, reportOf, writeReport } from './report';

/** Fills an app with its charts. */
export type AppDefinition = (app: App) => void;

/** What {@link synthesize} takes besides what cdk8s's `App` does. */
export interface SynthesizeProps extends AppProps {
  /**
   * Whether to write a report, too, for each app that has routers: `report.html` and `topology.svg`, beside the manifests.
   * @default true
   */
  readonly report?: boolean;
}

/**
 * Defines an app and writes its manifests; or several apps, each in a folder of the output named by its key.
 *
 * All apps are defined and checked before the first one is written, so a mistake leaves nothing half written. A
 * mistake in a prop is printed as one line on standard error and sets exit status 1; every other error is thrown.
 *
 * @param definition fills the app, or one definition for each folder
 * @param props as for cdk8s's `App`; `outdir` is where the folders go. Default: `CDK8S_OUTDIR`, which `cdk8s synth`
 *   sets, or else `dist`
 */
export function synthesize(
  definition: AppDefinition | Readonly<Record<string, AppDefinition>>,
  { report: wanted = true, ...props }: SynthesizeProps = {},
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
    const reports = apps.map((app, i) => {
      const name = names[i] === '.' ? undefined : names[i];
      return wanted && hasReport(app) ? reportOf(app, { name }) : undefined;
    });
    apps.forEach((app, i) => {
      app.synth();
      const written = reports[i];
      if (written) writeReport(written, app.outdir);
    });
  } catch (error) {
    if (!(error instanceof InvalidPropError)) throw error;
    report([error.message]);
  }
}

function faultsOf(construct: IConstruct): string[] {
  return construct.node.validate().map((fault) => `${construct.node.path}: ${fault}`);
}

function report(faults: readonly string[]): void {
  for (const fault of faults) process.stderr.write(`error: ${fault}\n`);
  process.exitCode = 1;
}
