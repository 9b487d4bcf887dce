import { Conditions } from '../logging/conditions';
import { OriginData, RouterDriver } from '../router/driver';

/** The time between two looks at the data of RTR servers, in milliseconds. */
const LOOK_MS = 10_000;

/** What the router has from RTR servers, and the fault that it is connected to none of them. */
export class Origins {
  private next = -Infinity;
  /** How many looks in a row have shown no connection. A router that starts has none at the first look. */
  private misses = 0;
  private current?: OriginData;

  constructor(
    private readonly driver: Pick<RouterDriver, 'originData'>,
    private readonly conditions: Conditions,
    private readonly now: () => number,
  ) {}

  /** The last data; undefined if the router validates no origins, or was not asked yet. */
  get data(): OriginData | undefined {
    return this.current;
  }

  /** @throws RouterUnavailable */
  async observe(): Promise<void> {
    if (this.now() < this.next) return;
    this.current = await this.driver.originData();
    this.next = this.now() + LOOK_MS;
    if (!this.current) return;
    const { servers, prefixes } = this.current;
    this.misses = servers.some(({ isConnected }) => isConnected) ? 0 : this.misses + 1;
    if (this.misses === 0) this.conditions.end('rtr-unreachable', '');
    if (this.misses < 2) return;
    const names = servers.map(({ server }) => server).join(', ');
    const effect = prefixes > 0 ? `${prefixes} signed prefixes stay until they expire` : 'all origins are accepted';
    this.conditions.begin('rtr-unreachable', '', `no session with ${names}; ${effect}`);
  }
}
