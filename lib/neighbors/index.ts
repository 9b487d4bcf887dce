export { type NeighborConfiguration, PASSWORD } from './configuration';
export { neighborConfiguration } from './derive';
export { NEIGHBOR_PLATFORMS, type NeighborFile, neighborFiles, type NeighborPlatform, neighborText } from './files';
export { dialedFrom, dialersOf } from './served-pods';
export { rackPeerings } from './topology-index';
export { vrfRefusal } from './vrf';
