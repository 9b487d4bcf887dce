import { RouterUnavailable } from '../driver';
import { isCommitted, loadRefusal, readDifference } from './answers';
import { errorIn, Issue, Reply } from './messages';
import * as requests from './requests';

/** Sends a request. @throws RouterUnavailable */
export type Ask = (operation: string, milliseconds?: number) => Promise<Reply>;

/** Others are at work on the configuration: what was asked was not done, and is worth trying again. */
export class Busy extends Error {}

/** A configuration changes under our hands now and then, but not for ever: then it is the commit that is refused. */
const MAX_CONFLICTS = 3;

/** Changes to the configuration as a whole, each in a private copy that is thrown away in any case. */
export class Candidate {
  private conflicts = 0;

  /**
   * @param ask sends a request in a session of which nobody else has a private copy
   * @param commitMilliseconds how long a check or a commit may take
   */
  constructor(
    private readonly ask: Ask,
    private readonly commitMilliseconds: number,
  ) {}

  /**
   * Commits the statements, all or none, where they change anything.
   *
   * @param log stands in the router's list of commits
   * @returns why they were refused, or undefined
   * @throws Busy, RouterUnavailable
   */
  commit(statements: readonly string[], log: string): Promise<string | undefined> {
    return this.inPrivateCopy(async () => (await this.loadAndCheck(statements)) ?? (await this.commitDifference(log)));
  }

  /**
   * Whether the statements could be committed, with nothing changed.
   *
   * @returns why not, or undefined
   * @throws Busy, RouterUnavailable
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
      // Where the session has ended, the copy has gone with it, and what was done stays done.
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
    // A commit that changes nothing would still make rpd read its configuration again, and a line in the log.
    if (!errorIn(difference) && readDifference(difference) === '') return undefined;
    const reply = await this.ask(requests.commit(log), this.commitMilliseconds);
    const error = throwIfBusy(errorIn(reply));
    if (error) {
      // It had passed the check, so somebody's commit has come between.
      if (++this.conflicts <= MAX_CONFLICTS) throw new Busy(error.message);
      return error.message;
    }
    if (!isCommitted(reply)) throw new RouterUnavailable('cRPD does not say whether it has committed');
    return undefined;
  }
}

function throwIfBusy(error: Issue | undefined): Issue | undefined {
  if (error?.busy) throw new Busy(error.message);
  return error;
}
