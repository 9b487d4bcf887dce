import { METRICS_PATH } from '../../lib/settings';
import { NetworkHost } from '../../test-support/network';
import { probe } from '../../test-support/probe';

/** Scrapes the runtime on a host each second, for that long: the memory of a runtime with metrics is that after scrapes. */
export async function scrape(host: NetworkHost, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    const { status, text } = probe(host, METRICS_PATH);
    if (status !== 200) throw new Error(`metrics of ${host.addresses[0]}: status ${status}: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
