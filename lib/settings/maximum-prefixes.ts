import { FAMILIES, Family } from '../addressing';
import { Check, integer, oneOf, optional, shapeOf, ValidationError, withDefault } from '../input';
import { CAPABILITIES } from './capabilities';
import type { Codec } from './codec';

/** What happens to the session with a neighbor that sends too many routes. */
export type Excess = 'warn' | 'drop' | 'restart';

/** How many routes of each family a neighbor may send, and what happens when it sends more. */
export interface MaximumPrefixesProps extends Readonly<Partial<Record<Family, number>>> {
  /**
   * The percentage of the maximum at which the router logs a warning, 1 to 100.
   * @default 75
   */
  readonly threshold?: number;
  /**
   * What happens when a neighbor sends more: the router logs it (`warn`), ends the session until somebody clears it
   * (`drop`), or ends it and accepts it again after `restartMinutes` (`restart`). On FRR a client from a range comes back at
   * its next connection in any case, as bgpd forgets it with its session.
   * @default 'restart'
   */
  readonly excess?: Excess;
  /**
   * How long the session stays down with `restart`, in minutes, 1 to 2400.
   * @default 15
   */
  readonly restartMinutes?: number;
}

/** {@link MaximumPrefixesProps}, read. */
export interface MaximumPrefixes {
  /** By family; at least one. A family that is not here has no maximum. */
  readonly maximum: Readonly<Partial<Record<Family, number>>>;
  /** In percent. */
  readonly threshold: number;
  readonly excess: Excess;
  /** With `restart` only. */
  readonly restartMinutes?: number;
}

/** The largest maximum that FRR and Junos take. */
const MOST = 4294967295;

/** The default of FRR and IOS-XR, in percent. */
export const DEFAULT_THRESHOLD = 75;

const DEFAULTS = { excess: 'restart', restartMinutes: 15 } as const;

/** Reads {@link MaximumPrefixesProps}. @throws ValidationError */
export const checkMaximumPrefixes: Check<MaximumPrefixes> = (value) => {
  const { threshold, excess, restartMinutes, ...maximum } = shapeOf<MaximumPrefixesProps>()({
    ...(Object.fromEntries(FAMILIES.map((family) => [family, optional(integer(1, MOST))])) as Record<
      Family,
      Check<number | undefined>
    >),
    threshold: withDefault(integer(1, 100), DEFAULT_THRESHOLD),
    excess: withDefault(oneOf('warn', 'drop', 'restart'), DEFAULTS.excess),
    restartMinutes: optional(integer(1, 2400)),
  })(value);
  const given = FAMILIES.flatMap((family) => {
    const most = maximum[family];
    return most === undefined ? [] : [[family, most] as const];
  });
  if (given.length === 0) throw ValidationError.of(value, `the maximum of a family: ${FAMILIES.join(', ')}`);
  if (restartMinutes !== undefined && excess !== 'restart') {
    throw ValidationError.of(restartMinutes, 'nothing, as excess is not "restart"').within('restartMinutes');
  }
  return {
    maximum: Object.fromEntries(given),
    threshold,
    excess,
    ...(excess === 'restart' && { restartMinutes: restartMinutes ?? DEFAULTS.restartMinutes }),
  };
};

/** Refuses the maximum of a family that a router has none for. @throws ValidationError */
export function rejectMaximum(limits: MaximumPrefixes | undefined, router: 'crpd' | 'frr'): void {
  const evpn = limits?.maximum.evpn;
  if (evpn === undefined || CAPABILITIES[router].limitsEvpn) return;
  throw ValidationError.of(evpn, `nothing: ${router} has no maximum for EVPN`).within('evpn');
}

/** The props that {@link checkMaximumPrefixes} reads the same value from. */
export const plainMaximumPrefixes = ({ maximum, ...others }: MaximumPrefixes): MaximumPrefixesProps => ({
  ...maximum,
  ...others,
});

/** `inet=1000,inet6=500,threshold=75,excess=restart,restartMinutes=15`. */
export const maximumPrefixes: Codec<MaximumPrefixes> = {
  parse: (text) => {
    const entries = text.split(',').map((item) => {
      const [, name, value] = /^([A-Za-z0-9]+)=([a-z0-9]{1,10})$/.exec(item.trim()) ?? [];
      if (name === undefined) throw ValidationError.of(item, 'a name and its value, such as inet=1000');
      return [name, /^\d+$/.test(value) ? Number(value) : value] as const;
    });
    const names = entries.map(([name]) => name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) throw ValidationError.of(text, `"${twice}" once`);
    return checkMaximumPrefixes(Object.fromEntries(entries));
  },
  format: (value) =>
    Object.entries(plainMaximumPrefixes(value))
      .map(([name, item]) => `${name}=${item}`)
      .join(','),
};
