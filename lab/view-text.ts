import { aligned } from '../crpd-image/runtime/commands/status-table';
import { grouped } from '../lib/model';
import { LearnedRoute } from './clients/client';
import { comparisonText } from './comparison/compare';
import { LabView } from './view';

const SESSIONS = ['ROUTER', 'AT', 'PEER', 'STATE'];
const ROUTES = ['CLIENT', 'ROUTE', 'NEXT HOP', 'FROM', 'ATTRIBUTES'];

/** The sessions of a lab and what each client learned, as tables for people. */
export function viewText({ nodes, pods, clients, proof, verdict }: LabView): string {
  const names = new Map([...pods, ...clients].flatMap(({ name, addresses }) => addresses.map((a) => [a, name])));
  const peer = (address: string) => (names.has(address) ? `${names.get(address)} (${address})` : address);
  const places = new Map([
    ...pods.map(({ name, node, ready }) => [name, ready ? node : `${node}, NOT READY`] as const),
    ...clients.map(
      ({ name, implementation, autonomousSystem }) => [name, `${implementation}, AS ${autonomousSystem}`] as const,
    ),
  ]);
  const sessions = [...pods, ...clients].flatMap(({ name, sessions: own }) =>
    own.map(({ address, state }) => [name, places.get(name) ?? '', peer(address), state]),
  );
  const routes = clients.flatMap(({ name, learned }) => byDestination(learned).map((paths) => [name, ...cells(paths)]));
  return [
    ...nodes.map(({ name, labels }) => `node ${name}: ${labelText(labels)}`),
    '',
    ...aligned([SESSIONS, ...sessions]),
    '',
    ...(routes.length > 0 ? aligned([ROUTES, ...routes]) : ['no client has learned a route']),
    '',
    comparisonText(proof),
    `the proof: ${verdict.result}. ${verdict.sentence}`,
    '',
  ].join('\n');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

function byDestination(learned: readonly LearnedRoute[]): (readonly LearnedRoute[])[] {
  return [...grouped(learned, ({ destination }) => destination).values()].sort(([a], [b]) =>
    a.destination < b.destination ? -1 : 1,
  );
}

/** An EVPN route without its lengths, and without an Ethernet tag of 0: `64496:100 [5] 192.0.2.0/24`. */
function shortened(destination: string): string {
  return destination
    .replace(/\[5\]:\[0\]:\[(\d+)\]:\[(.+)\]$/, '[5] $2/$1')
    .replace(/\[([23])\]:\[0\]:\[\d+\]:\[([^\]]+)\](?::\[\d+\]:\[(.+)\])?$/, '[$1] $2 $3')
    .trimEnd();
}

/** The best path of a route, and the neighbors that all its paths are from. */
function cells(paths: readonly LearnedRoute[]): string[] {
  const best = paths.find((path) => path.best) ?? paths[0];
  const { destination, nextHop, asPath, localPreference, communities, label, clusterList } = best;
  const attributes = [
    asPath.length > 0 && `as ${asPath.join(' ')}`,
    localPreference !== undefined && localPreference !== 100 && `local-pref ${localPreference}`,
    communities.length > 0 && communities.join(' '),
    label !== undefined && `vni ${label}`,
    clusterList.length > 0 && `via ${clusterList.join(' ')}`,
  ];
  const from = paths.map((path) => path.from).sort();
  return [shortened(destination), nextHop, from.join(', '), attributes.filter(Boolean).join('; ')];
}
