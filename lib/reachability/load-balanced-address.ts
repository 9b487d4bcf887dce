import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { IpAddress, parseHostAddress } from '../addressing';
import { addObject, declareName, declareSpan } from '../registry';
import { Check, list, ValidationError } from '../input';

/** The annotations of MetalLB on a Service. Those of the prefix `metallb.universe.tf` are deprecated. */
const ANNOTATION = { pool: 'metallb.io/address-pool', addresses: 'metallb.io/loadBalancerIPs' };

/** One address, or one of each IP family. */
export const checkAddresses: Check<readonly IpAddress[]> = (value) => {
  const addresses = list(parseHostAddress, 1)(value);
  addresses.forEach((address, i) => {
    const same = addresses.slice(0, i).find(({ family }) => family === address.family);
    if (same)
      throw ValidationError.of(address.text, `one address of each IP family, beside ${same.text}`).within(String(i));
  });
  return addresses;
};

/** How a Service asks a load balancer for its addresses. */
export interface AddressRequest {
  /** The class of the load balancer. @default - the one that serves Services without a class */
  readonly loadBalancerClass?: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether it has a port on every node. @default false */
  readonly nodePorts?: boolean;
}

/** Asks MetalLB for addresses of a pool. */
export const fromMetalLB = (pool: string, addresses: readonly IpAddress[]): AddressRequest => ({
  annotations: {
    [ANNOTATION.pool]: pool,
    [ANNOTATION.addresses]: addresses.map(({ text }) => text).join(','),
  },
});

/** A Service that makes pods reachable under addresses outside the cluster. */
export interface LoadBalancedAddress {
  readonly name: string;
  readonly request: AddressRequest;
  readonly addresses: readonly IpAddress[];
  readonly selector: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Ports of the container, by name. */
  readonly ports: Readonly<Record<string, number>>;
  /** Whether pods that are not ready are reached, too; never for clients. */
  readonly publishNotReadyAddresses?: boolean;
  /** The prop that gave the addresses. */
  readonly prop: string;
}

/**
 * Adds a Service of type LoadBalancer. With `externalTrafficPolicy: Local` only nodes with a ready pod announce the
 * address, and the router in the pod sees the address of its neighbor.
 */
export function addLoadBalancer(scope: Construct, id: string, service: LoadBalancedAddress): void {
  const { name, addresses, ports, labels, selector, request, prop } = service;
  const { loadBalancerClass, annotations, nodePorts = false } = request;
  declareName(scope, prop, 'Service', name);
  addresses.forEach((address) => declareSpan(scope, prop, 'service', address));
  const props = {
    metadata: { name, labels: { ...labels }, annotations: { ...annotations } },
    spec: {
      type: 'LoadBalancer',
      loadBalancerClass,
      externalTrafficPolicy: 'Local',
      // Clients come by the address; a port on every node would be a second, unannounced way in.
      allocateLoadBalancerNodePorts: nodePorts,
      ipFamilyPolicy: addresses.length > 1 ? 'RequireDualStack' : 'SingleStack',
      ipFamilies: addresses.map(({ family }) => `IPv${family}`),
      publishNotReadyAddresses: service.publishNotReadyAddresses,
      selector: { ...selector },
      ports: Object.entries(ports).map(([portName, port]) => ({
        name: portName,
        port,
        targetPort: k8s.IntOrString.fromString(portName),
      })),
    },
  };
  const pinned = Object.keys(annotations).map((key) => ['metadata', 'annotations', key]);
  addObject(k8s.KubeService, scope, id, props, ['spec'], ...pinned);
}
