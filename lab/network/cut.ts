import { LabError } from '../lab-error';
import { Namespace } from './namespace';

/** A pod, a node or a router outside, as the end of a path. */
export interface PathEnd {
  readonly name: string;
  readonly namespace: Pick<Namespace, 'nft'>;
  /** Addresses and prefixes behind it. */
  readonly addresses: readonly string[];
}

/** The paths of a lab that are cut: both ends drop each other's packets, and are not notified. */
export class Cuts {
  private readonly cut: (readonly [PathEnd, PathEnd])[] = [];

  async add(one: PathEnd, other: PathEnd): Promise<void> {
    if (one.name === other.name) throw new LabError(`got ${one.name} twice, want two ends of a path`);
    if (this.find(one, other) < 0) this.cut.push([one, other]);
    await this.apply(one, other);
  }

  /** @throws LabError where the path is not cut */
  async remove(one: PathEnd, other: PathEnd): Promise<void> {
    const index = this.find(one, other);
    if (index < 0) throw new LabError(`the path between ${one.name} and ${other.name} is not cut`);
    this.cut.splice(index, 1);
    await this.apply(one, other);
  }

  private find(one: PathEnd, other: PathEnd): number {
    const names = [one.name, other.name];
    return this.cut.findIndex((pair) => pair.every(({ name }) => names.includes(name)));
  }

  private async apply(...ends: readonly PathEnd[]): Promise<void> {
    for (const { name, namespace } of ends) {
      const others = this.cut.filter((pair) => pair.some((end) => end.name === name)).flat();
      const lost = others.filter((end) => end.name !== name).flatMap(({ addresses }) => addresses);
      await namespace.nft(cutRules(lost));
    }
  }
}

/** Rules of nftables by which a host drops all packets from and to these addresses. */
function cutRules(addresses: readonly string[]): string {
  const head = 'table inet cut\ndelete table inet cut\n';
  if (addresses.length === 0) return head;
  const drop = addresses.flatMap((one) => {
    const table = one.includes(':') ? 'ip6' : 'ip';
    return [`    ${table} saddr ${one} drop`, `    ${table} daddr ${one} drop`];
  });
  const chains = ['input', 'forward', 'output'].map(
    (hook) => `  chain ${hook} {\n    type filter hook ${hook} priority -300\n${drop.join('\n')}\n  }`,
  );
  return `${head}table inet cut {\n${chains.join('\n')}\n}\n`;
}
