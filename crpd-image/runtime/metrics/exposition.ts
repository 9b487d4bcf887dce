import { ESTABLISHED_BUCKETS, Metric, MetricName, METRICS } from '../../../lib/settings';

type Labels = Readonly<Record<string, string>>;

/**
 * Metrics in the text format of Prometheus (version 0.0.4). It is written by hand: prom-client takes 10 MB of memory of the
 * 55 MB that a pod may use.
 */
export class Exposition {
  private readonly lines = new Map<string, string[]>();

  /** Adds a sample. A boolean is 1 or 0. */
  add(name: MetricName, value: number | boolean, labels: Labels = {}): void {
    this.linesOf(name).push(`${name}${labelText(labels)} ${Number(value)}`);
  }

  addHistogram(name: MetricName, { counts, count, sum }: Histogram): void {
    const lines = this.linesOf(name);
    ESTABLISHED_BUCKETS.forEach((limit, i) =>
      lines.push(`${name}_bucket${labelText({ le: String(limit) })} ${counts[i]}`),
    );
    lines.push(`${name}_bucket${labelText({ le: '+Inf' })} ${count}`, `${name}_sum ${sum}`, `${name}_count ${count}`);
  }

  get text(): string {
    return `${[...this.lines.values()].flat().join('\n')}\n`;
  }

  /** The lines of a metric must be together. */
  private linesOf(name: MetricName): string[] {
    let lines = this.lines.get(name);
    if (!lines) {
      const { type, help }: Metric = METRICS[name];
      this.lines.set(name, (lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]));
    }
    return lines;
  }
}

/** Counts values by the buckets of {@link ESTABLISHED_BUCKETS}. */
export class Histogram {
  /** The number of values up to the limit of each bucket. */
  readonly counts: number[] = ESTABLISHED_BUCKETS.map(() => 0);
  count = 0;
  sum = 0;

  observe(value: number): void {
    ESTABLISHED_BUCKETS.forEach((limit, i) => {
      if (value <= limit) this.counts[i]++;
    });
    this.count++;
    this.sum += value;
  }
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

const escaped = (value: string) => value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
