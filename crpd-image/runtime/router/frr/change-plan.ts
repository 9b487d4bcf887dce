import { isIP } from 'net';
import { Change, Neighbor, Refused } from '../driver';
import { RunningConfig } from './running-config';

/** The lines that make one change. */
export interface Step {
  readonly change: Change;
  readonly lines: readonly string[];
  /** Lines after these, without which the change stands all the same. */
  readonly further: readonly string[];
}

/** The groups whose neighbors the runtime keeps. */
export interface Groups {
  has(group: string): boolean;
  /** Whether the neighbors of a group are clients, which dial. */
  areClients(group: string): boolean;
  /** Whether a neighbor is to dial, and this router is not. */
  isPassive(neighbor: Neighbor): boolean;
}

/**
 * The lines of configuration that make the changes, one after the other. A change that has nothing to do has no step;
 * one that must not be made is refused. A neighbor that another group of ours has is moved, that of a group of someone
 * else is left alone.
 *
 * Clients are no neighbors until they dial: each is a range of one address. A neighbor that waits takes bgpd 0.7 MB
 * (FRR 8.4), and those below a core peer with two of its routers only.
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
    // What is not an address or a group of ours could say something else in a line of configuration.
    if (isIP(address) === 0 || address.includes('%')) refused.push({ change, reason: `${address} is no address` });
    else if (!groups.has(group)) refused.push({ change, reason: `${group} is no group of this runtime` });
    else if (action === 'remove') {
      // Without the look at its group, bgpd would take it out of any.
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

/** The lines that add a neighbor, after others that make room for it. */
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
