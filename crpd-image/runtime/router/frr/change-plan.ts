import { isIP } from 'net';
import { Change, Refused } from '../driver';
import { RunningConfig } from './running-config';

/** The lines that make one change. */
export interface Step {
  readonly change: Change;
  readonly lines: readonly string[];
  /** Lines after these, without which the change stands all the same. */
  readonly further: readonly string[];
}

/**
 * The lines of configuration that make the changes, one after the other. A change that has nothing to do has no step;
 * one that must not be made is refused. A neighbour that another group of ours has is moved, that of a group of someone
 * else is left alone.
 *
 * @param groups the groups whose neighbours the runtime keeps
 * @param waits whether a neighbour is to dial, and this router is not
 */
export function planChanges(
  running: Pick<RunningConfig, 'neighbors'>,
  groups: ReadonlySet<string>,
  changes: readonly Change[],
  waits: (change: Change) => boolean,
): { readonly steps: readonly Step[]; readonly refused: readonly Refused[] } {
  const neighbors = new Map(running.neighbors);
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
      steps.push({ change, lines: [removal(address)], further: [] });
    } else if (current !== undefined && current !== group && !groups.has(current)) {
      refused.push({ change, reason: `it is a neighbour of the group ${current}` });
    } else if (current !== group) {
      neighbors.set(address, group);
      const before = current === undefined ? [] : [removal(address)];
      steps.push(addition(change, before, waits(change)));
    }
  }
  return { steps, refused };
}

/** The lines that add a neighbour, after others that make room for it. */
export function addition(change: Change, before: readonly string[], waits: boolean): Step {
  const { address, group } = change;
  const lines = [...before, `neighbor ${address} peer-group ${group}`];
  return { change, lines, further: waits ? [`neighbor ${address} passive`] : [] };
}

function removal(address: string): string {
  return `no neighbor ${address}`;
}
