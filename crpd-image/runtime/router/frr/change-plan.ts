import { isIP } from 'net';
import { Change, Neighbor, Refused } from '../driver';
import { RunningConfig } from './running-config';

export interface Step {
  readonly change: Change;
  readonly lines: readonly string[];
  /** Further lines, which may fail without a failure of the change. */
  readonly further: readonly string[];
}

export interface Groups {
  has(group: string): boolean;
  /** Whether the neighbors of a group are clients, which open the connection. */
  areClients(group: string): boolean;
  /** Whether the neighbor opens the connection and this router is passive. */
  isPassive(neighbor: Neighbor): boolean;
}

/**
 * Plans the configuration lines of the changes. A change that is already made has no step. A neighbor of another group
 * of the runtime moves; a neighbor of a foreign group stays, and the change is refused.
 *
 * Each client is a range of one address until it connects. A configured neighbor would take bgpd 0.7 MB (FRR 8.4), and
 * each client below a core connects to two of its routers only.
 */
export function planChanges(
  running: Pick<RunningConfig, 'neighbors' | 'singleAddressRanges'>,
  groups: Groups,
  changes: readonly Change[],
): { readonly steps: readonly Step[]; readonly refused: readonly Refused[] } {
  const neighbors = new Map([...running.neighbors, ...running.singleAddressRanges]);
  const steps: Step[] = [];
  const refused: Refused[] = [];
  for (const change of changes) {
    const { action, group, address } = change;
    const current = neighbors.get(address);
    // Any other text could change the meaning of a configuration line.
    if (isIP(address) === 0 || address.includes('%'))
      refused.push({ change, reason: `${address} is not an IP address` });
    else if (!groups.has(group)) refused.push({ change, reason: `${group} is not a group of this runtime` });
    else if (action === 'remove') {
      // bgpd would remove the neighbor from any group.
      if (current !== group) continue;
      neighbors.delete(address);
      steps.push({ change, lines: [removal(change, groups)], further: [] });
    } else if (current !== undefined && current !== group && !groups.has(current)) {
      refused.push({ change, reason: `it is a neighbor of the group ${current}` });
    } else if (current !== group) {
      neighbors.set(address, group);
      const before = current === undefined ? [] : [removal({ address, group: current }, groups)];
      steps.push(addition(change, before, groups));
    }
  }
  return { steps, refused };
}

/** The step that adds a neighbor. @param before lines that must come first, such as the removal from another group */
export function addition(change: Change, before: readonly string[], groups: Groups): Step {
  const { address, group } = change;
  if (groups.areClients(group)) return { change, lines: [...before, listening(change)], further: [] };
  const lines = [...before, `neighbor ${address} peer-group ${group}`];
  return { change, lines, further: groups.isPassive(change) ? [`neighbor ${address} passive`] : [] };
}

function removal({ address, group }: Neighbor, groups: Groups): string {
  return groups.areClients(group) ? `no ${listening({ address, group })}` : `no neighbor ${address}`;
}

function listening({ address, group }: Neighbor): string {
  return `bgp listen range ${address}/${isIP(address) === 6 ? 128 : 32} peer-group ${group}`;
}
