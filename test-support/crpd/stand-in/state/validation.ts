import { inherited } from '../configuration/merge';
import { find, Node } from '../configuration/tree';
import { Folder } from './folder';

/** A session with an RTR server. validation.json has, by address, what differs from a session without a connection. */
export interface RtrSession {
  readonly address: string;
  readonly state: 'up' | 'connect';
  /** The numbers of records. */
  readonly ipv4: number;
  readonly ipv6: number;
}

/** The sessions that the running configuration asks for, groups applied. */
export function rtrSessionsOf(running: Node, folder: Folder): RtrSession[] {
  const states = folder.json<Record<string, Partial<RtrSession>>>('validation.json') ?? {};
  const validation = find(inherited(running), 'routing-options', 'validation');
  const listed = (node: Node | undefined, name: string) =>
    [...(node?.children.values() ?? [])].filter(({ schema }) => schema.name === name);
  return listed(validation, 'group').flatMap((group) =>
    listed(group, 'session').map(({ keys: [address] }) => ({
      ...{ address, state: 'connect' as const, ipv4: 0, ipv6: 0 },
      ...states[address],
    })),
  );
}
