import { CarriedOver, Identity, isAddress } from './carry-over';

/**
 * Makes a persisted configuration of FRR fit for a pod that came back under another address. Changed are the lines that
 * held the old address, and no others: `bgp router-id`, `bgp cluster-id`, `neighbor … update-source`. Taken away are
 * lines for the pod's own address as a neighbor, `bgp graceful-shutdown`, with which the pod before was drained, and
 * `neighbor ADDRESS passive`: which of two routers dials depends on their addresses.
 */
export function carryOverFrr(text: string, from: Identity, to: Identity): CarriedOver {
  const changes: string[] = [];
  const lines = text.split(/(?<=\n)/).map((line) => {
    const [, before, address, after] =
      /^([ \t]*(?:bgp (?:router-id|cluster-id)|neighbor \S+ update-source)[ \t]+)(\S+)(\s*)$/.exec(line) ?? [];
    if (address !== undefined) {
      const source = before.includes('update-source');
      const held = source ? [from.routerId, from.podIp] : [from.routerId];
      const by = source ? to.podIp : to.routerId;
      if (!isOwnNeighbor(line, to) && address !== by && held.some((old) => isAddress(address, old))) {
        changes.push(`${before.trim()} ${address} is now ${by}`);
        return before + by + after;
      }
    }
    if (isOwnNeighbor(line, to) || waitsForOne(line) || /^[ \t]*bgp graceful-shutdown\s*$/.test(line)) {
      changes.push(`${line.trim()} is taken away`);
      return '';
    }
    return line;
  });
  return { text: lines.join(''), changes };
}

/** The router-id of the configuration, where it has one. */
export function routerIdInFrr(text: string): string | undefined {
  return /^[ \t]*bgp router-id[ \t]+(\S+)\s*$/m.exec(text)?.[1];
}

/** Whether the configuration is one of BGP, and not what a package brought along. */
export function hasRouterBgp(text: string): boolean {
  return /^router bgp \d/m.test(text);
}

/** Of a single neighbor, whose address has a dot or a colon; a group that waits, as that of the clients, goes on so. */
function waitsForOne(line: string): boolean {
  return /^[ \t]*neighbor \S*[.:]\S* passive\s*$/.test(line);
}

function isOwnNeighbor(line: string, { podIp }: Identity): boolean {
  const address = /^[ \t]*neighbor (\S+)\s/.exec(line)?.[1];
  return address !== undefined && isAddress(address, podIp);
}
