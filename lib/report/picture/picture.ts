import { SessionKind } from '../../model';

/** What a picture shows, before anything has a place in it. All texts are ready to be drawn. */
export interface Picture {
  readonly title: string;
  /** What the picture shows, in a sentence or two. */
  readonly description: string;
  /** From the core at the top down. */
  readonly tiers: readonly Tier[];
  readonly nets: readonly Net[];
  /** What stands at the bottom: MetalLB, and routers that are nobody's clients. */
  readonly foot: readonly Block[];
}

/** Parts side by side, and below them clients that more than one part has. */
export interface Tier {
  readonly parts: readonly PartCard[];
  readonly shared: readonly Block[];
}

/** A region or a pair; or many of them that are alike. */
export interface PartCard {
  readonly id: string;
  readonly heading: string;
  readonly lines: readonly string[];
  /** How many parts it stands for. */
  readonly count: number;
  /** The mesh of its pods, where no other part is in it: `full mesh, 1 session`. */
  readonly mesh?: string;
  readonly groups: readonly GroupCard[];
  /** The clients that no other part has. */
  readonly clients?: Block;
  /** What sessions they have. */
  readonly clientKind: 'client' | 'external';
}

/** The pods of one workload. */
export interface GroupCard {
  readonly heading: string;
  readonly workload: string;
  readonly lines: readonly string[];
  readonly meshed: boolean;
  readonly pods: readonly Chip[];
  /** What clients peer with. */
  readonly address?: Chip;
}

/** Routers outside the cluster. */
export interface Block {
  readonly id: string;
  readonly heading: string;
  readonly lines: readonly string[];
  readonly routers: readonly Chip[];
}

/** A small box of two or three lines. */
export interface Chip {
  readonly heading: string;
  readonly lines: readonly string[];
  /** The whole of what it is, for those who point at it. */
  readonly full?: string;
  readonly look: 'pod' | 'address' | 'router' | 'assumed' | 'more';
}

/** Sessions that are drawn as one line with a branch to each end. */
export interface Net {
  readonly kind: SessionKind;
  readonly label: string;
  /** Ids of cards whose lower edge it ends at. */
  readonly above: readonly string[];
  /** Ids of cards whose upper edge it ends at. */
  readonly below: readonly string[];
}
