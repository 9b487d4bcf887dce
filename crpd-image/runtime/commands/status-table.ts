import { oneLine } from '../../../lib/input';
import { PeerStatus, Status } from '../daemon/status';
import { Change, OriginData } from '../router/driver';

/** The number of changes shown of one update. */
const MAX_CHANGES = 10;

const HEADINGS = ['GROUP', 'PEER', 'DNS', 'CONFIGURED', 'STATE', 'UP', 'PREFIXES'];

/**
 * A status for people. Text from routers and DNS may contain control characters: `oneLine` keeps them from the
 * terminal.
 */
export function statusTable({ router, readiness, groups, clients, origins, lastChange, problems }: Status): string {
  const rows = groups.flatMap(({ name, peers }) => peers.map((peer) => [name, ...cells(peer)]));
  return [
    `router     ${router.kind}, ${router.reachable ? 'answers' : 'DOES NOT ANSWER'}, AS ${router.autonomousSystem}, id ${router.routerId}`,
    `readiness  ${readiness.ready ? 'ready' : 'NOT READY'}: ${readiness.reason}`,
    ...(router.draining ? ['drained    neighbors are asked to prefer other paths; "meshrr undrain" ends this'] : []),
    ...groups.map(
      ({ name, service, lastAnswer }) => `discovery  ${name}: ${service}: ${lastAnswer ?? 'not asked yet'}`,
    ),
    `clients    ${clients.established} Established of ${clients.total}`,
    ...(origins ? [`origins    ${originsText(origins)}`] : []),
    `changed    ${lastChange ? `${lastChange.time}: ${changed(lastChange.changes)}` : 'nothing so far'}`,
    '',
    ...(rows.length > 0 ? aligned([HEADINGS, ...rows]) : ['no peers']),
    ...(problems.length > 0 ? ['', ...problems.map((problem) => `PROBLEM    ${problem}`)] : []),
    '',
  ]
    .map(oneLine)
    .join('\n');
}

function originsText({ servers, prefixes }: OriginData): string {
  const each = servers.map(({ server, isConnected }) => `${server} ${isConnected ? 'connected' : 'NOT CONNECTED'}`);
  return `${[...each, `${prefixes} signed prefixes`].join(', ')}`;
}

function changed(changes: readonly Change[]): string {
  const few = changes.slice(0, MAX_CHANGES).map(({ action, address }) => `${action} ${address}`);
  const more = changes.length - few.length;
  return [...few, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

function cells({ address, discovered, configured, state, establishedSeconds, prefixesReceived }: PeerStatus): string[] {
  const yes = (is: boolean) => (is ? 'yes' : 'no');
  const up = establishedSeconds === undefined ? '-' : duration(establishedSeconds);
  return [address, yes(discovered), yes(configured), state ?? '-', up, String(prefixesReceived ?? '-')];
}

export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => rows.reduce((most, row) => Math.max(most, row[column].length), 0));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}

/** `3d4h`, `2h05m`, `1m07s`, `12s`. */
export function duration(seconds: number): string {
  const [days, hours, minutes] = [seconds / 86400, (seconds / 3600) % 24, (seconds / 60) % 60].map(Math.floor);
  const two = (value: number) => String(value).padStart(2, '0');
  if (days > 0) return `${days}d${hours}h`;
  if (hours > 0) return `${hours}h${two(minutes)}m`;
  if (minutes > 0) return `${minutes}m${two(Math.floor(seconds % 60))}s`;
  return `${Math.floor(seconds)}s`;
}
