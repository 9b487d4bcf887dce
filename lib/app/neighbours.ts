import { IConstruct } from 'constructs';
import { NeighbourFile, neighbourFiles } from '../neighbours';
import { topologyOf } from './topology';

/** The folder, beside the manifests, of the configurations of routers outside. */
export const NEIGHBOURS_FOLDER = 'neighbours';

/**
 * The configurations that make the routers outside neighbours of what an app deploys: those that it declares, and one
 * router in each place for which it declares none. `synthesize` writes them. Ask once all constructs are there.
 *
 * @param construct the app, or any construct in it
 * @throws InvalidPropError where a region names an upstream that is not there
 */
export const neighbourConfigurations = (construct: IConstruct): readonly NeighbourFile[] =>
  neighbourFiles(topologyOf(construct));
