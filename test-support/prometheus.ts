import { spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { eventually } from './eventually';
import { run } from '../lab/network/command';

/** How long it may take to answer at first, in milliseconds. */
const PATIENCE_MS = 60_000;

/** An alert that fires, as Prometheus has it. */
export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
}

/** A time series of an answer: its last value, or all of a range. Times are in seconds since 1970. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [time: number, value: string];
  readonly values?: readonly (readonly [time: number, value: string])[];
}

/** A target that is scraped, with the labels of its series. */
export interface Target {
  readonly health: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly lastError: string;
}

export interface PrometheusOptions {
  /** The command line that enters the host that it runs on: the program follows it. */
  readonly inside: readonly string[];
  /** An empty folder for its files. */
  readonly folder: string;
  readonly scrapeConfigs: readonly object[];
  /** The groups of alert rules. */
  readonly groups: readonly object[];
}

/** A real Prometheus. It scrapes and evaluates rules each second. */
export class Prometheus {
  private constructor(
    private readonly inside: readonly string[],
    /** Ends it. */
    readonly stop: () => void,
  ) {}

  /** Returns once it answers. */
  static async start({ inside, folder, scrapeConfigs, groups }: PrometheusOptions): Promise<Prometheus> {
    const [rules, config] = ['rules', 'prometheus'].map((name) => path.join(folder, `${name}.json`));
    // JSON is YAML, too.
    fs.writeFileSync(rules, JSON.stringify({ groups }));
    const each = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' };
    fs.writeFileSync(config, JSON.stringify({ global: each, rule_files: [rules], scrape_configs: scrapeConfigs }));
    const log = fs.openSync(path.join(folder, 'prometheus.log'), 'a');
    const options = {
      'config.file': config,
      'storage.tsdb.path': path.join(folder, 'data'),
      'web.listen-address': '127.0.0.1:9090',
    };
    const [first, ...rest] = [...inside, 'prometheus', ...Object.entries(options).map(([key, to]) => `--${key}=${to}`)];
    const child = spawn(first, rest, { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    const prometheus = new Prometheus(inside, () => void child.kill('SIGKILL'));
    await eventually(() => prometheus.targets(), PATIENCE_MS);
    return prometheus;
  }

  async firing(): Promise<readonly FiringAlert[]> {
    interface Alert extends FiringAlert {
      readonly state: string;
    }
    const { alerts } = await this.ask<{ readonly alerts: readonly Alert[] }>('alerts');
    return alerts.filter(({ state }) => state === 'firing');
  }

  async targets(): Promise<readonly Target[]> {
    return (await this.ask<{ readonly activeTargets: readonly Target[] }>('targets')).activeTargets;
  }

  /** The names of the alert rules that it evaluates without an error. */
  async healthyRules(): Promise<readonly string[]> {
    interface Rule {
      readonly name: string;
      readonly health: string;
    }
    const { groups } = await this.ask<{ readonly groups: readonly { readonly rules: readonly Rule[] }[] }>('rules');
    return groups.flatMap(({ rules }) => rules.flatMap(({ name, health }) => (health === 'ok' ? [name] : [])));
  }

  /** The series of an expression now. @throws Error where Prometheus rejects it */
  async query(query: string): Promise<readonly Series[]> {
    return (await this.ask<{ readonly result: readonly Series[] }>('query', { query })).result;
  }

  /** The series of an expression from a time until now, each two seconds. */
  async queryRange(query: string, start: number): Promise<readonly Series[]> {
    const range = { start: String(start), end: String(Date.now() / 1000), step: '2' };
    return (await this.ask<{ readonly result: readonly Series[] }>('query_range', { query, ...range })).result;
  }

  /** The values that a label has in the series of a selector. */
  labelValues(label: string, selector: string): Promise<readonly string[]> {
    return this.ask(`label/${label}/values`, { 'match[]': selector });
  }

  private async ask<T>(what: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    const encoded = Object.entries(parameters).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`]);
    const url = `http://127.0.0.1:9090/api/v1/${what}`;
    const [first, ...rest] = [...this.inside, 'curl', '-sS', '--get', url, ...encoded];
    const answer = JSON.parse(await run(first, rest));
    if (answer.status !== 'success') throw new Error(`${what} ${Object.values(parameters).join(' ')}: ${answer.error}`);
    return answer.data as T;
  }
}
