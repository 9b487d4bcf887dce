import { packagesOf, rejectWithout } from '../lab/preflight';

/** What nodes and the control plane run beside the programs that are built, and what builds them. */
const PROGRAMS = [
  ...['containerd', 'runc', 'cni', 'etcd', 'conntrack', 'ipset', 'iptables', 'bgpd', 'ip', 'nft', 'openssl'],
  ...['go', 'buildah', 'debootstrap'],
];

/** @throws LabError that lists what this machine lacks for a cluster, and how to install it */
export function rejectMissing(): void {
  rejectWithout('the cluster', PROGRAMS);
}

/** The packages that this machine lacks. */
export function missingPackages(): readonly string[] {
  return packagesOf(PROGRAMS);
}
