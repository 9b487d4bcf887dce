import * as fs from 'fs';
import { parseArgs } from 'util';
import { ConfigurationError, defaultTemplate } from '../lib/configuration';
import { ValidationError } from '../lib/input';
import { SettingError } from '../lib/settings';
import { configurationsIn, manifestsIn, renamedServices, UserError } from './manifests';

const USAGE = `usage: npx cdk8s-meshrr config [FILE|FOLDER …] [--workload NAME]
       npx cdk8s-meshrr config --template frr|crpd
  FILE|FOLDER   manifests, as cdk8s, Kustomize or Helm write them; default: standard input
  --workload    only the pods of this Deployment, DaemonSet or StatefulSet
  --template    print the default template of a router, to start one of your own from`;

/** What people do wrong, in files and on the command line; everything else is a fault of this program. */
const OF_USERS = [UserError, SettingError, ConfigurationError, ValidationError];

/** Prints configurations of routers, or a default template. Returns the exit status. */
export function main(args: readonly string[]): number {
  try {
    const { positionals: places, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { workload: { type: 'string' }, template: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help) {
      process.stdout.write(`${USAGE}\n`);
    } else if (values.template !== undefined) {
      process.stdout.write(templateOf(values.template));
    } else {
      const texts = places.length > 0 ? places.map(manifestsIn) : [fs.readFileSync(0, 'utf8')];
      const manifests = texts.join('\n---\n');
      process.stdout.write(configurationsIn(manifests, values.workload).join('\n'));
      for (const renamed of renamedServices(manifests)) process.stderr.write(`config: warning: ${renamed}\n`);
    }
    return 0;
  } catch (error) {
    // Errors of the file system and of parseArgs have a code.
    if (!OF_USERS.some((type) => error instanceof type) && !('code' in (error as Error))) throw error;
    process.stderr.write(`config: ${(error as Error).message}\n`);
    return 1;
  }
}

function templateOf(router: string): string {
  if (router !== 'frr' && router !== 'crpd') throw new UserError(`--template: got ${router}, want frr or crpd`);
  return defaultTemplate(router).text;
}
