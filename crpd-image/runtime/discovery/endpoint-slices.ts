import { CLUSTER_SET_DOMAIN } from '../../../lib/settings';
import { monotonicMs } from '../clock';
import { ServiceName } from '../../../lib/configuration';
import { Answer, Discovery } from './discovery';
import { OnNotice } from './notice';
import { PodApi } from './pod-api';
import { PreferredFamily } from './preferred-family';
import { Listed, Slice } from './slice';
import { SliceWatch } from './slice-watch';
import { UsableEndpoints } from './usable-endpoints';

/** How long the known endpoints are used after the watch broke, in milliseconds. */
const BROKEN_MS = 5_000;
/** How long the first lookup waits for the list of slices, in milliseconds. */
const FIRST_MS = 1_000;

export interface EndpointSliceOptions {
  readonly api: PodApi;
  /** The preferred address family: that of POD_IP. */
  readonly family: 4 | 6;
  /** Which endpoints do not count. @default none */
  readonly leaveOut?: (listed: Listed) => boolean;
  /** A Service has changed: its next lookup returns a new answer. */
  readonly onChange?: () => void;
  readonly onNotice?: OnNotice;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

/**
 * Finds routers by the EndpointSlices of a Service. A watch keeps them up to date, so a lookup answers at once. Unlike
 * DNS, slices have zones and nodes. Once the watch has been broken for five seconds, the answer is `failed`.
 */
export class EndpointSliceDiscovery implements Discovery {
  private readonly services = new Map<string, WatchedService>();

  constructor(private readonly options: EndpointSliceOptions) {}

  async lookup(service: ServiceName): Promise<Answer> {
    // The slices of one cluster do not list the routers of the others.
    if (service.rootDomain === CLUSTER_SET_DOMAIN)
      return { kind: 'failed', reason: `${CLUSTER_SET_DOMAIN} is looked up in DNS only` };
    const key = `${service.name}.${service.namespace}`;
    let watched = this.services.get(key);
    if (!watched) this.services.set(key, (watched = new WatchedService(service, this.options)));
    await watched.first;
    return watched.answer();
  }

  close(): void {
    for (const service of this.services.values()) service.close();
    this.options.api.close();
  }
}

class WatchedService {
  /** Resolves when the slices are known, when listing them fails, or after {@link FIRST_MS}. */
  readonly first: Promise<void>;
  private readonly watch: SliceWatch;
  private readonly preferred: PreferredFamily;
  private readonly usable: UsableEndpoints;
  private readonly now: () => number;
  /** The last parsed answers by family, and the slices that they come from. */
  private read?: { readonly slices: ReadonlyMap<string, Slice>; readonly answers: Readonly<Record<4 | 6, Answer>> };
  private lastNotified = '';

  constructor(
    service: ServiceName,
    private readonly options: EndpointSliceOptions,
  ) {
    const { api, family, leaveOut, onNotice = () => {}, now = monotonicMs } = options;
    this.now = now;
    this.preferred = new PreferredFamily(family);
    this.usable = new UsableEndpoints(`${service.name}.${service.namespace}`, onNotice);
    let settle = () => {};
    this.first = new Promise((resolve) => {
      const timer = setTimeout(resolve, FIRST_MS);
      settle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    const onChange = () => {
      settle();
      this.notify();
    };
    this.watch = new SliceWatch({ api, service, leaveOut, now, onChange, onFailure: settle });
  }

  close(): void {
    this.watch.close();
  }

  answer(): Answer {
    const { slices, broken } = this.watch;
    const isBroken = broken !== undefined && this.now() - broken.since > BROKEN_MS;
    if (!slices || isBroken) return { kind: 'failed', reason: broken?.reason ?? 'not listed yet' };
    const answers = this.answers(slices);
    const { family, other } = this.preferred;
    if (answers[family].kind === 'found') this.preferred.found();
    const mayUseOther = answers[family].kind === 'empty' && this.preferred.empty(this.now());
    return mayUseOther ? answers[other] : answers[family];
  }

  private answers(slices: ReadonlyMap<string, Slice>): Readonly<Record<4 | 6, Answer>> {
    if (this.read?.slices !== slices) {
      this.read = { slices, answers: { 4: this.answerOf(slices, 4), 6: this.answerOf(slices, 6) } };
    }
    return this.read.answers;
  }

  private answerOf(slices: ReadonlyMap<string, Slice>, family: 4 | 6): Answer {
    const raw = [...slices.values()].flatMap((slice) => (slice.family === family ? slice.endpoints : []));
    // A new pod may have the address of one that still terminates: then the new one counts.
    raw.sort((a, b) => Number(a.departing ?? false) - Number(b.departing ?? false));
    const endpoints = this.usable.read(raw);
    if (endpoints.length > 0) return { kind: 'found', endpoints, source: 'endpointslice' };
    if (raw.length > 0) return { kind: 'failed', reason: 'only addresses that no host can have' };
    return { kind: 'empty', reason: 'no endpoints' };
  }

  /** Many changes of slices do not change the answers. */
  private notify(): void {
    const { slices } = this.watch;
    if (!slices) return;
    const text = JSON.stringify(this.answers(slices));
    if (text === this.lastNotified) return;
    this.lastNotified = text;
    this.options.onChange?.();
  }
}
