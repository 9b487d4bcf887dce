import { once } from 'events';
import type { AddressInfo } from 'net';
import { parseArgs } from 'util';
import { LabError } from '../../lab/lab-error';
import { UserError } from '../manifests';
import { kubectls, readApp, WrittenApp } from './app';
import { liveApp, LiveApp } from './live-app';
import { Kubectl } from './kubectl';
import { Progress } from './progress';
import { Depth, readCluster } from './snapshot';
import { watch } from './watch';

/** The options of all verbs. */
export interface Options {
  readonly topology?: string;
  readonly context?: readonly string[];
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly force?: boolean;
  readonly port?: string;
}

/** What a verb prints: an object for `--json`, else its text. */
interface Output {
  readonly json: unknown;
  readonly text: string;
  /** @default 0 */
  readonly status?: number;
}

/** An app and the kubectl of each of its clusters. */
interface Opened {
  readonly app: WrittenApp;
  readonly kubectls: ReadonlyMap<string, Kubectl>;
}

export function open(name: string, { topology, context = [] }: Options): Opened {
  const app = readApp(name, topology);
  return { app, kubectls: kubectls(app.clusters, context) };
}

/** Reads all clusters of an app. */
export async function look({ app, kubectls: all }: Opened, depth: Depth, silent = false): Promise<LiveApp> {
  const progress = silent ? undefined : new Progress('reading the cluster');
  try {
    const read = ([cluster, kubectl]: [string, Kubectl]) =>
      readCluster(app, cluster, kubectl, { depth, onAnswer: progress?.step });
    return liveApp(app, await Promise.all([...all].map(read)));
  } finally {
    progress?.end();
  }
}

interface Verb {
  readonly usage: string;
  /** What it does, in one line. */
  readonly says: string;
  /** How many words it takes. */
  readonly words: number;
  readonly options: readonly (keyof Options)[];
  readonly run: (words: readonly string[], options: Options) => Promise<Output>;
}

const OF_APPS = ['topology', 'context', 'json'] as const;

/** Each loads only its own code. */
const VERBS: Readonly<Record<string, Verb>> = {
  doctor: {
    usage: 'doctor APP [OPTIONS]',
    says: 'look at all that an app needs: ok, or what is wrong and what to do',
    ...{ words: 1, options: OF_APPS },
    run: async ([app], options) => {
      const { diagnose, diagnosisText, exitStatusOf } = await import('./doctor/doctor');
      const diagnoses = await diagnose(await look(open(app, options), 'all'));
      return { json: diagnoses, text: diagnosisText(diagnoses), status: exitStatusOf(diagnoses) };
    },
  },
  status: {
    usage: 'status APP [--watch] [OPTIONS]',
    says: 'all pods and sessions, the worst first',
    ...{ words: 1, options: [...OF_APPS, 'watch'] },
    run: async ([app], options) => {
      const { exitStatusOf, statusRows, statusText } = await import('./status');
      const opened = open(app, options);
      const now = async (silent: boolean) => statusRows(await look(opened, 'routers', silent));
      if (options.watch) await watch(async () => ({ text: statusText(await now(true)) }));
      const rows = await now(false);
      return { json: rows, text: statusText(rows), status: exitStatusOf(rows) };
    },
  },
  routes: {
    usage: 'routes PREFIX APP [OPTIONS]',
    says: 'who has a prefix, by which path and from which client; where sides differ, that first',
    ...{ words: 2, options: OF_APPS },
    run: async ([prefix, app], options) => {
      const { exitStatusOf, prefixText, prefixView } = await import('./routes');
      const opened = open(app, options);
      const view = await prefixView(await look(opened, 'pods'), opened.kubectls, prefix);
      return { json: view, text: prefixText(view), status: exitStatusOf(view.differences.length === 0, view.unasked) };
    },
  },
  compare: {
    usage: 'compare APP [OPTIONS]',
    says: 'the sides against each other: how many prefixes, and those that differ',
    ...{ words: 1, options: OF_APPS },
    run: async ([app], options) => {
      const [{ comparisons, comparisonText, isSame }, { exitStatusOf }] = await Promise.all([
        import('./compare'),
        import('./routes'),
      ]);
      const opened = open(app, options);
      const live = await look(opened, 'pods');
      const progress = new Progress('reading routes');
      const all = await comparisons(live, opened.kubectls, progress.step).finally(() => progress.end());
      const unasked = all.flatMap((one) => one.unasked);
      return { json: all, text: comparisonText(all), status: exitStatusOf(isSame(all), unasked) };
    },
  },
  rollout: {
    usage: 'rollout APP [--watch] [OPTIONS]',
    says: 'what an apply will replace, in which order, and how far it is',
    ...{ words: 1, options: [...OF_APPS, 'watch'] },
    run: async ([app], options) => {
      const { isDone, rolloutOf, rolloutText } = await import('./rollout');
      const opened = open(app, options);
      const now = async (silent: boolean) => rolloutOf(await look(opened, 'workloads', silent), opened.kubectls);
      if (options.watch) {
        await watch(async () => {
          const parts = await now(true);
          return { text: rolloutText(parts), last: isDone(parts) };
        });
        return { json: undefined, text: '' };
      }
      const parts = await now(false);
      return { json: parts, text: rolloutText(parts) };
    },
  },
  serve: {
    usage: 'serve APP [--port PORT] [OPTIONS]',
    says: 'the state of all pods in a picture, and a search for a prefix, in a browser',
    ...{ words: 1, options: ['topology', 'context', 'port'] },
    run: async ([app], { port = '8080', ...options }) => {
      if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
        throw new UserError(`--port: got ${port}, want a number from 0 to 65535; 0 is any free port`);
      }
      const [{ glassOf }, { serve }, { prefixText, prefixView }] = await Promise.all([
        import('./serve/glass'),
        import('./serve/server'),
        import('./routes'),
      ]);
      const opened = open(app, options);
      const glass = glassOf(
        opened.app.folder,
        () => look(opened, 'routers', true),
        async (prefix) => prefixText(await prefixView(await look(opened, 'pods', true), opened.kubectls, prefix)),
      );
      const server = await serve(glass, Number(port));
      const { port: used } = server.address() as AddressInfo;
      process.stdout.write(`http://127.0.0.1:${used}/ until Ctrl-C\n`);
      await once(server, 'close');
      return { json: undefined, text: '' };
    },
  },
  drain: {
    usage: 'drain NAME [--context CONTEXT] [--force]',
    says: 'ask the neighbors of a pod, or of all pods of a node, to prefer other paths',
    ...{ words: 1, options: ['context', 'json', 'force'] },
    run: (words, options) => runDrain('drain', words, options),
  },
  undrain: {
    usage: 'undrain NAME [--context CONTEXT]',
    says: 'end that',
    ...{ words: 1, options: ['context', 'json'] },
    run: (words, options) => runDrain('undrain', words, options),
  },
};

