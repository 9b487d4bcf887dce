import { Prometheus, Series } from '../../../../test-support/prometheus';

/** A panel: what Grafana asks for it, and how it looks. */
export interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit?: string;
      readonly thresholds: { readonly steps: readonly { readonly color: string; readonly value: number | null }[] };
    };
  };
  readonly targets: readonly { readonly expr: string; readonly legendFormat?: string; readonly instant?: boolean }[];
}

/** A panel with its series. */
export interface Shown {
  readonly panel: Panel;
  readonly series: readonly Series[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

/** What Grafana puts in place of the variables where everything is selected, scraping each second. */
const SELECTED: Readonly<Record<string, string>> = { namespace: '.*', part: '.*', __rate_interval: '20s' };

/** The queries of the dashboard in a manifest, as Grafana sends them to Prometheus. */
export class Panels {
  private readonly dashboard: Dashboard;

  /** @param json the dashboard as the ConfigMap has it */
  constructor(
    json: string,
    private readonly prometheus: Prometheus,
  ) {
    this.dashboard = JSON.parse(json) as Dashboard;
  }

  /** Each with its series: those of now, or those since a time in seconds since 1970. */
  all(since: number): Promise<readonly Shown[]> {
    const asked = this.dashboard.panels.map(async (panel) => {
      const [{ expr, instant }] = panel.targets;
      const query = resolved(expr);
      const series = await (instant ? this.prometheus.query(query) : this.prometheus.queryRange(query, since));
      return { panel, series };
    });
    return Promise.all(asked);
  }

  /** The number that a panel shows now. */
  async numberOf(title: string): Promise<number> {
    const panel = this.dashboard.panels.find((one) => one.title === title);
    if (!panel) throw new Error(`the dashboard has no panel ${title}`);
    const [{ value }, ...others] = await this.prometheus.query(resolved(panel.targets[0].expr));
    if (others.length > 0) throw new Error(`${title}: got ${1 + others.length} numbers, want one`);
    return Number(value?.[1]);
  }

  /** What the variables offer to select, by name. */
  async choices(): Promise<Readonly<Record<string, readonly string[]>>> {
    const entries = this.dashboard.templating.list.map(async ({ name, query }) => {
      const [, series, label] = resolved(query).match(/^label_values\((.*), (\w+)\)$/) ?? [];
      return label === undefined ? [] : [[name, await this.prometheus.labelValues(label, series)] as const];
    });
    return Object.fromEntries((await Promise.all(entries)).flat());
  }
}

function resolved(expression: string): string {
  return expression.replaceAll(/\$(\w+)/g, (text, name: string) => {
    if (!(name in SELECTED)) throw new Error(`${expression}: got ${text}, which is no variable of the dashboard`);
    return SELECTED[name];
  });
}
