import { setTimeout as wait } from 'timers/promises';
import { parseHostAddress } from '../../../../lib/addressing';
import { ValidationError } from '../../../../lib/input';
import { RtrServer } from '../../../../lib/settings';
import { DiscoveredGroup, MemberNeighbor } from '../../../../lib/configuration';
import {
  Attempts,
  Change,
  EndOfRib,
  MembersOutcome,
  Neighbor,
  OriginData,
  Refused,
  RouterBusy,
  RouterDriver,
  RouterUnavailable,
  Session,
} from '../driver';
import * as answers from './answers';
import { Candidate } from './candidate';
import { memberStatements } from './members';
import { errorIn, JUNOS_CAPABILITY, Reply } from './messages';
import { onBox } from './on-box';
import * as requests from './requests';
import { RetryTimes, RETRY_TIMES, Retry } from './retry';
import { bisect } from './bisect';
import { NetconfSession, SessionOptions } from './session';
import { Connect } from './transport';

export interface CrpdDriverOptions {
  readonly groups: readonly DiscoveredGroup[];
  /**
   * The names of the groups of declared neighbors.
   * @default - none
   */
  readonly memberGroups?: readonly string[];
  /**
   * The RTR servers, by which it validates the origins of routes.
   * @default - none
   */
  readonly rtrServers?: readonly RtrServer[];
  /**
   * How to reach the router.
   * @default - the NETCONF server on the same host
   */
  readonly connect?: Connect;
  /**
   * Paths of license files on the router. Since 22.x cRPD does not load those under /config/license by itself.
   * @default - none
   */
  readonly licenses?: readonly string[];
  /** Called once with the way in which the router is reached. */
  readonly notice?: (text: string) => void;
  readonly session?: SessionOptions;
  /**
   * The timeout of a check or a commit, in milliseconds: the router reads its whole configuration for it.
   * @default 120000
   */
  readonly commitMilliseconds?: number;
  readonly retryTimes?: RetryTimes;
}

/** The maximum size of a reply. The summary of 10,000 sessions has 10 MB. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** How long {@link CrpdDriver.close} waits for a running request, in milliseconds. */
const CLOSE_MS = 2_000;

/** All changes of one address, which are accepted or refused together: an address may move between groups. */
interface AddressChange {
  readonly changes: readonly Change[];
  readonly statements: readonly string[];
}

/**
 * Drives cRPD over NETCONF. The runtime changes only the configuration group MESHRR, and each call makes at most one
 * commit. The driver keeps one session open and sends nothing between calls.
 */
export class CrpdDriver implements RouterDriver {
  private readonly connect: Connect;
  private readonly groups: ReadonlyMap<string, DiscoveredGroup>;
  private readonly closing = new AbortController();
  private session: NetconfSession | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private reachedBy: string | undefined;

  constructor(private readonly options: CrpdDriverOptions) {
    this.connect = options.connect ?? onBox();
    this.groups = new Map(options.groups.map((group) => [group.name, group]));
  }

  get connected(): boolean {
    return this.session?.isOpen ?? false;
  }

  neighbors(): Promise<readonly Neighbor[]> {
    return this.use(async (session) =>
      (await this.written(session)).map(({ group, address }): Neighbor => ({ group, address })),
    );
  }

  sessions(): Promise<readonly Session[]> {
    return this.use(async (session) => {
      // The longer answer comes last. Only the addresses of the other one are in memory beside it.
      const configured = await this.configuredAddresses(session);
      return answers.readSessions(requireAnswer('the BGP summary', await session.rpc(requests.bgpSummary)), configured);
    });
  }

  async originData(): Promise<OriginData | undefined> {
    const { rtrServers = [] } = this.options;
    if (rtrServers.length === 0) return undefined;
    return this.use(async (session) =>
      answers.readOriginData(
        requireAnswer('the validation sessions', await session.rpc(requests.validationSessions)),
        rtrServers,
      ),
    );
  }

  attempts(neighbors: readonly Neighbor[]): Promise<readonly Attempts[]> {
    return this.use(async (session) => {
      const all: Attempts[] = [];
      for (const { address } of neighbors) {
        const reply = await session.rpc(requests.bgpNeighbor(address));
        const found = errorIn(reply) ? undefined : answers.readAttempts(reply, address);
        if (found) all.push(found);
      }
      return all;
    });
  }

  endOfRib(addresses: readonly string[]): Promise<ReadonlyMap<string, EndOfRib>> {
    return this.use(async (session) => {
      const all = new Map<string, EndOfRib>();
      for (const address of addresses) {
        const reply = await session.rpc(requests.bgpNeighbor(address));
        const found = errorIn(reply) ? undefined : answers.readEndOfRib(reply, address);
        if (found) all.set(address, found);
      }
      return all;
    });
  }

