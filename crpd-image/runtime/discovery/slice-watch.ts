import { inBrief, list, ValidationError } from '../../../lib/input';
import { ServiceName } from '../../../lib/configuration';
import { ApiError, PodApi } from './pod-api';
import { fields, Listed, readVersion, readSlice, Slice } from './slice';

/**
 * The duration of a watch, in seconds. It is random, so that the routers of a mesh do not reconnect at the same time.
 */
const WATCH_SECONDS = { least: 240, most: 480 };
/** The wait between two attempts, in milliseconds: it doubles each time and has a random part. */
const BACKOFF_MS = { least: 100, most: 15_000 };
/** A watch that lasted this long resets the backoff, in milliseconds. */
const GOOD_MS = 5_000;

export interface SliceWatchOptions {
  readonly api: PodApi;
  readonly service: ServiceName;
  /** Which endpoints do not count. @default none */
  readonly leaveOut?: (listed: Listed) => boolean;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** The slices are known for the first time, or have changed. */
  readonly onChange: () => void;
  readonly onFailure: () => void;
}

/** Keeps the EndpointSlices of one Service up to date by a list and a watch, until it is closed. */
export class SliceWatch {
  /** By name. Each change replaces the map. Undefined until the first list. */
  slices?: ReadonlyMap<string, Slice>;
  /** Since when the watch has been down, and why. Undefined while it is open. */
  broken?: { readonly since: number; readonly reason: string };
  private version?: string;
  private attempts = 0;
  private closed = false;
  private wake = () => {};

  constructor(private readonly options: SliceWatchOptions) {
    this.broken = { since: options.now(), reason: 'not listed yet' };
    void this.run();
  }

  close(): void {
    this.closed = true;
    this.wake();
  }

  private async run(): Promise<void> {
    while (!this.closed) {
      let reason = 'the watch has ended';
      const start = this.options.now();
      try {
        if (this.version === undefined) await this.list();
        await this.follow();
      } catch (error) {
        // No answer of the API may end the runtime. The known slices may be outdated, so list them again.
        reason = error instanceof Error ? error.message : String(error);
        this.version = undefined;
      }
      // close() may have ended the attempt; the timer of a pause would keep the process alive.
      if (this.closed) return;
      const { now, onFailure } = this.options;
      if (now() - start >= GOOD_MS) this.attempts = 0;
      this.broken = { since: this.broken?.since ?? now(), reason };
      if (this.version === undefined) onFailure();
      await this.pause();
    }
  }

  private async list(): Promise<void> {
    const answer = fields(await this.options.api.get(this.target({})));
    const slices = list((one) => readSlice(one, this.options.leaveOut), 0, Infinity)(answer.items ?? []);
    this.version = readVersion(answer);
    this.replace(new Map(slices.map((slice) => [slice.name, slice])));
  }

  private async follow(): Promise<void> {
    const { least, most } = WATCH_SECONDS;
    const seconds = Math.round(least + Math.random() * (most - least));
    const target = this.target({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.version ?? '',
      timeoutSeconds: String(seconds),
    });
    await this.options.api.watch(target, seconds, {
      onOpen: () => (this.broken = undefined),
      onEvent: (event) => this.handleEvent(event),
    });
  }

  private handleEvent(value: unknown): void {
    const { type, object } = fields(value);
    if (type === 'ERROR') {
      // Mostly 410: the resource version is too old.
      const { code, message } = fields(object);
      throw new ApiError(typeof code === 'number' ? code : 500, `watch: ${inBrief(String(message))}`);
    }
    if (type === 'BOOKMARK') this.version = readVersion(object);
    else if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') {
      const slice = readSlice(object, this.options.leaveOut);
      const slices = new Map(this.slices);
      if (type === 'DELETED') slices.delete(slice.name);
      else slices.set(slice.name, slice);
      this.version = readVersion(object);
      this.replace(slices);
    } else throw ValidationError.of(type, 'ADDED, MODIFIED, DELETED, BOOKMARK or ERROR');
  }

  private replace(slices: ReadonlyMap<string, Slice>): void {
    this.slices = slices;
    this.options.onChange();
  }

  private target(query: Readonly<Record<string, string>>): string {
    const { name, namespace } = this.options.service;
    const labelSelector = `kubernetes.io/service-name=${name}`;
    const folder = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`;
    return `${folder}?${new URLSearchParams({ labelSelector, ...query })}`;
  }

  /** Waits with backoff; {@link close} ends it. */
  private pause(): Promise<void> {
    const most = Math.min(BACKOFF_MS.least * 2 ** this.attempts++, BACKOFF_MS.most);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, most * (0.5 + Math.random() / 2));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
