import { HTTP_PORT, METRICS_PATH } from '../../lib/settings';
import { NetworkHost } from '../../test-support/network';

/** Scrapes the runtime on a host each second, for that long: the memory of a runtime with metrics is that after scrapes. */
export async function scrape(host: Pick<NetworkHost, 'run'>, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    host.run('curl', '-sSf', '-o', '/dev/null', `http://127.0.0.1:${HTTP_PORT.number}${METRICS_PATH}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
