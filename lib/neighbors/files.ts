import { BgpTopology, OutsideSpeaker, Platform } from '../model';
import { NeighborConfiguration } from './configuration';
import { neighborConfiguration } from './derive';
import { eos } from './eos';
import { frr } from './frr';
import { genericRouters } from './generic-routers';
import { iosxr } from './iosxr';
import { junos } from './junos';

/** A platform that configurations are written for. */
export type NeighborPlatform = Exclude<Platform, 'generic'>;

const WRITERS: Readonly<Record<NeighborPlatform, (configuration: NeighborConfiguration) => string>> = {
  junos,
  iosxr,
  frr,
  eos,
};

/** The platforms that configurations are written for. */
export const NEIGHBOR_PLATFORMS = Object.keys(WRITERS) as readonly NeighborPlatform[];

/** The configuration of a router outside, or of one that stands for those that an app does not declare. */
export interface NeighborFile {
  /** The name of the router. */
  readonly router: string;
  readonly platform: NeighborPlatform;
  /** The name of the file: `pe1.junos.conf`. */
  readonly name: string;
  readonly text: string;
}

/** Makes the text that a configuration is on a platform. */
export const neighborText = (configuration: NeighborConfiguration, platform: NeighborPlatform): string =>
  WRITERS[platform](configuration);

/**
 * The configurations of all routers that the app declares, and of one in each place for which it declares none. A
 * router without a platform has one for each.
 */
export function neighborFiles(topology: BgpTopology): readonly NeighborFile[] {
  const declared = topology.outside.filter(({ assumed }) => !assumed);
  return [...declared, ...genericRouters(topology)].flatMap((router) => filesOf(topology, router));
}

function filesOf(topology: BgpTopology, router: OutsideSpeaker): readonly NeighborFile[] {
  const configuration = neighborConfiguration(topology, router);
  if (configuration.groups.length + configuration.statics.length === 0) return [];
  const platforms = router.platform === 'generic' ? NEIGHBOR_PLATFORMS : [router.platform];
  return platforms.map((platform) => ({
    router: router.id,
    platform,
    name: `${router.id}.${platform}.conf`,
    text: neighborText(configuration, platform),
  }));
}
