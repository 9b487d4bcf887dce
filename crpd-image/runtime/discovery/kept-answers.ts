import * as fs from 'fs';
import { parseHostAddress } from '../../../lib/addressing';
import { list, mapOf, text } from '../../../lib/input';
import { Endpoint, Found } from './discovery';

const readFile = mapOf(text(/./, 'the name of a Service'), list(parseHostAddress, 1));

/**
 * The addresses that each Service listed last, in a file that outlives a restart of the container. A router that starts
 * while discovery fails begins with them.
 */
export class KeptAnswers {
  private readonly written = new Map<string, readonly string[]>();
  private readonly endpoints = new Map<string, readonly Endpoint[]>();
  private isCurrent = true;

  /** A file that is missing or damaged counts as empty. */
  constructor(private readonly file: string) {
    try {
      for (const [service, addresses] of readFile(JSON.parse(fs.readFileSync(file, 'utf8')))) {
        this.written.set(
          service,
          addresses.map((address) => address.text),
        );
      }
    } catch {
      // The next answer replaces it.
    }
  }

  /** @param service `core.default.svc.cluster.local` */
  of(service: string): Found | undefined {
    const endpoints = this.written.get(service)?.map((address) => ({ address }));
    return endpoints && { kind: 'found', endpoints, source: 'file' };
  }

  keep(service: string, endpoints: readonly Endpoint[]): void {
    if (this.endpoints.get(service) === endpoints) return;
    this.endpoints.set(service, endpoints);
    const addresses = endpoints.map(({ address }) => address);
    if (String(addresses) === String(this.written.get(service))) return;
    this.written.set(service, addresses);
    this.isCurrent = false;
  }

  /** Writes the file if it is not current. @throws Error of the file system */
  write(): void {
    if (this.isCurrent) return;
    const fresh = `${this.file}.new`;
    fs.writeFileSync(fresh, JSON.stringify(Object.fromEntries(this.written)), { mode: 0o600 });
    fs.renameSync(fresh, this.file);
    this.isCurrent = true;
  }
}
