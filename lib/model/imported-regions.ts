import { serviceParts } from '../addressing';
import { RegionElsewhere, OutsideSpeaker, RouterGroup } from './declarations';

/** Routers assumed in each region of another app. */
export const ROUTERS_ELSEWHERE = 2;

/** The regions of other apps of which the app has no routers, each once for each region that they are clients of. */
export function importedFrom(
  all: readonly RegionElsewhere[],
  groups: readonly RouterGroup[],
): readonly RegionElsewhere[] {
  const others = all.filter((region) => !groups.some((group) => isOf(group, region)));
  return [...new Map(others.map((region) => [JSON.stringify([region.service, region.clientOf]), region])).values()];
}

/** Whether a workload of the app is of the region, whose app then is this one. */
const isOf = (group: RouterGroup, { service, namespace, cluster, clusterSet }: RegionElsewhere) =>
  group.service === serviceParts(service).name &&
  group.namespace === namespace &&
  (clusterSet ? group.exported || group.exportedToOthers === true : group.cluster === cluster);

/** The beginning of the names of its routers. No pod of this app has a name with a dot. */
export function nameElsewhere({ service }: Pick<RegionElsewhere, 'service'>): string {
  const { name, namespace } = serviceParts(service);
  return `${name}.${namespace}`;
}

/** Route reflectors of another app, in place of those that this app does not know. */
export function assumedReflectors(region: RegionElsewhere): readonly OutsideSpeaker[] {
  const { part, service, families, autonomousSystem } = region;
  return Array.from({ length: ROUTERS_ELSEWHERE }, (_, i) => ({
    ...{ id: `${nameElsewhere(region)}-${i + 1}`, assumed: true, platform: 'generic', autonomousSystem, addresses: [] },
    reflects: { part, families, service },
    ...{ clientOf: [], nodes: [], announces: [], routes: 0 },
  }));
}
