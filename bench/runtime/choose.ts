import { Bench } from '../figure';
import { asInTheImages } from './as-in-the-images';

export const chooseBench: Bench = {
  about: 'From an answer with 1000 peers to the changes, for a mesh or two upstreams: the greater median of 40 runs',
  run: () => asInTheImages('choose-program.ts'),
};
