import { isIPv6 } from 'net';

/** Connections that a NetworkPolicy allows to a pod. */
export interface PolicyRule {
  /** Addresses and prefixes. */
  readonly from: readonly string[];
  /** TCP ports. An empty list: all ports. */
  readonly ports: readonly number[];
}

/**
 * Rules of nftables by which a pod accepts only connections that its NetworkPolicies allow, as network plugins do.
 * Replies to its own connections are always accepted.
 *
 * @param rules undefined where no policy selects the pod: everything is accepted
 * @param exempt addresses that may always connect
 */
export function policyRules(rules: readonly PolicyRule[] | undefined, exempt: readonly string[] = []): string {
  const head = 'table inet policies\ndelete table inet policies\n';
  if (!rules) return head;
  return `${head}table inet policies {
  chain input {
    type filter hook input priority filter
    ct state established,related accept
    iif lo accept
    meta l4proto { icmp, ipv6-icmp } accept
${[{ from: exempt, ports: [] }, ...rules].flatMap(linesOf).join('')}    drop
  }
}
`;
}

function linesOf({ from, ports }: PolicyRule): string[] {
  const port = ports.length > 0 ? `tcp dport { ${ports.join(', ')} } ` : '';
  return ([4, 6] as const).flatMap((family) => {
    const own = from.filter((prefix) => isIPv6(prefix.split('/')[0]) === (family === 6));
    const table = family === 4 ? 'ip' : 'ip6';
    return own.map((prefix) => `    ${port}${table} saddr ${prefix} accept\n`);
  });
}
