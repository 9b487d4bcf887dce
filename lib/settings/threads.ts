import { ConfiguredSettings } from './definition';

/**
 * What stands against the threads of cRPD, by "Sharding and UpdateIO on cRPD" of Juniper's deployment guide: it shards
 * all families that there are here but EVPN, and rejects a commit of shards without update threads.
 */
export function threadProblem({
  families,
  ribSharding,
  updateThreading,
}: Pick<ConfiguredSettings, 'families' | 'ribSharding' | 'updateThreading'>):
  { readonly setting: 'ribSharding' | 'updateThreading'; readonly allowed: string } | undefined {
  if (ribSharding === false) return undefined;
  if (families.every((family) => family === 'evpn')) {
    return { setting: 'ribSharding', allowed: 'false: cRPD shards IPv4 and IPv6, and EVPN is the only family' };
  }
  const allowed = 'true or a number: rib-sharding needs it';
  return updateThreading === false ? { setting: 'updateThreading', allowed } : undefined;
}
