/** How much later than its endpoints an address is announced and withdrawn, in milliseconds. */
export interface AnnouncementDelays {
  readonly announceMs: number;
  readonly withdrawMs: number;
}

/** The delays of MetalLB 0.15 on a real cluster, by its BGP back end. */
export const METALLB_DELAYS = {
  native: { announceMs: 1_000, withdrawMs: 1_000 },
  frr: { announceMs: 9_000, withdrawMs: 4_400 },
} as const satisfies Readonly<Record<string, AnnouncementDelays>>;

/** Announces addresses from nodes, in place of MetalLB. */
export class Announcer {
  private readonly wanted = new Map<string, readonly string[]>();
  private readonly announced = new Map<string, Set<string>>();
  /** Changes that are due: `address node`. */
  private readonly due = new Map<string, NodeJS.Timeout>();

  /**
   * @param delays none: at once
   * @param onDue called when a delayed change is due; {@link nodesOf} then has it
   */
  constructor(
    private readonly delays: AnnouncementDelays | undefined,
    private readonly onDue: () => void,
  ) {}

  /** Sets the nodes that are to announce an address. */
  want(address: string, nodes: readonly string[]): void {
    this.wanted.set(address, nodes);
    const announced = this.announced.get(address) ?? new Set();
    this.announced.set(address, announced);
    for (const node of new Set([...nodes, ...announced])) {
      const isWanted = nodes.includes(node);
      if (isWanted === announced.has(node)) continue;
      if (this.delays) this.later(address, node, isWanted ? this.delays.announceMs : this.delays.withdrawMs);
      else this.change(address, node);
    }
  }

  /** The nodes that announce an address at this moment. */
  nodesOf(address: string): readonly string[] {
    return [...(this.announced.get(address) ?? [])];
  }

  close(): void {
    for (const timer of this.due.values()) clearTimeout(timer);
  }

  private later(address: string, node: string, milliseconds: number): void {
    const key = `${address} ${node}`;
    if (this.due.has(key)) return;
    const timer = setTimeout(() => {
      this.due.delete(key);
      this.change(address, node);
      this.onDue();
    }, milliseconds);
    this.due.set(key, timer);
  }

  /** Does what is wanted by now. */
  private change(address: string, node: string): void {
    const announced = this.announced.get(address)!;
    if (this.wanted.get(address)!.includes(node)) announced.add(node);
    else announced.delete(node);
  }
}
