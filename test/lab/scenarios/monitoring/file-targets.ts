import * as fs from 'fs';
import * as path from 'path';
import { Pod } from '../../../../lab/pod/pod';

/** The pods of a lab as targets of Prometheus, in a file that it reads again and again. */
export class FileTargets {
  private readonly file: string;

  constructor(folder: string) {
    this.file = path.join(folder, 'targets.json');
    fs.writeFileSync(this.file, '[]');
  }

  get scrapeConfig(): object {
    return { job_name: 'pods', file_sd_configs: [{ files: [this.file], refresh_interval: '1s' }] };
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
    fs.writeFileSync(`${this.file}.new`, JSON.stringify(targets));
    fs.renameSync(`${this.file}.new`, this.file);
  }
}