async function runDrain(verb: 'drain' | 'undrain', [name]: readonly string[], options: Options): Promise<Output> {
  const { drain, drainText } = await import('./drain');
  const [kubectl] = kubectls([''], options.context ?? []).values();
  const progress = new Progress(`${verb}: waiting for the routers`);
  const all = await drain(kubectl, name, { verb, force: options.force }).finally(() => progress.end());
  return { json: all, text: drainText(all, verb), status: all.some(({ fault }) => fault !== undefined) ? 1 : 0 };
}

/** The lines of the verbs in the usage text. */
const USAGE_LINES: readonly string[] = Object.values(VERBS).flatMap(({ usage, says }) => [
  `npx cdk8s-meshrr ${usage}`,
  `       ${says}`,
]);

const USAGE = `usage: ${USAGE_LINES.join('\n       ')}
  APP         the folder of manifests of an app, such as dist
  --topology  the file topology.json of the synth; default: topology/topology.json beside the folder
  --context   a context of the kubeconfig; of an app in several clusters, CLUSTER=CONTEXT for each;
              default: the current context, or those with the names of the clusters
  --watch     again and again, in place, until Ctrl-C; of a rollout, until it is done
  --port      of the pages; default: 8080
  --json      print JSON
kubectl reads the cluster, with the rights of the caller; nothing is installed there.
The exit status is 0 where all is well, 1 where something is wrong, and 3 where nothing is wrong,
but something could not be read.`;

/** Carries out a verb with the rights of the caller's kubectl. Returns the exit status. */
export async function main(name: string, args: readonly string[]): Promise<number> {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        topology: { type: 'string' },
        context: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        watch: { type: 'boolean' },
        force: { type: 'boolean' },
        port: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    const { help, ...options } = values;
    if (help) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    const { words, options: takes, usage, run } = VERBS[name];
    const foreign = Object.keys(options).find((one) => !takes.includes(one as keyof Options));
    if (foreign !== undefined) throw new UserError(`got --${foreign}, which ${name} does not take`);
    if (options.watch && options.json) throw new UserError('got --watch and --json, want one of them');
    if (positionals.length !== words) throw new UserError(`got ${positionals.length} words, want: ${usage}`);
    const { json, text, status = 0 } = await run(positionals, options);
    process.stdout.write(options.json ? `${JSON.stringify(json, null, 2)}\n` : text);
    return status;
  } catch (error) {
    const isMistake = error instanceof UserError || error instanceof LabError || 'code' in (error as Error);
    if (!isMistake) throw error;
    process.stderr.write(`${name}: ${(error as Error).message}\n`);
    return 1;
  }
}
