import { packagesOf, rejectWithout } from '../lab/preflight';

/** What nodes, the control plane and routers outside run beside the programs that are built, and what builds them. */
const PROGRAMS = [
  ...['containerd', 'runc', 'cni', 'etcd', 'conntrack', 'ipset', 'iptables', 'bgpd', 'ip', 'nft', 'openssl'],
  ...['bird', 'gobgpd', 'go', 'buildah', 'debootstrap'],
];

/** What tests talk to beside the cluster. Those that lack one of them are left out. */
const PROGRAMS_OF_TESTS = ['chromium', 'prometheus'];

/** @throws LabError that lists what this machine lacks for a cluster, and how to install it */
export function rejectMissing(): void {
  rejectWithout('the cluster', PROGRAMS);
}

/** The packages that this machine lacks for the tests. */
export function missingPackages(): readonly string[] {
  return packagesOf([...PROGRAMS, ...PROGRAMS_OF_TESTS]);
}
