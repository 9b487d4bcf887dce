import { isIPv6 } from 'net';

/** An address and port of a node that stands for pods on it. */
export interface Dnat {
  readonly address: string;
  readonly port: number;
  /** The pods that share the connections evenly. Without pods, connections are dropped. */
  readonly pods: readonly string[];
  readonly podPort: number;
}

/**
 * Rules of nftables by which a node translates connections to the pods on it, as kube-proxy does for a Service with
 * `externalTrafficPolicy: Local` and as host ports do: the destination changes, the client's address stays. A
 * connection keeps its pod.
 */
export function dnatRules(rules: readonly Dnat[]): string {
  return ([4, 6] as const).map((family) => tableOf(family, rules)).join('');
}

function tableOf(family: 4 | 6, rules: readonly Dnat[]): string {
  const table = family === 4 ? 'ip' : 'ip6';
  const own = rules.filter(({ address }) => isIPv6(address) === (family === 6));
  const lines = (some: readonly Dnat[], verdict: (one: Dnat) => string) =>
    some.map((one) => `    ${table} daddr ${one.address} tcp dport ${one.port} ${verdict(one)}\n`).join('');
  // A chain of type nat is skipped where no rule of the table translates, so packets are dropped in another chain.
  return `table ${table} services
delete table ${table} services
table ${table} services {
  chain without-pods {
    type filter hook prerouting priority mangle
${lines(
  own.filter(({ pods }) => pods.length === 0),
  () => 'ct state new drop',
)}  }
  chain translate {
    type nat hook prerouting priority dstnat
${lines(
  own.filter(({ pods }) => pods.length > 0),
  (one) => destination(one, family),
)}  }
}
`;
}

function destination({ pods, podPort }: Dnat, family: 4 | 6): string {
  const bracketed = (pod: string) => (family === 6 ? `[${pod}]` : pod);
  if (pods.length === 1) return `dnat to ${bracketed(pods[0])}:${podPort}`;
  const map = pods.map((pod, i) => `${i} : ${pod}`).join(', ');
  return `dnat to numgen random mod ${pods.length} map { ${map} } : ${podPort}`;
}
