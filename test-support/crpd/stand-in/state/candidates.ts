import { commitFaults } from '../configuration/commit-checks';
import { configurationOf, Loaded } from '../configuration/load-text';
import { merge } from '../configuration/merge';
import { renderText } from '../configuration/render';
import { clone, equal, Node } from '../configuration/tree';
import { fromFault, Problem, ValidationError } from '../netconf/replies';
import { Folder, newOwner, Owner, same, State } from './folder';

/** A commit that is refused for what it holds. */
export class CommitRefused extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super('commit failed');
  }
}

/** What one session may do to the configuration: in its private copy where it has opened one, else in the shared one. */
export class Candidates {
  readonly me: Owner;
  private private?: { base: Node; candidate: Node };

  constructor(
    private readonly folder: Folder,
    user: string,
  ) {
    this.me = newOwner(user);
  }

  get isPrivate(): boolean {
    return this.private !== undefined;
  }

  /** @throws ValidationError */
  openPrivate(): void {
    if (this.private) throw new ValidationError('private database is already open');
    const text = this.folder.change((state) => {
      this.rejectIfLocked(state);
      if (state.candidate !== undefined) throw new ValidationError('shared configuration database modified');
      state.privates.push(this.me);
      return state.running;
    });
    this.private = { base: configurationOf(text), candidate: configurationOf(text) };
  }

  /** @throws ValidationError */
  lock(): void {
    this.folder.change((state) => {
      this.rejectIfLocked(state);
      if (same(state.exclusive, this.me))
        throw new ValidationError('configuration database already locked', 'lock-denied');
      if (state.candidate !== undefined) throw new ValidationError('configuration database modified');
      state.exclusive = this.me;
    });
  }

  /** Gives up the exclusive lock, and with it what was not committed. @throws ValidationError */
  unlock(): void {
    this.folder.change((state) => {
      if (!same(state.exclusive, this.me)) throw new ValidationError('Configuration database is not open');
      state.exclusive = undefined;
      state.candidate = undefined;
    });
  }

  /** Closes the private copy. @returns whether changes were lost @throws ValidationError where there is none */
  close(): boolean {
    if (!this.private) throw new ValidationError('Configuration database is not open');
    const lost = !equal(this.private.base, this.private.candidate);
    this.leave();
    return lost;
  }

  /** What the end of the session does. */
  leave(): void {
    this.private = undefined;
    this.folder.change((state) => {
      state.privates = state.privates.filter((each) => !same(each, this.me));
      if (!same(state.exclusive, this.me)) return;
      state.exclusive = undefined;
      state.candidate = undefined;
    });
  }

  running(): Node {
    return configurationOf(this.folder.change(({ running }) => running));
  }

  candidate(): Node {
    if (this.private) return this.private.candidate;
    return configurationOf(this.folder.change(({ candidate, running }) => candidate ?? running));
  }

  /** What was running before the last `number` commits; 0 is what is running. @throws ValidationError */
  rollback(number: number): Node {
    const text = this.folder.change(({ running, commits }) => (number === 0 ? running : commits[number]?.text));
    if (text === undefined) throw new ValidationError(`rollback ${number} is not there`, 'invalid-value');
    return configurationOf(text);
  }

  /** Changes the candidate. @throws ValidationError */
  edit(how: (candidate: Node) => Loaded): Loaded {
    if (this.private) return how(this.private.candidate);
    return this.folder.change((state) => {
      this.rejectIfLocked(state);
      if (state.privates.length > 0 && !same(state.exclusive, this.me)) {
        throw new ValidationError("private edits in use. Try 'configure private' or 'configure exclusive'.");
      }
      const candidate = configurationOf(state.candidate ?? state.running);
      const loaded = how(candidate);
      this.setShared(state, candidate);
      return loaded;
    });
  }

  /** Makes the candidate another. @throws ValidationError */
  replace(by: Node): void {
    this.edit((candidate) => {
      candidate.children.clear();
      for (const [id, child] of clone(by).children) candidate.children.set(id, child);
      return { errors: [], warnings: [] };
    });
  }

  /** Checks the candidate and, unless that is all, makes it what is running. @throws ValidationError, CommitRefused */
  commit(only: 'check' | 'commit', client: string, log?: string): void {
    const text = this.folder.change((state) => {
      this.rejectIfLocked(state);
      const running = configurationOf(state.running);
      const { merged, conflicts } = this.private
        ? merge(this.private.base, this.private.candidate, running)
        : { merged: configurationOf(state.candidate ?? state.running), conflicts: [] };
      reject(conflicts.map((fault) => fromFault(fault)));
      reject(commitFaults(merged).map((fault) => fromFault(fault)));
      if (only === 'check') return undefined;
      const before = state.commits[0]?.text ?? state.running;
      if (state.commits.length === 0) {
        state.commits.push({ id: 0, user: 'root', client: 'boot', time: new Date().toISOString(), text: before });
      }
      state.running = renderText(merged);
      if (!this.private) state.candidate = undefined;
      state.commits.unshift({
        id: state.commits[0].id + 1,
        user: this.me.user,
        client,
        log,
        time: new Date().toISOString(),
        text: state.running,
      });
      return state.running;
    });
    if (text !== undefined && this.private) {
      this.private = { base: configurationOf(text), candidate: configurationOf(text) };
    }
  }

  private setShared(state: State, candidate: Node): void {
    const text = renderText(candidate);
    state.candidate = text === state.running ? undefined : text;
  }

  private rejectIfLocked({ exclusive }: State): void {
    if (!exclusive || same(exclusive, this.me)) return;
    throw new ValidationError(lockedBy(exclusive));
  }
}

/** How Junos says who has the exclusive lock. */
export function lockedBy({ user, pid, since }: Pick<Owner, 'user' | 'pid' | 'since'>): string {
  const [day, time] = since.split(/[T.]/);
  return `configuration database locked by:\n  ${user} terminal (pid ${pid}) on since ${day} ${time} UTC\n      exclusive`;
}

function reject(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const last: Problem = { severity: 'error', message: 'configuration check-out failed' };
  throw new CommitRefused([...problems, last]);
}
