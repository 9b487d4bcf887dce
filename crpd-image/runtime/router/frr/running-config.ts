/** The part of bgpd's configuration that the driver needs: `router bgp` in the default VRF. */
export interface RunningConfig {
  /** Undefined if there is no `router bgp`. */
  readonly autonomousSystem?: number;
  /** The peer-groups with their TCP MD5 keys. Secret. */
  readonly groups: ReadonlyMap<string, { readonly key?: string }>;
  /** The peer-group of each configured neighbor, without those accepted from a range. */
  readonly neighbors: ReadonlyMap<string, string>;
  /** The peer-group of each `bgp listen range` with one address. */
  readonly singleAddressRanges: ReadonlyMap<string, string>;
  readonly draining: boolean;
}

/**
 * Reads `show running-config` of bgpd or vtysh. Other lines are ignored, so that every configuration can be read.
 */
export function parseRunningConfig(text: string): RunningConfig {
  let autonomousSystem: number | undefined;
  let inside = false;
  let draining = false;
  const groups = new Map<string, { key?: string }>();
  const neighbors = new Map<string, string>();
  const singleAddressRanges = new Map<string, string>();
  for (const line of linesOf(text)) {
    if (/^[^\s!]/.test(line)) {
      const router = /^router bgp ([\d.]+)((?: (?!view|vrf)\S+)*)$/.exec(line.trimEnd());
      inside = router !== null;
      if (router) autonomousSystem = readAs(router[1]);
      continue;
    }
    const [, address, length, rangeGroup] =
      (inside && /^ bgp listen range ([\da-fA-F:.]+)\/(\d+) peer-group (\S+)\s*$/.exec(line)) || [];
    if (rangeGroup !== undefined && Number(length) === (address.includes(':') ? 128 : 32)) {
      singleAddressRanges.set(address, rangeGroup);
    }
    draining ||= inside && line.trimEnd() === ' bgp graceful-shutdown';
    // Deeper lines belong to the families.
    const [, name, words] = (inside && /^ neighbor (\S+) (\S.*)$/.exec(line)) || [];
    if (name === undefined) continue;
    const [verb, value, more] = words.trimEnd().split(' ');
    if (verb === 'peer-group' && value === undefined) groups.set(name, groups.get(name) ?? {});
    else if (verb === 'peer-group' && more === undefined) neighbors.set(name, value);
    else if (verb === 'password') {
      const group = groups.get(name);
      if (group) group.key = value;
    }
  }
  return { autonomousSystem, groups, neighbors, singleAddressRanges, draining };
}

/** Yields the lines that are not empty. An array of all lines would take many times the memory of the text. */
export function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const next = found < 0 ? text.length : found;
    const end = text[next - 1] === '\r' ? next - 1 : next;
    if (end > start) yield text.slice(start, end);
    start = next + 1;
  }
}

/** `65000`, or `0.65000` if FRR 10 is configured for asdot+ (RFC 5396). */
function readAs(text: string): number {
  const [high, low] = text.split('.').map(Number);
  return low === undefined ? high : high * 65536 + low;
}
