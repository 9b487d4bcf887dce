import { covers, parseAddress } from '../../../lib/addressing';
import { PodConfiguration } from '../../../lib/configuration';
import { Conditions } from '../logging/conditions';

/**
 * Tells of clients in the pod networks that no Service lists, where the clients in pods are those that one lists. The
 * router accepts nobody else from there, so somebody has given it a range, or a Service has lost a pod that has a session.
 */
export class UnlistedClients {
  private reported: ReadonlySet<string> = new Set();

  constructor(
    private readonly model: Pick<PodConfiguration, 'discovered' | 'podNetworks'>,
    private readonly conditions: Conditions,
  ) {}

  /** @param fromRanges addresses of clients whose session is Established, and which no Service lists */
  observe(fromRanges: ReadonlySet<string>): void {
    const now = new Set([...fromRanges].filter((address) => this.isUnlisted(address)));
    for (const address of this.reported)
      if (!now.has(address)) this.conditions.end('unlisted-client', address, { address });
    for (const address of now) {
      const reason = 'a client in the pod networks that no Service lists has a session';
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
