import { FAMILIES, Family } from '../addressing';
import { Check, integer, oneOf, optional, shapeOf, ValidationError, withDefault } from '../input';
import { CAPABILITIES } from './capabilities';
import type { Codec } from './codec';
import { namedValues, writtenValues } from './named-values';

/** What happens to the session with a neighbor that sends too many routes. */
export type Excess = 'warn' | 'drop' | 'restart';

/** How many routes of each family a neighbor may send, and what happens when it sends more. */
export interface MaximumPrefixesProps {
  /**
   * The most routes of each family. A family that is not here has no maximum.
   * @example { inet: 1000, inet6: 500 }
   */
  readonly maximum: Readonly<Partial<Record<Family, number>>>;
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
export interface MaximumPrefixes extends MaximumPrefixesProps {
  readonly threshold: number;
  readonly excess: Excess;
}

/** The largest maximum that FRR and Junos take. */
const MOST = 4294967295;

/** The default of FRR and IOS-XR, in percent. */
export const DEFAULT_THRESHOLD = 75;

const RESTART_MINUTES = 15;

const checkMaximum = shapeOf<Record<Family, number>>()(
  Object.fromEntries(FAMILIES.map((family) => [family, optional(integer(1, MOST))])) as Readonly<
    Record<Family, Check<number | undefined>>
  >,
);

const checkProps = shapeOf<MaximumPrefixesProps>()({
  maximum: checkMaximum,
  threshold: withDefault(integer(1, 100), DEFAULT_THRESHOLD),
  excess: withDefault(oneOf('warn', 'drop', 'restart'), 'restart'),
  restartMinutes: optional(integer(1, 2400)),
});

/** Reads {@link MaximumPrefixesProps}. @throws ValidationError */
export const checkMaximumPrefixes: Check<MaximumPrefixes> = (value) => {
  const { maximum, threshold, excess, restartMinutes } = checkProps(value);
  const given = FAMILIES.filter((family) => maximum[family] !== undefined);
  if (given.length === 0) {
    throw ValidationError.of(maximum, `the most routes of a family: ${FAMILIES.join(', ')}`).within('maximum');
  }
  if (restartMinutes !== undefined && excess !== 'restart') {
    throw ValidationError.of(restartMinutes, 'nothing, as excess is not "restart"').within('restartMinutes');
  }
  return {
    maximum: Object.fromEntries(given.map((family) => [family, maximum[family]])),
    threshold,
    excess,
    ...(excess === 'restart' && { restartMinutes: restartMinutes ?? RESTART_MINUTES }),
  };
};

/** Refuses the maximum of a family that a router has none for. @throws ValidationError */
export function rejectMaximum(limits: MaximumPrefixes | undefined, router: 'crpd' | 'frr'): void {
  const evpn = limits?.maximum.evpn;
  if (evpn === undefined || CAPABILITIES[router].limitsEvpn) return;
  throw ValidationError.of(evpn, `nothing: ${router} has no maximum for EVPN`).within('evpn').within('maximum');
}

/** `inet=1000,inet6=500,threshold=75,excess=restart,restartMinutes=15`. */
export const maximumPrefixes: Codec<MaximumPrefixes> = {
  parse: (text) => {
    const values = namedValues(text, 'inet=1000');
    const isFamily = ([name]: readonly [string, unknown]) => (FAMILIES as readonly string[]).includes(name);
    const others = values.filter((each) => !isFamily(each));
    return checkMaximumPrefixes({
      maximum: Object.fromEntries(values.filter(isFamily)),
      ...Object.fromEntries(others),
    });
  },
  format: ({ maximum, ...others }) => writtenValues({ ...maximum, ...others }),
};
