import { BgpTopology, OutsideSpeaker, Platform } from '../model';
import { NeighbourConfiguration } from './configuration';
import { neighbourConfiguration } from './derive';
import { eos } from './eos';
import { frr } from './frr';
import { genericRouters } from './generic-routers';
import { iosxr } from './iosxr';
import { junos } from './junos';

/** A platform that configurations are written for. */
export type NeighbourPlatform = Exclude<Platform, 'generic'>;

const WRITERS: Readonly<Record<NeighbourPlatform, (configuration: NeighbourConfiguration) => string>> = {
  junos,
  iosxr,
  frr,
  eos,
};

/** The platforms that configurations are written for. */
export const NEIGHBOUR_PLATFORMS = Object.keys(WRITERS) as readonly NeighbourPlatform[];

/** The configuration of a router outside, or of one that stands for those that an app does not declare. */
export interface NeighbourFile {
  /** The name of the router. */
  readonly router: string;
  readonly platform: NeighbourPlatform;
  /** The name of the file, such as `pe1.junos.conf`: kubectl applies no files of such names. */
  readonly name: string;
  readonly text: string;
}

/** Makes the text that a configuration is on a platform. */
export const neighbourText = (configuration: NeighbourConfiguration, platform: NeighbourPlatform): string =>
  WRITERS[platform](configuration);

/**
 * The configurations of all routers that the app declares, and of one in each place for which it declares none. A
 * router without a platform has one for each.
 */
export function neighbourFiles(topology: BgpTopology): readonly NeighbourFile[] {
  const declared = topology.outside.filter(({ assumed }) => !assumed);
  return [...declared, ...genericRouters(topology)].flatMap((router) => filesOf(topology, router));
}

function filesOf(topology: BgpTopology, router: OutsideSpeaker): readonly NeighbourFile[] {
  const configuration = neighbourConfiguration(topology, router);
  if (configuration.groups.length + configuration.statics.length === 0) return [];
  const platforms = router.platform === 'generic' ? NEIGHBOUR_PLATFORMS : [router.platform];
  return platforms.map((platform) => ({
    router: router.id,
    platform,
    name: `${router.id}.${platform}.conf`,
    text: neighbourText(configuration, platform),
  }));
}
