import { RouterBusy, RouterUnavailable } from '../driver';
import { isCommitted, loadRefusal, readDifference } from './answers';
import { errorIn, Issue, Reply } from './messages';
import * as requests from './requests';

/** Sends a request. @throws RouterUnavailable */
export type Ask = (operation: string, milliseconds?: number) => Promise<Reply>;

/**
 * How many refused commits count as conflicts with other users; the next one counts as a refusal of the change itself.
 */
const MAX_CONFLICTS = 3;

/** Changes the configuration. Each change uses a private copy, which is always discarded at the end. */
export class Candidate {
  private conflicts = 0;

  /**
   * @param ask sends a request in a session that has no other private copy
   * @param commitMilliseconds how long a check or a commit may take
   */
  constructor(
    private readonly ask: Ask,
    private readonly commitMilliseconds: number,
  ) {}

  /**
   * Commits the statements, all or none, if they change anything.
   *
   * @param log the comment in the router's list of commits
   * @returns why they were refused, or undefined
   * @throws RouterBusy, RouterUnavailable
   */
  commit(statements: readonly string[], log: string): Promise<string | undefined> {
    return this.inPrivateCopy(async () => (await this.loadAndCheck(statements)) ?? (await this.commitDifference(log)));
  }

  /**
   * Checks whether the statements could be committed, without a change.
   *
   * @returns why not, or undefined
   * @throws RouterBusy, RouterUnavailable
   */
  try(statements: readonly string[]): Promise<string | undefined> {
    return this.inPrivateCopy(() => this.loadAndCheck(statements));
  }

  private async inPrivateCopy(work: () => Promise<string | undefined>): Promise<string | undefined> {
    const error = throwIfBusy(errorIn(await this.ask(requests.openPrivate)));
    if (error) throw new RouterUnavailable(`cRPD opens no private configuration: ${error.message}`);
    try {
      return await work();
    } finally {
      // If the session has ended, the router has discarded the copy. A commit stays valid.
      await this.ask(requests.closeConfiguration).catch(() => undefined);
    }
  }

  private async loadAndCheck(statements: readonly string[]): Promise<string | undefined> {
    if (statements.length > 0) {
      const reply = await this.ask(requests.load(statements));
      throwIfBusy(errorIn(reply));
      const refusal = loadRefusal(reply);
      if (refusal !== undefined) return refusal;
    }
    return throwIfBusy(errorIn(await this.ask(requests.check, this.commitMilliseconds)))?.message;
  }

  private async commitDifference(log: string): Promise<string | undefined> {
    const difference = await this.ask(requests.compare);
    // A commit without changes would still make rpd read its configuration again, and add a line to the log.
    if (!errorIn(difference) && readDifference(difference) === '') return undefined;
    const reply = await this.ask(requests.commit(log), this.commitMilliseconds);
    const error = throwIfBusy(errorIn(reply));
    if (error) {
      // It has passed the check, so another commit came in between.
      if (++this.conflicts <= MAX_CONFLICTS) throw new RouterBusy(error.message);
      return error.message;
    }
    if (!isCommitted(reply)) throw new RouterUnavailable('cRPD does not confirm the commit');
    return undefined;
  }
}

function throwIfBusy(error: Issue | undefined): Issue | undefined {
  if (error?.busy) throw new RouterBusy(error.message);
  return error;
}
