import { Capabilities, CAPABILITIES } from './capabilities';
import { Requirement, SettingName } from './definition';
import { settingNames, settingOf } from './environment';
import { Metric, METRICS } from './metrics';

/** The table of settings for the documentation, in Markdown. */
export function settingsTable(): string {
  const rows = settingNames.map((name) => `| ${cells(name).join(' | ')} |`);
  return ['| Variable | Required? | Default | Description |', '|---|---|---|---|', ...rows].join('\n');
}

function cells(name: SettingName): string[] {
  const { variable, required, codec, default: fallback, original, description } = settingOf(name);
  const shownDefault = fallback === undefined ? '' : `\`${codec.format(fallback)}\``;
  return [`\`${variable}\`${original ? '' : ' ⁺'}`, requirement(required), shownDefault, description];
}

function requirement(required: Requirement | undefined): string {
  if (required === undefined) return 'No';
  if (required === 'always') return 'Yes';
  return required === 'on cRPD'
    ? 'Yes on cRPD, or its file'
    : `Yes, unless ${required.unless.map((one) => settingOf(one).variable).join(' or ')} is set`;
}

/** How the table of capabilities words each of them; the compiler sees to it that none is forgotten. */
const WORDS: { readonly [K in keyof Capabilities]: readonly [what: string, said: (value: Capabilities[K]) => string] } =
  {
    foreignClients: [
      'A client of a route server whose AS number is not in its ranges',
      (fate) => (fate === 'refused' ? 'its session is rejected' : 'its session comes up; all its routes are dropped'),
    ],
    atomicChanges: [
      'Changes of neighbors',
      (atomic) => (atomic ? 'take effect together, or not at all' : 'each succeeds or fails by itself'),
    ],
    management: ['SSH and NETCONF', (has) => (has ? 'yes' : 'no: `kubectl exec`')],
    unprivileged: [
      'The pod',
      (is) => (is ? 'a user without privileges, on a read-only file system' : 'privileged, on a writable file system'),
    ],
    lacks: [
      'Address families',
      (families) => (families.length > 0 ? `all but ${families.map((family) => `\`${family}\``).join(', ')}` : 'all'),
    ],
    hostNetwork: [
      'In the network of the node (`Reachability.hostNetwork`)',
      (can) =>
        can ? 'yes, on given addresses' : 'no: it would take port 179, 22 and 830 of all addresses of the node',
    ],
    gtsm: [
      'GTSM (RFC 5082) on sessions of clients',
      (why) =>
        why === 'members'
          ? 'of [members](anycast-route-server-pair.md#members) in the network of the node; bgpd 8.4 does not check the TTL of clients from a range, and 10.3 does from their OPEN on'
          : 'no: the node forwards packets to the pod, which lowers their TTL',
    ],
    bfd: [
      'BFD (RFC 5880) on sessions of clients',
      (why) =>
        why === 'no daemon'
          ? 'no: `bfdd` gets its sessions by zebra, which would manage the routes of the node or the pod'
          : 'no: only TCP port 179 of its addresses is translated; for clients in pods not written: no test could run it',
    ],
    tcpAo: [
      'TCP-AO (RFC 5925)',
      (why) => (why === 'none' ? 'no: FRR has none' : 'not written: no test could run it; TCP MD5 is written'),
    ],
    keyChains: [
      'Two valid keys of TCP MD5 while keys change',
      (why) => (why === 'none' ? 'no: FRR has one key for a neighbor' : 'not written: no test could run key chains'),
    ],
    paths: ['Paths of a route that a client gets (`addPath`)', (most) => (most === 'all' ? 'all' : `up to ${most}`)],
    hiddenPaths: [
      'The second path for a client of a route server from which the best one is withheld (RFC 7947, 2.3.1)',
      (why) =>
        why === 'one table'
          ? 'by `addPath` alone: all clients have one table'
          : 'by `addPath` alone; instances with a table for each client are not written',
    ],
    bestExternal: [
      'The best external path to iBGP neighbors',
      (why) =>
        why === 'none'
          ? 'no: FRR has no statement for it'
          : 'not written: a route reflector would need `no-client-reflect`',
    ],
    limitsEvpn: [
      'A maximum of EVPN routes from a client (`maximumPrefixes`)',
      (can) => (can ? 'yes' : 'no: FRR 8.4 has none for EVPN'),
    ],
    resolvesRtrServers: [
      'RTR servers (`rpki`)',
      (can) => (can ? 'by name or address' : 'by address: Junos takes no names'),
    ],
  };

/** The table of capabilities for the documentation, in Markdown. */
export function capabilitiesTable(): string {
  const { crpd, frr } = CAPABILITIES;
  const row = <K extends keyof Capabilities>(name: K) => {
    const [what, said] = WORDS[name];
    return `| ${what} | ${said(crpd[name])} | ${said(frr[name])} |`;
  };
  const names = Object.keys(WORDS) as (keyof Capabilities)[];
  return ['| | cRPD | FRR |', '|---|---|---|', ...names.map(row)].join('\n');
}

/** The table of metrics for the documentation, in Markdown. */
export function metricsTable(): string {
  const row = ([name, { type, labels, help }]: [string, Metric]) =>
    `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`;
  return ['| Metric | Type | Labels | Meaning |', '|---|---|---|---|', ...Object.entries(METRICS).map(row)].join('\n');
}
