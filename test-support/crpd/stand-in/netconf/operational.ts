import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Peer, peersOf } from '../state/bgp';
import { RtrSession, rtrSessionsOf } from '../state/validation';
import { Candidates } from '../state/candidates';
import { Folder } from '../state/folder';
import { ValidationError } from './replies';
import { childNamed, Element, escapeXml } from './xml';

export const VERSION = '22.4R1.10';

/** The requests that show or do something beside the configuration. */
export const OPERATIONAL: Record<string, (request: Element, candidates: Candidates, folder: Folder) => string> = {
  'get-bgp-summary-information': (_, candidates, folder) => summary(peersOf(candidates.running(), folder)),
  'get-bgp-neighbor-information': (request, candidates, folder) => {
    const wanted = childNamed(request, 'neighbor-address')?.text.trim();
    const peers = peersOf(candidates.running(), folder);
    return neighbors(peers.filter(({ address }) => wanted === undefined || address === wanted));
  },
  // By its words in a request `command` with the format XML.
  'show validation session': (_, candidates, folder) => validationSessions(rtrSessionsOf(candidates.running(), folder)),
  'get-software-information': () =>
    '<software-information>\n' +
    `<host-name>${escapeXml(os.hostname())}</host-name>\n<product-model>crpd</product-model>\n` +
    `<product-name>crpd</product-name>\n<junos-version>${VERSION}</junos-version>\n</software-information>\n`,
  'get-system-information': () =>
    '<system-information>\n<hardware-model>crpd</hardware-model>\n<os-name>junos</os-name>\n' +
    `<os-version>${VERSION}</os-version>\n<host-name>${escapeXml(os.hostname())}</host-name>\n</system-information>\n`,
  'get-commit-information': (_, __, folder) => {
    const commits = folder.change((state) => state.commits);
    const history = commits.map(
      ({ user, client, log, time }, i) =>
        `<commit-history>\n<sequence-number>${i}</sequence-number>\n<user>${escapeXml(user)}</user>\n` +
        `<client>${client}</client>\n${seconds('date-time', Date.parse(time) / 1000, time)}` +
        (log === undefined ? '' : `<log>${escapeXml(log)}</log>\n`) +
        '</commit-history>\n',
    );
    return `<commit-information>\n${history.join('')}</commit-information>\n`;
  },
  'request-license-add': (request, _, folder) => {
    const file = childNamed(request, 'filename')?.text.trim() ?? '';
    if (!fs.existsSync(file)) throw new ValidationError(`could not open file: ${file}`, 'operation-failed', file);
    fs.mkdirSync(folder.at('licenses'), { recursive: true });
    fs.copyFileSync(file, path.join(folder.at('licenses'), path.basename(file)));
    return '<output>\nadd license complete (no errors)\n</output>\n';
  },
};

const seconds = (name: string, value: number, text: string): string =>
  `<${name} junos:seconds="${Math.floor(value)}">${text}</${name}>\n`;

/** `1:02:03`, or `2d 1:02:03` */
function duration(value: number): string {
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0');
  const days = Math.floor(value / 86400);
  const clock = `${Math.floor((value % 86400) / 3600)}:${two((value % 3600) / 60)}:${two(value % 60)}`;
  return days > 0 ? `${days}d ${clock}` : clock;
}

const INFORMATION = '<bgp-information xmlns="http://xml.juniper.net/junos/22.4R1/junos-routing">\n';

