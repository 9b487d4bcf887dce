/** A figure that a bench measured, by its name. */
export type Figures = Readonly<Record<string, number>>;

/** What a command line may ask of a bench. */
export interface BenchOptions {
  /** How long it runs, where that can be chosen. @default - its own */
  readonly seconds?: number;
  /** Names of its parts to run, where it has parts. @default - all */
  readonly only?: readonly string[];
}

/** A set of figures that are measured in one run. */
export interface Bench {
  /** What is measured and how, in a line. */
  readonly about: string;
  /** Programs that it runs beside Node, by the names of `scripts/real-parts.js`. With any, it needs root. @default none */
  readonly needs?: readonly string[];
  run(options?: BenchOptions): Figures | Promise<Figures>;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this part of the values lies, between the two nearest ones in proportion. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const [low, high] = [Math.floor(at), Math.ceil(at)];
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/** Seconds that `work` takes. */
export function seconds(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
