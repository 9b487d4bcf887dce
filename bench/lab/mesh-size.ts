/** What a machine has for pods. */
export interface Capacity {
  readonly cores: number;
  /** Memory that is free, or would be if it were asked for, in MB. */
  readonly memoryMb: number;
}

/** Fewer say little about a large mesh. */
const LEAST = 50;
/** More than that take a router of the mesh to where older kernels give a socket no further TCP MD5 keys. */
const MOST = 100;
/**
 * While the mesh comes up, each pod dials all that are not there yet once a second. With more, two cores that have other
 * work, too, are late with keepalives until hold times run out, and the mesh never comes to rest.
 */
const PER_CORE = 25;
/** Memory of a pod, and what bgpd takes for each of its sessions, in MB, both with some to spare. */
const POD_MB = 60;
const SESSION_MB = 1;

/** How many pods a machine carries in one full mesh: at most half of its memory is for them. At least 50. */
export function meshSize({ cores, memoryMb }: Capacity): number {
  const fits = (routers: number) => routers * (POD_MB + routers * SESSION_MB) <= memoryMb / 2;
  let routers = Math.min(cores * PER_CORE, MOST);
  while (routers > LEAST && !fits(routers)) routers--;
  return Math.max(routers, LEAST);
}
