import { Bench } from '../figure';
import { asInTheImages } from './as-in-the-images';

export const applyBench: Bench = {
  about: 'From the question to DNS to 100 and 500 neighbors in a real bgpd, one turn of the daemon: median of 7',
  needs: ['ip', 'bgpd', 'dnsmasq'],
  run: () => asInTheImages('apply-program.ts'),
};
