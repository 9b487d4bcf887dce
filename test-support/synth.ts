import { App, Chart, Testing } from 'cdk8s';

/** The part of a manifest that tests use. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  // Tests name the fields that they expect; what is missing fails the expectation.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec: any;
  readonly data?: Record<string, string>;
  /** Of a Role. */
  readonly rules?: unknown;
}

/** The manifests of a chart, with lookups. */
export class Manifests {
  constructor(readonly all: readonly Manifest[]) {}

  ofKind(kind: string): Manifest[] {
    return this.all.filter((manifest) => manifest.kind === kind);
  }

  get(kind: string, name: string): Manifest {
    const found = this.all.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
    if (!found) {
      throw new Error(`no ${kind}/${name} among ${this.all.map((m) => `${m.kind}/${m.metadata.name}`).join(', ')}`);
    }
    return found;
  }

  has(kind: string, name: string): boolean {
    return this.all.some((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  }

  /** The environment variables of a workload's container: the value, or its source. */
  environmentOf(kind: string, name: string): Record<string, unknown> {
    const variables = this.get(kind, name).spec.template.spec.containers[0].env;
    return Object.fromEntries(
      variables.map((v: { name: string; value?: string; valueFrom?: unknown }) => [v.name, v.value ?? v.valueFrom]),
    );
  }
}

/** Defines a chart named `test` in an app and synthesizes it. */
export function synthChart(define: (chart: Chart) => void, namespace?: string): Manifests {
  const chart = new Chart(new App(), 'test', { namespace });
  define(chart);
  return new Manifests(Testing.synth(chart));
}

/** The error message of a chart, from its definition or from synth. */
export function refusalOf(define: (chart: Chart) => void): string {
  try {
    synthChart(define);
  } catch (error) {
    if ((error as Error).name !== 'InvalidPropError') throw error;
    return (error as Error).message;
  }
  throw new Error('the chart was accepted');
}
