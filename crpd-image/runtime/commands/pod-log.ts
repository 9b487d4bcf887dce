import * as fs from 'fs';
import { createLog, Log } from '../logging/log';
import { Pod } from '../pod';

const STANDARD_OUTPUT = 1;

/** The log of a pod, on standard output. */
export function logOf({ settings, model }: Pod): Log {
  return createLog({
    level: settings.logLevel,
    secrets: [settings.encryptedRootPassword, ...model.discovered.map(({ key }) => key)],
    write: (line) => {
      try {
        fs.writeSync(STANDARD_OUTPUT, line);
      } catch {
        // A reader that went away, or that does not keep up, must not end the daemon.
      }
    },
  });
}
