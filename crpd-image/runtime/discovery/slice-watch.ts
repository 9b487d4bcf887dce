import { inBrief, list, ValidationError } from '../../../lib/input';
import { ServiceName } from '../../../lib/configuration';
import { ApiError, PodApi } from './pod-api';
import { fields, readVersion, readSlice, Slice } from './slice';

/** How long a watch is asked for, in seconds: at random, so that a mesh does not come back all at once. */
const WATCH_SECONDS = { least: 240, most: 480 };
/** Between two attempts, in milliseconds: doubled each time, and a random part of it. */
const BACKOFF_MS = { least: 100, most: 15_000 };
/** A watch that lasted this long was a good one, in milliseconds. */
const GOOD_MS = 5_000;

export interface SliceWatchOptions {
  readonly api: PodApi;
  readonly service: ServiceName;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  /** The slices are known for the first time, or have changed. */
  readonly onChange: () => void;
  /** An attempt to list or to watch has failed. */
  readonly onFailure: () => void;
}

/** Keeps the EndpointSlices of one Service, from a list and the watch that follows it, until it is closed. */
export class SliceWatch {
  /** By name; replaced as a whole. Undefined until they are known. */
  slices?: ReadonlyMap<string, Slice>;
  /** Since when nothing new can be learned, and why. Undefined while the watch stands. */
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
        // Nothing that the API sends, or fails to send, may end the runtime; what is known may have become old.
        reason = error instanceof Error ? error.message : String(error);
        this.version = undefined;
      }
      // No pause, whose timer would keep the process: close() may have ended the attempt.
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
    const slices = list(readSlice, 0, Infinity)(answer.items ?? []);
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
      // Above all 410: the version is older than what the server remembers.
      const { code, message } = fields(object);
      throw new ApiError(typeof code === 'number' ? code : 500, `watch: ${inBrief(String(message))}`);
    }
    if (type === 'BOOKMARK') this.version = readVersion(object);
    else if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') {
      const slice = readSlice(object);
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

  /** Waits longer each time, woken by {@link close}. */
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
