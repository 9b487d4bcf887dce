#!/usr/bin/env node
/** The programs of the package, each with the arguments that follow its name. Each loads only its own code. */
const PROGRAMS: Readonly<Record<string, () => Promise<(args: readonly string[]) => unknown>>> = {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  image: async () => (require('../scripts/image') as { main(args: readonly string[]): number }).main,
  lab: async () => (await import('../lab/main')).main,
  config: async () => (await import('./config')).main,
};

const USAGE = `usage: npx cdk8s-meshrr image frr|crpd --tag NAME …   build the image of a router
       npx cdk8s-meshrr lab FOLDER …                 run the manifests in a folder on this machine, on real BGP
       npx cdk8s-meshrr config [FILE|FOLDER …]       print the configuration that the pods of manifests start with
  --help after image, lab or config lists the options`;

async function run([name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(`${USAGE}\n`);
  } else if (!Object.hasOwn(PROGRAMS, name)) {
    process.stderr.write(`cdk8s-meshrr: got ${JSON.stringify(name)}, want image, lab or config\n${USAGE}\n`);
    process.exitCode = 2;
  } else {
    const status = await (await PROGRAMS[name]())(args);
    if (typeof status === 'number') process.exitCode = status;
  }
}

void run(process.argv.slice(2));
