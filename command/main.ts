#!/usr/bin/env node
/** The programs of the package, each with the arguments that follow its name. Each loads only its own code. */
const PROGRAMS: Readonly<Record<string, () => Promise<(args: readonly string[]) => unknown>>> = {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  image: async () => (require('../scripts/image') as { main(args: readonly string[]): number }).main,
  lab: async () => (await import('../lab/main')).main,
  config: async () => (await import('./config')).main,
  ...Object.fromEntries(
    ['doctor', 'status', 'routes', 'compare', 'rollout', 'serve', 'drain', 'undrain'].map((name) => [
      name,
      async () => {
        const { main } = await import('./live/main');
        return (args: readonly string[]) => main(name, args);
      },
    ]),
  ),
};

const USAGE = `usage: npx cdk8s-meshrr image frr|crpd --tag NAME …   build the image of a router
       npx cdk8s-meshrr lab FOLDER …                 run the manifests in a folder on this machine, on real BGP
       npx cdk8s-meshrr config [FILE|FOLDER …]       print the configuration that the pods of manifests start with
       npx cdk8s-meshrr doctor|status|compare|rollout|serve APP   look at an app in its clusters
       npx cdk8s-meshrr routes PREFIX APP            who has a prefix, by which path
       npx cdk8s-meshrr drain|undrain NAME           drain the routers of a pod or a node, or end that
  --help after one of these words lists its options`;

async function run([name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(`${USAGE}\n`);
  } else if (!Object.hasOwn(PROGRAMS, name)) {
    process.stderr.write(
      `cdk8s-meshrr: got ${JSON.stringify(name)}, want one of ${Object.keys(PROGRAMS).join(', ')}\n${USAGE}\n`,
    );
    process.exitCode = 2;
  } else {
    const status = await (await PROGRAMS[name]())(args);
    if (typeof status === 'number') process.exitCode = status;
  }
}

void run(process.argv.slice(2));
