import { monotonicMs } from '../clock';
import { Resolver } from 'dns';
import { ServiceName } from '../../../lib/configuration';
import { Answer, Discovery, Endpoint } from './discovery';
import { OnNotice } from './notice';
import { PreferredFamily } from './preferred-family';
import { UsableEndpoints } from './usable-endpoints';

/** The timeout of one query to one server, in milliseconds; the second try waits longer. */
const TRY_MS = 500;
const TRIES = 2;
/** The timeout of a whole lookup, in milliseconds: three servers that do not answer would take longer. */
const DEADLINE_MS = 2_000;
/** While the other family is used, every n-th lookup asks for the preferred one. */
const PREFERRED_EVERY = 10;

export interface DnsOptions {
  /** The preferred address family: that of POD_IP. */
  readonly family: 4 | 6;
  /**
   * DNS servers, `10.96.0.10` or `127.0.0.1:5353`.
   * @default - those of /etc/resolv.conf, which is read again after a server has not answered
   */
  readonly servers?: readonly string[];
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
  readonly onNotice?: OnNotice;
}

/** The result of one query for one record type. */
type QueryResult =
  | { readonly kind: 'records'; readonly addresses: readonly string[] }
  | { readonly kind: 'none'; readonly reason: 'NXDOMAIN' | 'NODATA' }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Finds routers by the A or AAAA records of a headless Service. The name is fully qualified, so search domains do not
 * apply. A truncated answer is repeated over TCP; if that fails, the lookup fails. Nothing is cached.
 */
export class DnsDiscovery implements Discovery {
  private readonly lookups = new Map<string, ServiceLookup>();

  constructor(private readonly options: DnsOptions) {}

  lookup({ name, namespace, rootDomain }: ServiceName): Promise<Answer> {
    const fullName = `${name}.${namespace}.${rootDomain}`;
    let lookup = this.lookups.get(fullName);
    if (!lookup) this.lookups.set(fullName, (lookup = new ServiceLookup(fullName, this.options)));
    return lookup.run();
  }

  close(): void {
    for (const lookup of this.lookups.values()) lookup.close();
  }
}

/** The lookups of one Service, one at a time. */
class ServiceLookup {
  private readonly preferred: PreferredFamily;
  private readonly usable: UsableEndpoints;
  private readonly now: () => number;
  private resolver?: Resolver;
  private underWay?: Promise<Answer>;
  private closed = false;
  private usesOther = false;
  private turn = 0;
  private last: { readonly raw: string; readonly answer: Answer } = { raw: '', answer: { kind: 'empty', reason: '' } };

  constructor(
    private readonly name: string,
    private readonly options: DnsOptions,
  ) {
    this.preferred = new PreferredFamily(options.family);
    this.usable = new UsableEndpoints(name, options.onNotice ?? (() => {}));
    this.now = options.now ?? monotonicMs;
  }

  run(): Promise<Answer> {
    this.underWay ??= this.withinDeadline().finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  close(): void {
    this.closed = true;
    this.resolver?.cancel();
  }

  private withinDeadline(): Promise<Answer> {
    return new Promise((resolve) => {
      const deadline = setTimeout(() => {
        this.discardResolver();
        resolve({ kind: 'failed', reason: 'timeout' });
      }, DEADLINE_MS);
      void this.ask().then((answer) => {
        clearTimeout(deadline);
        resolve(answer);
      });
    });
  }

  /** Queries one family if possible: with a lookup each second, a second query would double the load. */
  private async ask(): Promise<Answer> {
    const { family, other } = this.preferred;
    if (this.usesOther && ++this.turn % PREFERRED_EVERY !== 0) return this.answer(await this.query(other));
    const first = await this.query(family);
    if (first.kind === 'records') {
      this.preferred.found();
      this.usesOther = false;
    }
    // Only NODATA means that the name exists and has no records of this family.
    const isEmpty = first.kind === 'none' && first.reason === 'NODATA';
    if (!isEmpty || !this.preferred.empty(this.now())) return this.answer(first);
    const second = await this.query(other);
    this.usesOther = second.kind === 'records';
    return this.answer(second);
  }

  private answer(result: QueryResult): Answer {
    if (result.kind === 'none') return { kind: 'empty', reason: result.reason };
    if (result.kind === 'failed') return result;
    // Servers shuffle their records, hence the sort. Unchanged records are not parsed again: a thousand take
    // milliseconds.
    const raw = [...result.addresses].sort().join(' ');
    if (raw !== this.last.raw) this.last = { raw, answer: this.read(result.addresses) };
    return this.last.answer;
  }

  private read(addresses: readonly string[]): Answer {
    const endpoints: readonly Endpoint[] = this.usable.read(addresses.map((address) => ({ address })));
    return endpoints.length > 0
      ? { kind: 'found', endpoints, source: 'dns' }
      : { kind: 'failed', reason: 'only addresses that no host can have' };
  }

  /** Never rejects. */
  private query(family: 4 | 6): Promise<QueryResult> {
    if (this.closed) return Promise.resolve({ kind: 'failed', reason: 'closed' });
    return new Promise((resolve) => {
      try {
        const resolver = (this.resolver ??= this.createResolver());
        const done = (error: NodeJS.ErrnoException | null, addresses: string[]) => {
          const result = error ? failureOf(error) : recordsOrNone(addresses);
          const isGone = result.kind === 'failed' && UNREACHABLE.includes(result.reason);
          if (isGone && resolver === this.resolver) this.discardResolver();
          resolve(result);
        };
        if (family === 4) resolver.resolve4(this.name, done);
        else resolver.resolve6(this.name, done);
      } catch (error) {
        resolve({ kind: 'failed', reason: (error as Error).message });
      }
    });
  }

  private createResolver(): Resolver {
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
    if (this.options.servers) resolver.setServers(this.options.servers);
    return resolver;
  }

  /** The next query then reads /etc/resolv.conf again and opens new sockets. */
  private discardResolver(): void {
    const resolver = this.resolver;
    this.resolver = undefined;
    resolver?.cancel();
  }
}

/** Failures after which the server may be gone. */
const UNREACHABLE = ['timeout', 'connection refused'];

/** DNS terms for Node's error codes (those of c-ares). */
const REASONS: Readonly<Record<string, string>> = {
  ETIMEOUT: 'timeout',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'refused',
  ECONNREFUSED: 'connection refused',
  ENOTIMP: 'NOTIMP',
  EFORMERR: 'FORMERR',
  EBADRESP: 'malformed answer',
  EBADNAME: 'not a valid DNS name',
  ECANCELLED: 'canceled',
};

function failureOf({ code = 'unknown error' }: NodeJS.ErrnoException): QueryResult {
  if (code === 'ENOTFOUND') return { kind: 'none', reason: 'NXDOMAIN' };
  if (code === 'ENODATA') return { kind: 'none', reason: 'NODATA' };
  return { kind: 'failed', reason: REASONS[code] ?? code };
}

function recordsOrNone(addresses: readonly string[]): QueryResult {
  return addresses.length > 0 ? { kind: 'records', addresses } : { kind: 'none', reason: 'NODATA' };
}
