import { isIPv6 } from 'net';

/** An address and port of a node that stands for pods on it. */
export interface Translation {
  readonly address: string;
  readonly port: number;
  /** The pods that take its connections, each as many as any other. None: connections are dropped. */
  readonly pods: readonly string[];
  readonly podPort: number;
}

/**
 * Rules of nftables by which a node translates connections to the pods on it, as kube-proxy does for a Service with
 * `externalTrafficPolicy: Local` and as host ports do: the destination changes, the client's address stays. A
 * connection that stands keeps its pod.
 */
export function translationRules(translations: readonly Translation[]): string {
  return ([4, 6] as const).map((family) => tableOf(family, translations)).join('');
}

function tableOf(family: 4 | 6, translations: readonly Translation[]): string {
  const table = family === 4 ? 'ip' : 'ip6';
  const own = translations.filter(({ address }) => isIPv6(address) === (family === 6));
  return `table ${table} services
delete table ${table} services
table ${table} services {
  chain prerouting {
    type nat hook prerouting priority dstnat
${own.map((one) => `    ${table} daddr ${one.address} tcp dport ${one.port} ${verdict(one, family)}\n`).join('')}  }
}
`;
}

function verdict({ pods, podPort }: Translation, family: 4 | 6): string {
  if (pods.length === 0) return 'drop';
  const bracketed = (pod: string) => (family === 6 ? `[${pod}]` : pod);
  if (pods.length === 1) return `dnat to ${bracketed(pods[0])}:${podPort}`;
  const map = pods.map((pod, i) => `${i} : ${pod}`).join(', ');
  return `dnat to numgen random mod ${pods.length} map { ${map} } : ${podPort}`;
}
