import { podConfiguration } from '../../lib/configuration';
import { RouterView } from '../../crpd-image/runtime/daemon/router-view';
import { Synchronizer } from '../../crpd-image/runtime/daemon/synchronizer';
import { DnsDiscovery } from '../../crpd-image/runtime/discovery/dns-lookup';
import { Conditions } from '../../crpd-image/runtime/logging/conditions';
import { createLog } from '../../crpd-image/runtime/logging/log';
import { FrrDriver } from '../../crpd-image/runtime/router/frr/driver';
import { parseEnvironment } from '../../lib/settings';
import { NOTHING_KEPT } from '../../test-support/nothing-kept';

/** A pod on FRR, and what it is to ask DNS. */
export interface Asking {
  readonly environment: Readonly<Record<string, string>>;
  /** The folder of its `bgpd.vty`, as it is seen from here. */
  readonly vtyFolder: string;
  /** The DNS server, `127.0.0.1:5353`. */
  readonly nameserver: string;
}

/** What takes the turns of the daemon, for a pod without one. */
export class TurnTaker {
  readonly router: RouterView;
  private readonly synchronizer: Synchronizer;
  private readonly driver: FrrDriver;
  private readonly discovery: DnsDiscovery;

  constructor({ environment, vtyFolder, nameserver }: Asking) {
    const model = podConfiguration(parseEnvironment(environment), [], () => '');
    const log = createLog({ level: 'error', write: () => undefined });
    const now = () => performance.now();
    const conditions = new Conditions(log, now);
    this.driver = new FrrDriver({ model, vtyFolder });
    this.discovery = new DnsDiscovery({ family: 4, servers: [nameserver] });
    this.router = new RouterView(this.driver, log, conditions, now);
    const own = new Set([model.podIp.text]);
    const { discovery, router } = this;
    this.synchronizer = new Synchronizer({ model, discovery, router, log, conditions, kept: NOTHING_KEPT, now, own });
  }

  /** The question to DNS, the choice, and the neighbors configured in bgpd. */
  turn(): Promise<void> {
    return this.synchronizer.turn();
  }

  async close(): Promise<void> {
    this.discovery.close();
    await this.driver.close();
  }
}
