import { Family } from '../addressing';
import { Platform, ReachedBy, RouterGroup, SessionKind } from '../model';

/** How things are called in a report. */

/** `1 pod`, `2 pods`, `12,000 pods`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${numeral(count)} ${count === 1 ? noun : plural}`;
}

/** With commas between thousands, whatever the language of the machine. */
export function numeral(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `a`, `a and b`, `a, b and c`; of many the first ones, and how many more. */
export function listed(names: readonly string[], most = Infinity): string {
  const shown = names.length > most ? names.slice(0, most) : names;
  const rest = names.length - shown.length;
  const all = rest > 0 ? [...shown, `${numeral(rest)} more`] : shown;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all[all.length - 1]}`;
}

/** A key by which texts are sorted as people would: r2 before r10. */
export const natural = (text: string): string => text.replace(/\d+/g, (digits) => digits.padStart(DIGITS, '0'));

/** More than any number in a name has. */
const DIGITS = 10;

export const FAMILY_NAMES: Readonly<Record<Family, string>> = { inet: 'IPv4', inet6: 'IPv6', evpn: 'EVPN' };

export const PLATFORM_NAMES: Readonly<Record<Platform, string>> = {
  junos: 'Junos',
  iosxr: 'IOS XR',
  frr: 'FRR',
  eos: 'Arista EOS',
  generic: 'any platform',
};

export const ROUTER_NAMES: Readonly<Record<RouterGroup['router'], string>> = { crpd: 'cRPD', frr: 'FRR' };

export const REACHED_BY: Readonly<Record<ReachedBy, string>> = {
  metallb: 'MetalLB',
  'host-ports': 'host port',
  none: 'not from outside',
};

export const SESSION_NAMES: Readonly<Record<SessionKind, string>> = {
  mesh: 'iBGP mesh',
  upstream: 'upstream (iBGP, to route reflectors)',
  client: 'client session (iBGP, from outside)',
  external: 'client session (eBGP, from outside)',
};

export const modeOf = ({ mode }: RouterGroup): string =>
  mode === 'route-server' ? 'route servers' : 'route reflectors';
