import type * as kplus from 'cdk8s-plus-28';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Check, integer, list, optional, reading, shapeOf, ValidationError } from '../input';
import { kubeObject } from './kube-values';

/** Connections to the pods, beside those that the topology needs. */
export interface NetworkPolicyProps {
  /**
   * Connections that are let in, too.
   * @default - none
   * @example [{ from: [kplus.Namespaces.select(chart, 'monitoring', { names: ['monitoring'] })], ports: [9100] }]
   */
  readonly ingress?: readonly IngressProps[];
}

/** Connections that are let in. */
export interface IngressProps {
  /**
   * Pods, namespaces or networks, as cdk8s-plus or as Kubernetes has them. At least one.
   * @example [kplus.Pods.select(chart, 'probes', { labels: { app: 'probe' } })]
   */
  readonly from: readonly (kplus.INetworkPolicyPeer | k8s.NetworkPolicyPeer)[];
  /**
   * TCP ports of the pods.
   * @default - all
   * @example [179]
   */
  readonly ports?: readonly number[];
}

const asKube = kubeObject(k8s.toJson_NetworkPolicyPeer, 'a NetworkPolicyPeer');

/** One peer of cdk8s-plus is several of Kubernetes where it names several namespaces. */
export const checkPeer: Check<readonly k8s.NetworkPolicyPeer[]> = (value) => {
  const config = reading(() => (value as Partial<kplus.INetworkPolicyPeer> | undefined)?.toNetworkPolicyPeerConfig?.());
  if (config === undefined) return [asKube(value)];
  const { ipBlock, podSelector } = config;
  if (ipBlock !== undefined) return [{ ipBlock: { cidr: ipBlock.cidr, except: ipBlock.except } }];
  if (podSelector === undefined) throw ValidationError.of(value, 'a peer with an address or a selector');
  const { namespaces, labelSelector } = podSelector;
  const pods = { podSelector: kubeSelector(labelSelector) };
  if (!namespaces) return [pods];
  const selector = namespaces.labelSelector ? kubeSelector(namespaces.labelSelector) : {};
  if (!namespaces.names) return [{ ...pods, namespaceSelector: selector }];
  return namespaces.names.map((name) => {
    const matchLabels = { ...selector.matchLabels, 'kubernetes.io/metadata.name': name };
    return { ...pods, namespaceSelector: { ...selector, matchLabels } };
  });
};

const kubeSelector = kubeObject(k8s.toJson_LabelSelector, 'a LabelSelector');

/** Reads what is added to a policy, as rules of Kubernetes. */
const checkNetworkPolicyProps = shapeOf<NetworkPolicyProps>()({
  ingress: optional(
    list(shapeOf<IngressProps>()({ from: list(checkPeer, 1), ports: optional(list(integer(1, 65535), 1)) })),
  ),
});

/** The `networkPolicy` of a construct; false for none. */
export const checkNetworkPolicy: Check<false | ReturnType<typeof checkNetworkPolicyProps>> = (value) =>
  value === false ? value : checkNetworkPolicyProps(value);
