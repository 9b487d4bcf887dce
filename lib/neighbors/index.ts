export type { NeighborConfiguration } from './configuration';
export { neighborConfiguration } from './derive';
export { NEIGHBOR_PLATFORMS, type NeighborFile, neighborFiles, type NeighborPlatform, neighborText } from './files';
export { alternativesOf, asNumberToward, rackPeerings, selects } from './metallb-peering';
export { vrfRefusal } from './vrf';
