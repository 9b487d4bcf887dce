import { inherited } from '../configuration/merge';
import { find, Node } from '../configuration/tree';
import { Folder } from './folder';

/** What bgp.json says of a session. */
export interface PeerState {
  readonly state?: string;
  readonly as?: number;
  /** How long it has had its state, in seconds. */
  readonly seconds?: number;
  readonly received?: number;
  /** The number of messages that wait to be sent. */
  readonly queued?: number;
  /** How often it went down. */
  readonly flaps?: number;
  readonly lastEvent?: string;
  /** The families of a session that is up. @default inet-unicast */
  readonly families?: readonly string[];
  /** Those in which the neighbor has sent End-of-RIB; null: it has no graceful restart. @default all */
  readonly endOfRib?: readonly string[] | null;
  /** The last error, and whether it came from the neighbor. */
  readonly lastError?: { readonly name: string; readonly received?: boolean };
}

export interface BgpFile {
  /** The state of configured peers that are not named. */
  readonly state?: string;
  readonly peers?: Readonly<Record<string, PeerState>>;
  /** Peers that were accepted from a range. */
  readonly dynamic?: readonly (PeerState & { readonly address: string; readonly group: string })[];
}

export interface Peer {
  readonly address: string;
  readonly group: string;
  readonly internal: boolean;
  readonly dynamic: boolean;
  readonly state: string;
  readonly as: number;
  readonly localAs: number;
  readonly seconds: number;
  readonly received: number;
  readonly queued: number;
  readonly flaps: number;
  readonly lastEvent: string;
  readonly families: readonly string[];
  readonly endOfRib: readonly string[] | null;
  readonly lastError?: PeerState['lastError'];
}

/** The sessions that the running configuration asks for, groups applied, and those accepted from ranges. */
export function peersOf(running: Node, folder: Folder): Peer[] {
  const file = folder.json<BgpFile>('bgp.json') ?? {};
  const configuration = inherited(running);
  const bgp = find(configuration, 'protocols', 'bgp');
  const localAs = Number(find(configuration, 'routing-options', 'autonomous-system', 'as-number')?.value ?? 0);
  const peer = (group: Node, address: string, own: number, dynamic: boolean, said: PeerState): Peer => ({
    address,
    group: group.keys[0],
    internal: find(group, 'type')?.value === 'internal',
    dynamic,
    state: said.state ?? (dynamic ? 'Established' : (file.state ?? 'Active')),
    as: said.as ?? own,
    localAs,
    seconds: said.seconds ?? 0,
    received: said.received ?? 0,
    queued: said.queued ?? 0,
    flaps: said.flaps ?? 0,
    lastEvent: said.lastEvent ?? 'Start',
    families: said.families ?? ['inet-unicast'],
    endOfRib: said.endOfRib === undefined ? (said.families ?? ['inet-unicast']) : said.endOfRib,
    lastError: said.lastError,
  });
  return [...(bgp?.children.values() ?? [])]
    .filter(({ schema }) => schema.name === 'group')
    .flatMap((group) => {
      const configured = [...group.children.values()]
        .filter(({ schema }) => schema.name === 'neighbor')
        .map((neighbor) => {
          const as = find(neighbor, 'peer-as') ?? find(group, 'peer-as') ?? find(bgp, 'peer-as');
          const [address] = neighbor.keys;
          return peer(group, address, as ? Number(as.value) : localAs, false, file.peers?.[address] ?? {});
        });
      const accepted = (file.dynamic ?? [])
        .filter((each) => each.group === group.keys[0])
        .map((each) => peer(group, each.address, localAs, true, each));
      return [...configured, ...accepted];
    });
}
