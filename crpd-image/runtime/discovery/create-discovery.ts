import { CLUSTER_SET_DOMAIN, Settings } from '../../../lib/settings';
import { Discovery } from './discovery';
import { DnsDiscovery } from './dns-lookup';
import { OnNotice } from './notice';
import type { OnFallback } from './with-fallback';

export interface DiscoveryEvents {
  readonly onNotice: OnNotice;
  /** Called at each lookup, with the reason if DNS replaces EndpointSlices. */
  readonly onFallback: OnFallback;
  /** The next lookup will return something new. DNS never calls this. */
  readonly onChange: () => void;
}

/** Creates the discovery that the settings name, and loads only its code. */
export async function createDiscovery(
  settings: Pick<Settings, 'discovery' | 'podIp'> & Partial<Settings>,
  { onNotice, onFallback, onChange }: DiscoveryEvents,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Discovery> {
  const { discovery, podIp } = settings;
  const { family } = podIp;
  const dns = new DnsDiscovery({ family, onNotice });
  if (discovery === 'dns') return dns;
  const [{ EndpointSliceDiscovery }, { podApi }, { withFallback }, { sharesIdentity }] = await Promise.all([
    import('./endpoint-slices'),
    import('./pod-api'),
    import('./with-fallback'),
    import('./predecessor'),
  ]);
  const slices = new EndpointSliceDiscovery({
    api: podApi({ env }),
    family,
    leaveOut: sharesIdentity(settings),
    onChange,
    onNotice,
  });
  const own = withFallback(slices, dns, onFallback);
  return {
    // The EndpointSlices of this cluster list no pods of other clusters.
    lookup: (service) => (service.rootDomain === CLUSTER_SET_DOMAIN ? dns : own).lookup(service),
    close: () => own.close(),
  };
}
