import { announces, AnnouncingNode, isOnLayer2 } from '../manifests/metallb';
import { selects } from '../manifests/strict';
import { NetworkPolicy, Objects, Service, ServicePort } from '../manifests/objects';
import { PolicyRule } from '../network/policy-rules';
import { Dnat } from '../network/dnat';
import { Records } from '../dns/name-server';
import { Pod } from '../pod/pod';
import { isIPv6 } from 'net';
import { EndpointSlice } from '../api/endpoint-slice';

/** A pod as Services and policies see it. */
export type Endpoint = Pick<Pod, 'workload' | 'node' | 'addresses' | 'ready' | 'terminating'>;

/** The domain of the cluster's Services. */
const DOMAIN = 'svc.cluster.local';

export function nameOf({ name, namespace }: { readonly name: string; readonly namespace: string }): string {
  return `${name}.${namespace}.${DOMAIN}`;
}

/** The pods of a namespace that have these labels. */
function selected(selector: ReadonlyMap<string, string>, namespace: string, endpoints: readonly Endpoint[]) {
  return endpoints.filter(({ workload }) => workload.namespace === namespace && selects(selector, workload.podLabels));
}

const behind = ({ selector, namespace }: Service, endpoints: readonly Endpoint[]) =>
  selected(selector, namespace, endpoints);

/** The DNS records of the headless Services. A terminating pod stays listed where pods that are not ready are listed. */
export function recordsOf({ services }: Objects, endpoints: readonly Endpoint[]): Records {
  return new Map(
    services
      .filter(({ addresses }) => addresses.length === 0)
      .map((service) => {
        const listed = behind(service, endpoints).filter(
          (one) => service.publishNotReady || (one.ready && !one.terminating),
        );
        return [nameOf(service), listed.flatMap(({ addresses }) => addresses)];
      }),
  );
}

/** The EndpointSlices of all Services, one for each IP family. @param zones of nodes; '' for none */
export function slicesOf(
  { services }: Objects,
  endpoints: readonly Endpoint[],
  zones: ReadonlyMap<string, string>,
): EndpointSlice[] {
  return services.flatMap((service) =>
    (['IPv4', 'IPv6'] as const).map((addressType): EndpointSlice => {
      const { name, namespace, publishNotReady } = service;
      const labels = { 'kubernetes.io/service-name': name };
      return {
        metadata: { name: `${name}-${addressType.toLowerCase()}`, namespace, labels },
        addressType,
        endpoints: behind(service, endpoints).flatMap(({ addresses, node, ready, terminating }) => {
          const own = addresses.filter((address) => isIPv6(address) === (addressType === 'IPv6'));
          if (own.length === 0) return [];
          const conditions = { ready: publishNotReady || (ready && !terminating), serving: ready, terminating };
          const zone = zones.get(node);
          return [{ addresses: own, conditions, nodeName: node, ...(zone && { zone }) }];
        }),
      };
    }),
  );
}

/** The endpoints that get connections: ready ones; without any, those that terminate and still serve (KEP-1669). */
function serving(endpoints: readonly Endpoint[]): Endpoint[] {
  const ready = endpoints.filter((one) => one.ready && !one.terminating);
  return ready.length > 0 ? ready : endpoints.filter((one) => one.ready);
}

/**
 * The nodes from which MetalLB announces each address: those with an endpoint that is ready or still serves, as far as
 * peers and advertisements are for the node.
 */
export function announcersOf(
  { services, ...metallb }: Objects,
  endpoints: readonly Endpoint[],
  nodeOf: (name: string) => AnnouncingNode,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    services.flatMap((service) => {
      const nodes = [...new Set(behind(service, endpoints).flatMap((one) => (one.ready ? [one.node] : [])))];
      return service.addresses.map((address) => {
        const isAnnounced = (name: string) => announces(metallb, { pool: service.pool, address }, nodeOf(name));
        const announcing = nodes.filter(isAnnounced);
        return [address, isOnLayer2(metallb, service.pool) ? announcing.slice(0, 1) : announcing] as const;
      });
    }),
  );
}

/** The DNAT of a node: from addresses of Services and host ports to its pods. */
export function dnatOn(node: string, { services }: Objects, endpoints: readonly Endpoint[]): Dnat[] {
  const here = endpoints.filter((one) => one.node === node);
  const ofServices = services.flatMap((service) =>
    service.addresses.flatMap((address) => {
      const pods = serving(behind(service, here));
      return service.ports.map(({ port, targetPort }) => ({
        address,
        port,
        pods: pods.flatMap((pod) => sameFamily(pod, address) ?? []),
        podPort: pods.length > 0 ? portOf(pods[0], targetPort) : port,
      }));
    }),
  );
  const ofHost = here.flatMap((pod) =>
    pod.workload.pod.hostPorts.map(({ address, port, podPort }) => ({
      address,
      port,
      pods: [sameFamily(pod, address)!],
      podPort,
    })),
  );
  return [...ofServices, ...ofHost];
}

function sameFamily({ addresses }: Endpoint, address: string): string | undefined {
  return addresses.find((own) => isIPv6(own) === isIPv6(address));
}

function portOf({ workload }: Endpoint, target: ServicePort['targetPort']): number {
  return typeof target === 'number' ? target : (workload.pod.ports.get(target) ?? 0);
}

/** The addresses of pods that are on the loopback of nodes, and these nodes. */
export function hostAddressesOf(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly string[]> {
  const nodes = new Map<string, string[]>();
  for (const { workload, node } of endpoints) {
    for (const address of workload.pod.carried) nodes.set(address, [...(nodes.get(address) ?? []), node]);
  }
  return nodes;
}

/**
 * The connections that policies allow to a pod; undefined where no policy selects it.
 *
 * @param podNetworks the networks of all pods of the cluster
 */
export function allowedTo(
  pod: Endpoint,
  policies: readonly NetworkPolicy[],
  endpoints: readonly Endpoint[],
  podNetworks: readonly string[] = [],
): PolicyRule[] | undefined {
  const own = policies.filter(({ namespace, podSelector }) => selected(podSelector, namespace, [pod]).length > 0);
  if (own.length === 0) return undefined;
  return own.flatMap(({ namespace, ingress }) =>
    ingress.map(({ from, ports }) => {
      const sources = from.flatMap((peer) => {
        if ('everyPod' in peer) return podNetworks;
        if ('cidr' in peer) return [peer.cidr];
        return selected(peer.podSelector, peer.namespace ?? namespace, endpoints).flatMap(({ addresses }) => addresses);
      });
      return { from: from.length === 0 ? ['0.0.0.0/0', '::/0'] : sources, ports };
    }),
  );
}