  apply(changes: readonly Change[]): Promise<readonly Refused[]> {
    const impossible = changes.flatMap((change) => {
      const reason = this.rejectionOf(change);
      return reason === undefined ? [] : [{ change, reason }];
    });
    const possible = changes.filter((change) => !impossible.some((refused) => refused.change === change));
    if (possible.length === 0) return Promise.resolve(impossible);
    return this.use(async (session) => {
      try {
        return [...impossible, ...(await this.change(session, possible))];
      } catch (error) {
        if (!(error instanceof RouterBusy)) throw error;
        return [...impossible, ...possible.map((change) => ({ change, reason: error.message }))];
      }
    });
  }

  applyMembers(neighbors: readonly MemberNeighbor[]): Promise<MembersOutcome> {
    return this.use(async (session) => {
      const { candidate, retry } = this.task(session);
      const changed = new Set<string>();
      const refusal = await retry
        .whileBusy(async () => {
          const written = (await this.written(session)).filter(({ group }) => !this.groups.has(group));
          const before = new Set(written.map(({ address }) => address));
          const after = new Set(neighbors.map(({ address }) => address.text));
          for (const address of [...before, ...after]) {
            if (before.has(address) !== after.has(address)) changed.add(address);
          }
          return candidate.commit(memberStatements(neighbors, written), 'meshrr: declared clients');
        })
        .catch((error: Error) => {
          if (error instanceof RouterBusy) return error.message;
          throw error;
        });
      return { changed: [...changed], refused: refusal === undefined ? [] : [this.redact(refusal)] };
    });
  }

  gracefulShutdown(on: boolean): Promise<void> {
    return this.use(async (session) => {
      const { candidate, retry } = this.task(session);
      const log = `meshrr: ${on ? 'begin' : 'end'} the graceful shutdown`;
      const commit = () => candidate.commit([requests.gracefulShutdown(on)], log);
      const refusal = await retry.whileBusy(commit).catch((error: Error) => {
        if (error instanceof RouterBusy) return error.message;
        throw error;
      });
      if (refusal !== undefined) throw new RouterUnavailable(`cRPD refuses to ${log.slice(8)}: ${refusal}`);
    });
  }

  draining(): Promise<boolean> {
    return this.use(async (session) =>
      answers.isDraining(requireAnswer('its configuration', await session.rpc(requests.configuredShutdown()))),
    );
  }

  ping(): Promise<void> {
    // A question to rpd: the management process would answer without it.
    return this.use(async (session) => void requireAnswer('the BGP summary', await session.rpc(requests.bgpSummary)));
  }

  async prepare(): Promise<readonly string[]> {
    const refused: string[] = [];
    for (const file of this.options.licenses ?? []) {
      const reason = await this.use(async (session) =>
        answers.licenseRefusal(await session.rpc(requests.addLicense(file))),
      );
      if (reason !== undefined) refused.push(`license ${file}: ${reason}`);
    }
    return refused;
  }

  async close(): Promise<void> {
    this.closing.abort();
    // Let a running request end, but do not wait for a router that hangs.
    await Promise.race([this.queue, wait(CLOSE_MS, undefined, { ref: false })]);
    await this.session?.close();
    this.session = undefined;
  }

  private rejectionOf({ group, address }: Change): string | undefined {
    if (!this.groups.has(group)) return 'the runtime does not manage this group';
    try {
      parseHostAddress(address);
      return undefined;
    } catch (error) {
      if (error instanceof ValidationError) return 'not the address of a host';
      throw error;
    }
  }

  private async change(session: NetconfSession, changes: readonly Change[]): Promise<Refused[]> {
    const { candidate, retry } = this.task(session);
    const planned = async () => this.plan(changes, await this.written(session));
    const commit = (due: readonly AddressChange[]) => candidate.commit(statementsOf(due), commitMessage(due));
    const refusal = await retry.whileBusy(async () => {
      const due = await planned();
      return due.length === 0 ? undefined : commit(due);
    });
    if (refusal === undefined) return [];
    const { accepted, refused } = await bisect(await planned(), (some) =>
      retry.whileBusy(() => candidate.try(statementsOf(some))),
    );
    const atLast = accepted.length === 0 ? undefined : await retry.whileBusy(() => commit(accepted));
    const all = atLast === undefined ? refused : [...refused, ...accepted.map((item) => ({ item, reason: atLast }))];
    return all.flatMap(({ item, reason: why }) => item.changes.map((change) => ({ change, reason: this.redact(why) })));
  }

