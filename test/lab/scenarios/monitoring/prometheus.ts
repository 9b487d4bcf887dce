import * as fs from 'fs';
import * as path from 'path';
import { stringify } from 'yaml';
import { Pod } from '../../../../lab/pod/pod';
import { Namespace } from '../../../../lab/network/namespace';

/** An alert that fires, as Prometheus has it. */
export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
}

/** A real Prometheus on a host of the lab. It scrapes pods and evaluates rules each second. */
export class Prometheus {
  private constructor(
    private readonly host: Namespace,
    private readonly folder: string,
  ) {}

  static async start(host: Namespace, folder: string, groups: unknown): Promise<Prometheus> {
    const targets = path.join(folder, 'targets.json');
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [path.join(folder, 'rules.yaml')],
      scrape_configs: [{ job_name: 'pods', file_sd_configs: [{ files: [targets], refresh_interval: '1s' }] }],
    };
    fs.writeFileSync(targets, '[]');
    fs.writeFileSync(path.join(folder, 'rules.yaml'), stringify({ groups }));
    fs.writeFileSync(path.join(folder, 'prometheus.yaml'), stringify(config));
    const log = fs.openSync(path.join(folder, 'prometheus.log'), 'a');
    const options = {
      'config.file': path.join(folder, 'prometheus.yaml'),
      'storage.tsdb.path': path.join(folder, 'data'),
      'web.listen-address': '127.0.0.1:9090',
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    host.spawn('prometheus', args, { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    return new Prometheus(host, folder);
  }

  /** Scrapes these pods from now on, with the labels that a PodMonitor gives the series. */
  scrape(pods: readonly Pod[]): void {
    const targets = pods.map(({ name, address, workload }) => {
      const of = (key: string) => workload.podLabels.get(key) ?? '';
      const labels = {
        ...{ pod: name, namespace: workload.namespace },
        app_kubernetes_io_instance: of('app.kubernetes.io/instance'),
        ...{ meshrr_part: of('meshrr/part'), meshrr_side: of('meshrr/side') },
      };
      return { targets: [`${address}:8179`], labels };
    });
    const file = path.join(this.folder, 'targets.json');
    fs.writeFileSync(`${file}.new`, JSON.stringify(targets));
    fs.renameSync(`${file}.new`, file);
  }

  async firing(): Promise<readonly FiringAlert[]> {
    const { alerts } = await this.ask('alerts');
    return (alerts as (FiringAlert & { readonly state: string })[]).filter(({ state }) => state === 'firing');
  }

  /** The addresses that are scraped successfully. */
  async up(): Promise<readonly string[]> {
    const { activeTargets } = await this.ask('targets');
    const targets = activeTargets as { readonly health: string; readonly labels: { readonly pod: string } }[];
    return targets.filter(({ health }) => health === 'up').map(({ labels }) => labels.pod);
  }

  private async ask(what: string): Promise<Readonly<Record<string, unknown>>> {
    return JSON.parse(await this.host.run('curl', '-sSf', `http://127.0.0.1:9090/api/v1/${what}`)).data;
  }
}
