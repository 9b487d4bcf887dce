import { IConstruct } from 'constructs';
import { BgpTopology } from '../model';
import { NeighborFile, neighborFiles } from '../neighbors';
import { topologyOf } from '../rules';

/** The folder of the configurations of routers outside, in that of an app. */
export const NEIGHBORS_FOLDER = 'neighbors';

/**
 * The configurations that make the routers outside neighbors of what an app deploys: those that it declares, and one
 * router in each place for which it declares none. `synthesize` and `writeTopology` write them. Ask once all constructs are there.
 *
 * @param construct the app, or any construct in it
 * @throws InvalidPropError where a region names an upstream that is not there
 */
export function neighborConfigurations(construct: IConstruct): readonly NeighborFile[] {
  const topology = topologyOf(construct);
  const files = written.get(topology) ?? neighborFiles(topology);
  written.set(topology, files);
  return files;
}

/** The files of each topology: the report links to those that are written beside it. */
const written = new WeakMap<BgpTopology, readonly NeighborFile[]>();