  /**
   * The changes that are not made yet, by address. Existing neighbors are skipped: Junos treats a key that is set again
   * as a change.
   */
  private plan(changes: readonly Change[], configured: readonly answers.WrittenNeighbor[]): AddressChange[] {
    const writtenAs = new Map(configured.map(({ group, address, written }) => [`${group} ${address}`, written]));
    const byAddress = new Map<string, Change[]>();
    for (const change of changes) {
      if ((change.action === 'add') === writtenAs.has(`${change.group} ${change.address}`)) continue;
      byAddress.set(change.address, [...(byAddress.get(change.address) ?? []), change]);
    }
    return [...byAddress.values()].map((changesOfOne) => ({
      changes: changesOfOne,
      statements: changesOfOne.flatMap((change) =>
        requests.statementsFor(
          change,
          this.groups.get(change.group) as DiscoveredGroup,
          writtenAs.get(`${change.group} ${change.address}`),
        ),
      ),
    }));
  }

  private async written(session: NetconfSession): Promise<answers.WrittenNeighbor[]> {
    const names = [...this.groups.keys(), ...(this.options.memberGroups ?? [])];
    if (names.length === 0) return [];
    const reply = requireAnswer('its configuration', await session.rpc(requests.configuredNeighbors(names)));
    return answers.readNeighbors(reply, new Set(names));
  }

  private async configuredAddresses(session: NetconfSession): Promise<ReadonlySet<string>> {
    const reply = await session.rpc(requests.allConfiguredNeighbors());
    return answers.readConfiguredAddresses(requireAnswer('its configuration', reply));
  }

  private task(session: NetconfSession): { candidate: Candidate; retry: Retry } {
    return {
      candidate: new Candidate(
        (operation, milliseconds) => session.rpc(operation, milliseconds),
        this.options.commitMilliseconds ?? 120_000,
      ),
      retry: new Retry(this.options.retryTimes ?? RETRY_TIMES, this.closing.signal),
    };
  }

  /** Runs `work` after all earlier calls. */
  private use<T>(work: (session: NetconfSession) => Promise<T>): Promise<T> {
    const result = this.queue.then(() => this.inSession(work));
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async inSession<T>(work: (session: NetconfSession) => Promise<T>): Promise<T> {
    try {
      const session = this.session;
      if (session?.isOpen) {
        const before = session.answered;
        try {
          return await work(session);
        } catch (error) {
          // If the router has restarted, only the first request notices that the session is gone.
          if (!session.wasLost || session.answered > before) throw error;
        }
      }
      return await work(await this.open());
    } catch (error) {
      if (!(error instanceof RouterUnavailable)) throw error;
      // Closing the session also discards its state, such as a private copy that could not be closed.
      await this.session?.close();
      throw new RouterUnavailable(this.redact(error.message));
    }
  }

  private async open(): Promise<NetconfSession> {
    this.session = undefined;
    if (this.closing.signal.aborted) throw new RouterUnavailable('the driver was closed');
    const transport = await this.connect();
    if (this.closing.signal.aborted) {
      await transport.close();
      throw new RouterUnavailable('the driver was closed');
    }
    this.session = await NetconfSession.open(transport, {
      requiredCapability: JUNOS_CAPABILITY,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      ...this.options.session,
    });
    if (this.reachedBy !== transport.name)
      this.options.notice?.(`cRPD is reached by NETCONF through ${transport.name}`);
    this.reachedBy = transport.name;
    return this.session;
  }

  /** Hides secrets in a router's message, which may repeat the refused line. Junos's `$9$` form is reversible. */
  private redact(text: string): string {
    const keys = [...this.groups.values()].flatMap(({ key }) => (key ? [key] : []));
    return keys.reduce((shown, key) => shown.replaceAll(key, '(hidden)'), text).replace(/\$9\$[^\s"';]+/g, '(hidden)');
  }
}

/** @throws RouterUnavailable if the reply is an error */
function requireAnswer(what: string, reply: Reply): Reply {
  const error = errorIn(reply);
  if (error) throw new RouterUnavailable(`cRPD does not show ${what}: ${error.message}`);
  return reply;
}

/** Deletions come first, because an address can be a neighbor only once. */
function statementsOf(planned: readonly AddressChange[]): string[] {
  const all = planned.flatMap(({ statements }) => statements);
  return [...all.filter((s) => s.startsWith('delete ')), ...all.filter((s) => !s.startsWith('delete '))];
}

function commitMessage(planned: readonly AddressChange[]): string {
  const count = (action: Change['action']) =>
    planned.flatMap(({ changes }) => changes).filter((change) => change.action === action).length;
  return `meshrr: ${count('add')} neighbors added, ${count('remove')} removed`;
}
