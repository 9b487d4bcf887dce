import { createLog, Log } from '../logging/log';
import { Pod } from '../../../lib/configuration';
import { StandardOutput } from './standard-output';

export function podLog({ settings, model }: Pod): Log {
  const output = new StandardOutput();
  return createLog({
    level: settings.logLevel,
    secrets: [settings.encryptedRootPassword, ...model.discovered.map(({ key }) => key)],
    write: (line) => output.write(line),
  });
}
