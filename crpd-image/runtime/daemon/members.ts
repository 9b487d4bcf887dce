import * as fs from 'fs';
import { memberNeighbors, MemberNeighbor, PodConfiguration } from '../../../lib/configuration';
import { inside, ValidationError } from '../../../lib/input';
import { Member, parseMembers, parseSessionKey } from '../../../lib/settings';
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
      this.take(parseMembers(text, { ...model, mode }));
    } catch (error) {
      conditions.begin('members-invalid', '', `${file}: ${reasonOf(error)}`);
    }
  }

  /**
   * Configures members. One whose key cannot be read stays as it was: the file of members reaches a pod that runs before a pod
   * with the new key replaces it.
   */
  private take(members: readonly Member[]): void {
    const { model, conditions } = this.options;
    const unread: string[] = [];
    const before = this.neighbors ?? [];
    this.neighbors = members.flatMap((member) => {
      try {
        return memberNeighbors([member], model, (file) => inside(file, () => parseSessionKey(readText(file))));
      } catch (error) {
        unread.push(`key of ${member.name}: ${reasonOf(error)}`);
        return before.filter(({ name }) => name === member.name);
      }
    });
    if (unread.length === 0) conditions.end('members-invalid', '');
    else conditions.begin('members-invalid', '', unread.join('; '));
  }
}

/** What is wrong with a value. @throws any other error */
function reasonOf(error: unknown): string {
  if (!(error instanceof ValidationError)) throw error;
  return `${error.place === '' ? '' : `${error.place}: `}${error.message}`;
}

/** @throws ValidationError where it cannot be read */
function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw ValidationError.of(file, `a file that can be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
