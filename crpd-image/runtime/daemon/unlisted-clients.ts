import { covers, parseAddress } from '../../../lib/addressing';
import { PodConfiguration } from '../../../lib/configuration';
import { Conditions } from '../logging/conditions';

/**
 * Reports clients in the pod networks that no Service lists, if clients in pods come from a Service. The router accepts
 * no others from there, so somebody has added a range by hand, or a Service has lost a pod with a session.
 */
export class UnlistedClients {
  private reported: ReadonlySet<string> = new Set();

  constructor(
    private readonly model: Pick<PodConfiguration, 'discovered' | 'podNetworks'>,
    private readonly conditions: Conditions,
  ) {}

  /** @param fromRanges addresses of clients with an Established session that no Service lists */
  observe(fromRanges: ReadonlySet<string>): void {
    const now = new Set([...fromRanges].filter((address) => this.isUnlisted(address)));
    for (const address of this.reported)
      if (!now.has(address)) this.conditions.end('unlisted-client', address, { address });
    for (const address of now) {
      const reason = 'a client in the pod networks has a session, but no Service lists it';
      this.conditions.begin('unlisted-client', address, reason, { address });
    }
    this.reported = now;
  }

  private isUnlisted(address: string): boolean {
    const { discovered, podNetworks = [] } = this.model;
    if (!discovered.some(({ kind }) => kind === 'clients')) return false;
    const host = parseAddress(address);
    return podNetworks.some((network) => covers(network, host));
  }
}
