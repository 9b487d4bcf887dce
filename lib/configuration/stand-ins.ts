import { addressAt, IpAddress, IpPrefix } from '../addressing';
import { Environment, SETTINGS } from '../settings';

/** Stands for the password hash, which is in a Secret: of the form that the settings ask for, and nobody's. */
const ROOT_PASSWORD = `$6$PLACEHOLDER$${'x'.repeat(86)}`;

/** Stands for a TCP MD5 key, which is in a Secret. */
export const KEY_STAND_IN = 'PLACEHOLDER';

/** What Kubernetes and Secrets give a pod, as far as an app knows it. */
export interface Surroundings {
  /** The addresses of the pod; the first one is its primary one. */
  readonly addresses: readonly IpAddress[];
  /** The node of the pod, or its name in a StatefulSet. */
  readonly instance: string;
  /** The namespace; undefined where kubectl fills it in. */
  readonly namespace?: string;
}

/** Variables that a pod has from elsewhere than the app, by stand-ins. */
export const standIns = ({
  addresses,
  instance,
  namespace = SETTINGS.kubeNamespace.default,
}: Surroundings): Environment => ({
  [SETTINGS.podIp.variable]: addresses[0].text,
  [SETTINGS.podIps.variable]: addresses.map(({ text }) => text).join(','),
  [SETTINGS.kubeNamespace.variable]: namespace,
  [SETTINGS.instance.variable]: instance,
  [SETTINGS.podUid.variable]: 'uid',
  [SETTINGS.encryptedRootPassword.variable]: ROOT_PASSWORD,
});

/**
 * The addresses that a pod may have, in each order that a cluster may have its pod networks in: the first is an address
 * of each network, the second of the first network of the other IP family.
 */
export function podAddresses(networks: readonly IpPrefix[]): readonly (readonly IpAddress[])[] {
  return networks.map((network) => {
    const other = networks.find(({ family }) => family !== network.family);
    return [network, ...(other ? [other] : [])].map((one) => addressAt(one, 1));
  });
}
