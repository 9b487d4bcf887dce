export type { NeighbourConfiguration } from './configuration';
export { neighbourConfiguration } from './derive';
export {
  NEIGHBOUR_PLATFORMS,
  type NeighbourFile,
  neighbourFiles,
  type NeighbourPlatform,
  neighbourText,
} from './files';
export { asNumberTowards, rackPeerings, selects } from './metallb-peering';
export { vrfRefusal } from './vrf';
