import * as os from 'os';
import { runCommand } from './cli/commands';
import { configurationOf } from './configuration/load-text';
import { renderText } from './configuration/render';
import { LoadFault } from './configuration/tree';
import { Context } from './netconf/requests';
import { serve } from './netconf/serve';
import { Candidates } from './state/candidates';
import { Folder, readIfThere } from './state/folder';

/** The programs `netconf` and `cli`; which of them it is, its name tells. */
function main(name: string, args: string[]): void {
  const at = args.indexOf('--state');
  const [, given] = at < 0 ? [] : args.splice(at, 2);
  const where = given ?? process.env.CRPD_STAND_IN_STATE ?? '/var/lib/crpd-stand-in';
  const folder: Folder = new Folder(where, () => {
    const files = [folder.at('juniper.conf'), process.env.CRPD_STAND_IN_CONFIG, '/config/juniper.conf'];
    const text = files.map((file) => (file ? readIfThere(file) : undefined)).find((each) => each !== undefined);
    return renderText(configurationOf(text ?? ''));
  });
  const context: Context = { candidates: new Candidates(folder, userName()), folder, client: name };
  const command = name === 'cli' ? (args[0] === '-c' ? args[1] : args.join(' ')) : 'xml-mode netconf';
  try {
    context.candidates.running();
    if (command === 'xml-mode netconf' || command === 'xml-mode netconf need-trailer') {
      serve(context);
      return;
    }
    const output = runCommand(command, context);
    process.stdout.write(output ?? `error: unknown command: ${command}\n`);
    process.exitCode = output === undefined ? 1 : 0;
  } catch (error) {
    if (!(error instanceof LoadFault)) throw error;
    process.stderr.write(`${name}: ${error.path} ${error.badElement}: ${error.message}\n`);
    process.exitCode = 1;
  }
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return 'root';
  }
}

main(process.argv[1].endsWith('cli') ? 'cli' : 'netconf', process.argv.slice(2));
