import * as fs from 'fs';
import { PodConfiguration } from '../../../lib/configuration';
import { Conditions } from '../logging/conditions';
import { Neighbor } from '../router/driver';
import { hasMemoryForKeys, rangesWithout, versionsOf } from './assumptions';

export interface AssumptionOptions {
  readonly model: Pick<PodConfiguration, 'clients' | 'discovered'>;
  /** All addresses of the pod. */
  readonly own: ReadonlySet<string>;
  readonly conditions: Conditions;
  /**
   * The file with the last error of bgpd that it could not set a TCP MD5 key. The filter of bgpd's log writes it,
   * because bgpd says it in its log only.
   */
  readonly keyFault: string;
  /** The limit of option memory of a socket. */
  readonly optmemFile?: string;
}

/** Reports assumptions of the settings that are not true, but leave the pod something to do. */
export class AssumptionWatch {
  private readonly keyed: ReadonlySet<string>;
  /** Whether sessions may have keys, of groups or of declared clients. */
  private readonly mayHaveKeys: boolean;
  private readonly optmem?: number;
  private readonly unusable: readonly string[];

  constructor(private readonly options: AssumptionOptions) {
    const { model, own, optmemFile = '/proc/sys/net/core/optmem_max' } = options;
    this.keyed = new Set(model.discovered.flatMap(({ name, key }) => (key === undefined ? [] : [name])));
    this.mayHaveKeys = this.keyed.size > 0 || model.clients.some(({ key, members }) => key !== undefined || members);
    // Older kernels show it outside of pods only.
    this.optmem = Number(readIfThere(optmemFile)) || undefined;
    this.unusable = rangesWithout(model, versionsOf(own));
  }

  /** @param configured the neighbors of the router */
  observe(configured: readonly Neighbor[]): void {
    const keys = configured.filter(({ group }) => this.keyed.has(group)).length;
    const ranges = this.unusable.join(', ');
    this.report('client-ranges', ranges && `the pod has no address that clients in ${ranges} could connect to`);
    this.report(
      'key-memory',
      hasMemoryForKeys(keys, this.optmem)
        ? ''
        : `the router has ${keys} TCP MD5 keys, too many for net.core.optmem_max=${this.optmem}: raise it on the node`,
    );
    const fault = this.mayHaveKeys ? readIfThere(this.options.keyFault).trim() : '';
    this.report('keys', fault && `bgpd could not set a TCP MD5 key: ${fault}`);
  }

  private report(subject: string, reason: string): void {
    if (reason) this.options.conditions.begin('assumption-failed', subject, reason, { assumption: subject });
    else this.options.conditions.end('assumption-failed', subject, { assumption: subject });
  }
}

function readIfThere(file: string): string {
  // The usual case, and an exception takes ten times as long.
  if (!fs.existsSync(file)) return '';
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
