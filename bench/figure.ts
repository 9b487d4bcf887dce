/** A figure that a bench measured, by its name. */
export type Figures = Readonly<Record<string, number>>;

/** A set of figures that are measured in one run. */
export interface Bench {
  /** What is measured and how, in a line. */
  readonly about: string;
  run(): Figures;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Seconds that `work` takes. */
export function seconds(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
