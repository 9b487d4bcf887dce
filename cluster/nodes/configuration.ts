// The configuration files of a node's programs. JSON is YAML, too.

/** The image of the first process of each pod. */
export const PAUSE_IMAGE = 'localhost/meshrr-cluster/pause:1';

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

/** @param cni the folder of the configuration of the network plugins */
export function containerd(socket: string, cni: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
oom_score = 0
[grpc]
  address = "${socket}"
[${cri}]
  sandbox_image = "${PAUSE_IMAGE}"
  # A process in a container may not have the capability that lower scores need.
  restrict_oom_score_adj = true
[${cri}.cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "${cni}"
[${cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
  SystemdCgroup = false
`;
}

/** Pods have routed addresses, a bridge on each node, and host ports. */
export function cni(podNetwork: string): string {
  return json({
    cniVersion: '0.4.0',
    name: 'pods',
    plugins: [
      {
        ...{ type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: false, hairpinMode: true },
        ipam: { type: 'host-local', ranges: [[{ subnet: podNetwork }]], routes: [{ dst: '0.0.0.0/0' }] },
      },
      { type: 'portmap', capabilities: { portMappings: true }, snat: true },
    ],
  });
}

export interface KubeletOptions {
  readonly address: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  readonly cgroup: string;
  readonly resolvConf: string;
  readonly nameServer: string;
  /** That of containerd. */
  readonly socket: string;
}

export function kubelet(options: KubeletOptions): string {
  return json({
    ...{ apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' },
    address: options.address,
    healthzBindAddress: '127.0.0.1',
    tlsCertFile: options.certificate,
    tlsPrivateKeyFile: options.key,
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: options.authority } },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: `unix://${options.socket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${options.cgroup}`,
    failSwapOn: false,
    oomScoreAdj: 0,
    clusterDomain: 'cluster.local',
    clusterDNS: [options.nameServer],
    resolvConf: options.resolvConf,
    serializeImagePulls: false,
    volumePluginDir: '/var/lib/kubelet/plugins/volume',
    // The disk is that of the machine: no image is removed because of it, as there is no registry to pull one from again.
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
  });
}

export function kubeProxy(node: string, kubeconfig: string, podNetwork: string): string {
  return json({
    ...{ apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', kind: 'KubeProxyConfiguration' },
    hostnameOverride: node,
    clientConnection: { kubeconfig },
    mode: 'nftables',
    clusterCIDR: podNetwork,
    detectLocalMode: 'ClusterCIDR',
    bindAddress: '0.0.0.0',
    healthzBindAddress: '0.0.0.0:10256',
    metricsBindAddress: '127.0.0.1:10249',
    // The limits of connection tracking are those of the machine.
    conntrack: { maxPerCore: 0, min: 0 },
  });
}
