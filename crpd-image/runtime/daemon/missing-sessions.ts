import { PodConfiguration } from '../../../lib/configuration';
import { Conditions } from '../logging/conditions';
import { likelyCause, needsDial } from '../peers/likely-cause';
import type { Answered } from '../router/dial';
import { Attempts, Neighbor } from '../router/driver';
import { RouterView } from './router-view';

/** The time between two diagnoses of the same sessions, in milliseconds. */
const AGAIN_MS = 30_000;
/** The number of sessions that are diagnosed at a time. The log names no more. */
const MAX_DIAGNOSED = 10;

export interface MissingSessionsOptions {
  readonly model: Pick<PodConfiguration, 'discovered'>;
  readonly router: RouterView;
  readonly conditions: Conditions;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** How long a session may be down, in milliseconds. */
  readonly limit: number;
  /** Connects to the BGP port of a neighbor. */
  readonly dial: (address: string) => Promise<Answered>;
}

/**
 * Reports each session of the mesh and of upstream that has been down for too long, with the likely cause. The time
 * counts from when the neighbor was configured or its session was lost.
 */
export class MissingSessions {
  /** Since when each session is down. */
  private readonly since = new Map<string, number>();
  private causes: ReadonlyMap<string, string> = new Map();
  private reported: ReadonlySet<string> = new Set();
  private diagnosed = -Infinity;
  private running?: Promise<void>;

  constructor(private readonly options: MissingSessionsOptions) {}

  /** @param peers the wanted neighbors of meshes and upstream groups */
  observe(peers: readonly Neighbor[]): void {
    const { router, now, limit } = this.options;
    if (!router.reachable) return;
    const down = new Set(peers.flatMap(({ address }) => (router.isEstablished(address) ? [] : [address])));
    for (const address of this.since.keys()) if (!down.has(address)) this.since.delete(address);
    for (const address of down) if (!this.since.has(address)) this.since.set(address, now());
    const missing = peers.filter(({ address }) => now() - (this.since.get(address) ?? Infinity) >= limit);
    this.report(missing);
    const isNew = missing.slice(0, MAX_DIAGNOSED).some(({ address }) => !this.causes.has(address));
    if (missing.length === 0 || this.running || !(isNew || now() - this.diagnosed >= AGAIN_MS)) return;
    this.diagnosed = now();
    // Dials take seconds. The turns go on, and a later one reports the result.
    this.running = this.diagnose(missing.slice(0, MAX_DIAGNOSED)).finally(() => (this.running = undefined));
  }

  private report(missing: readonly Neighbor[]): void {
    const { conditions } = this.options;
    const current = new Set<string>();
    for (const [i, { group, address }] of missing.entries()) {
      const cause = this.causes.get(address) ?? (i < MAX_DIAGNOSED ? undefined : 'see the others');
      // A diagnosis ends within seconds.
      if (cause === undefined) continue;
      current.add(address);
      conditions.begin('session-missing', address, `${group}: ${cause}`, { group, address });
    }
    for (const address of this.reported)
      if (!current.has(address)) conditions.end('session-missing', address, { address });
    this.reported = current;
  }

  private async diagnose(neighbors: readonly Neighbor[]): Promise<void> {
    const attempts = await this.options.router.explain(neighbors);
    if (attempts === undefined) return;
    const byAddress = new Map(attempts.map((one) => [one.address, one]));
    const causes = neighbors.map(
      async (neighbor) => [neighbor.address, await this.causeOf(neighbor, byAddress.get(neighbor.address))] as const,
    );
    this.causes = new Map(await Promise.all(causes));
  }

  private async causeOf(neighbor: Neighbor, attempts: Attempts | undefined): Promise<string> {
    const { model, dial } = this.options;
    if (attempts === undefined) return 'the router does not have this neighbor';
    const group = model.discovered.find(({ name }) => name === neighbor.group);
    const answered = needsDial(attempts) ? await dial(attempts.address) : undefined;
    const kind = group?.kind === 'upstream' ? 'upstream' : 'mesh';
    return likelyCause({ kind, keyed: group?.key !== undefined, attempts, answered });
  }
}
