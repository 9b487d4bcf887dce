/** Rules of nftables by which a host loses all packets from and to these addresses; without any, none. */
export function cutRules(addresses: readonly string[]): string {
  const head = 'table inet cut\ndelete table inet cut\n';
  if (addresses.length === 0) return head;
  const drop = addresses.flatMap((one) => {
    const table = one.includes(':') ? 'ip6' : 'ip';
    return [`    ${table} saddr ${one} drop`, `    ${table} daddr ${one} drop`];
  });
  const chains = ['input', 'forward', 'output'].map(
    (hook) => `  chain ${hook} {\n    type filter hook ${hook} priority -300\n${drop.join('\n')}\n  }`,
  );
  return `${head}table inet cut {\n${chains.join('\n')}\n}\n`;
}