function summary(peers: readonly Peer[]): string {
  const down = peers.filter(({ state }) => state !== 'Established').length;
  const each = peers.map((peer) => {
    const shown = peer.state === 'Established' ? 'Establ' : peer.state;
    const rib =
      '<bgp-rib junos:style="terse">\n<name>inet.0</name>\n' +
      `<active-prefix-count>${peer.received}</active-prefix-count>\n` +
      `<received-prefix-count>${peer.received}</received-prefix-count>\n` +
      `<accepted-prefix-count>${peer.received}</accepted-prefix-count>\n` +
      '<suppressed-prefix-count>0</suppressed-prefix-count>\n</bgp-rib>\n';
    return (
      '<bgp-peer junos:style="terse" heading="Peer AS InPkt OutPkt OutQ Flaps Last Up/Dwn State">\n' +
      `<peer-address>${peer.address}</peer-address>\n<peer-as>${peer.as}</peer-as>\n` +
      '<input-messages>0</input-messages>\n<output-messages>0</output-messages>\n' +
      `<route-queue-count>${peer.queued}</route-queue-count>\n<flap-count>${peer.flaps}</flap-count>\n` +
      seconds('elapsed-time', peer.seconds, duration(peer.seconds)) +
      `<peer-state junos:format="${shown}">${peer.state}</peer-state>\n` +
      (peer.state === 'Established' ? rib : '') +
      '</bgp-peer>\n'
    );
  });
  return (
    `${INFORMATION}<bgp-thread-mode>BGP I/O</bgp-thread-mode>\n` +
    `<group-count>${new Set(peers.map(({ group }) => group)).size}</group-count>\n` +
    `<peer-count>${peers.length}</peer-count>\n<down-peer-count>${down}</down-peer-count>\n` +
    `${each.join('')}</bgp-information>\n`
  );
}

function validationSessions(sessions: readonly RtrSession[]): string {
  const each = sessions.map(
    ({ address, state, ipv4, ipv6 }) =>
      `<rv-session>\n<ip-address>${address}</ip-address>\n<session-state>${state}</session-state>\n` +
      '<session-flaps>0</session-flaps>\n<session-uptime>00:00:07</session-uptime>\n' +
      `<ip-prefix-count>${ipv4}</ip-prefix-count>\n<ip6-prefix-count>${ipv6}</ip6-prefix-count>\n</rv-session>\n`,
  );
  return `<rv-session-information>\n${each.join('')}</rv-session-information>\n`;
}

function neighbors(peers: readonly Peer[]): string {
  const each = peers.map((peer) => {
    const up = peer.state === 'Established';
    const options = peer.dynamic ? 'ImportEval Sync Accept-Dynamic' : 'Sync';
    return (
      '<bgp-peer junos:style="detail">\n' +
      `<peer-address>${peer.address}${up ? '+179' : ''}</peer-address>\n<peer-as>${peer.as}</peer-as>\n` +
      (up ? '<local-address>192.0.2.1+54321</local-address>\n' : '<local-address>unspecified</local-address>\n') +
      `<local-as>${peer.localAs}</local-as>\n<peer-group>${escapeXml(peer.group)}</peer-group>\n` +
      '<peer-cfg-rti>master</peer-cfg-rti>\n<peer-fwd-rti>master</peer-fwd-rti>\n' +
      `<peer-type>${peer.internal ? 'Internal' : 'External'}</peer-type>\n` +
      `<peer-state>${peer.state}</peer-state>\n<peer-flags>${options}</peer-flags>\n` +
      `<last-state>Idle</last-state>\n<last-event>${peer.lastEvent}</last-event>\n` +
      `<last-error>${escapeXml(peer.lastError?.name ?? 'None')}</last-error>\n` +
      `<flap-count>${peer.flaps}</flap-count>\n${errorCounts(peer)}` +
      (up ? `<nlri-type-session>${peer.families.join(' ')}</nlri-type-session>\n` : '') +
      (up && peer.endOfRib ? `<peer-end-of-rib-received>${peer.endOfRib.join(' ')}</peer-end-of-rib-received>\n` : '') +
      '</bgp-peer>\n'
    );
  });
  return `${INFORMATION}${each.join('')}</bgp-information>\n`;
}

function errorCounts({ lastError }: Peer): string {
  if (!lastError) return '';
  const [sent, received] = lastError.received ? [0, 3] : [3, 0];
  return (
    `<bgp-error>\n<name>${escapeXml(lastError.name)}</name>\n<send-count>${sent}</send-count>\n` +
    `<receive-count>${received}</receive-count>\n</bgp-error>\n`
  );
}
