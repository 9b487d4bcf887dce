import { Bench, median } from '../figure';
import { establishedFigures, measureEstablished, SAMPLES } from '../runtime/established';
import { measureCron } from './cron';

export const besideCronBench: Bench = {
  about: `DNS change to session Established at both ends, by the runtime and by a job of each minute: ${SAMPLES} samples each`,
  needs: ['ip', 'bgpd', 'dnsmasq'],
  async run() {
    const runtime = establishedFigures(await measureEstablished());
    const cronMedianSeconds = median(await measureCron(SAMPLES));
    return {
      ...runtime,
      cronMedianSeconds,
      timesFasterThanCron: cronMedianSeconds / runtime.establishedMedianSeconds,
    };
  },
};
