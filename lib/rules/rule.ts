import { BgpTopology } from '../model';
import { Problem, Registry } from '../registry';

/** What constructs must keep to among each other. The props of one construct alone are checked when it is made. */
export interface Rule<Facts extends readonly unknown[]> {
  readonly id: string;
  /** What it wants, as a sentence. */
  readonly wants: string;
  /** The RFC, or the software, that wants it so; our own design where it is absent. */
  readonly source?: string;
  /** Whether no topology can be derived where it is broken: the rules about the topology are then not asked. */
  readonly isBasic?: true;
  readonly check: (...facts: Facts) => Iterable<Problem>;
}

/** A rule about what constructs declared. */
export type RegistryRule = Rule<readonly [Registry]>;

/** A rule about what follows from it. */
export type TopologyRule = Rule<readonly [Registry, BgpTopology]>;
