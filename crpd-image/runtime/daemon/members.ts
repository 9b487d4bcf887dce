import * as fs from 'fs';
import { memberNeighbors, MemberNeighbor, PodConfiguration } from '../../../lib/configuration';
import { ValidationError } from '../../../lib/input';
import { parseMembers } from '../../../lib/settings';
import { Conditions } from '../logging/conditions';
import { Log } from '../logging/log';
import { RouterView } from './router-view';

/** The number of addresses in one event: a pipe writes at most 4 kB atomically. */
const MAX_ADDRESSES = 60;

export interface MembersOptions {
  readonly model: PodConfiguration;
  /** The file of declared clients. */
  readonly file: string;
  readonly router: Pick<RouterView, 'applyMembers'>;
  readonly log: Log;
  readonly conditions: Conditions;
}

/**
 * Keeps the declared clients of the router as their file has them. The kubelet replaces the file of a ConfigMap in a running
 * pod. A file that is not valid changes nothing: the members of the last valid one stay.
 */
export class Members {
  private text?: string;
  private neighbors?: readonly MemberNeighbor[];

  constructor(private readonly options: MembersOptions) {}

  async turn(): Promise<void> {
    const { router, log } = this.options;
    this.read();
    const outcome = this.neighbors && (await router.applyMembers(this.neighbors));
    for (let i = 0; i < (outcome?.changed.length ?? 0); i += MAX_ADDRESSES) {
      log.info('members-changed', { addresses: outcome?.changed.slice(i, i + MAX_ADDRESSES) });
    }
  }

  private read(): void {
    const { model, file, conditions } = this.options;
    try {
      const text = readText(file);
      if (text === this.text) return;
      this.text = text;
      const mode = model.mode === 'route-server' ? 'routeserver' : 'routereflector';
      this.neighbors = memberNeighbors(parseMembers(text, { ...model, mode }), model);
      conditions.end('members-invalid', '');
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      const reason = `${file}: ${error.place === '' ? '' : `${error.place}: `}${error.message}`;
      conditions.begin('members-invalid', '', reason);
    }
  }
}

/** @throws ValidationError where it cannot be read */
function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw ValidationError.of(file, `a file that can be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
