import { ValidationError } from '../input';

/**
 * Memory of a pod with FRR in bytes, as measured with FRR 8.4 and 10.3, the larger figure of each where they differ.
 * No figures are published for cRPD.
 */
const FIGURES = {
  /** bgpd without neighbors. */
  bgpd: 17e6,
  /**
   * A neighbor, configured or accepted, whether it answers or not: a buffer of 655,350 bytes for what it sends, which
   * bgpd writes all over when a session ends, and 41 kB. Until then it is the 41 kB.
   */
  neighbor: 700e3,
  /** A path of a route, with what is sent of it to neighbors that have one policy. */
  path: 790,
  /** A route as it is sent to neighbors with another policy: bgpd keeps a copy for each policy. Measured with FRR 10.3. */
  copy: 135,
  /** `meshrr run` with a watch of EndpointSlices; 53 MB without. */
  runtime: 60e6,
  /** Each other command of the runtime that runs beside it, without what it shares with it (44 MB in all). */
  command: 9e6,
};

/** The stand-in, the preStop hook, and somebody who looks. */
const COMMANDS = 3;

/** What bgpd, the runtime and its commands take, whatever the number of neighbors. */
const ALONE = FIGURES.bgpd + FIGURES.runtime + COMMANDS * FIGURES.command;

interface Holding {
  readonly neighbors: number;
  readonly paths: number;
  /** Routes that are sent by a further policy, counted once for each. 0 by default. */
  readonly copies?: number;
}

/** What a pod with FRR needs in bytes. */
export function frrMemory({ neighbors, paths, copies = 0 }: Holding): number {
  return ALONE + neighbors * FIGURES.neighbor + paths * FIGURES.path + copies * FIGURES.copy;
}

/**
 * How many clients a pod with FRR has memory for: half of what is left beside `neighbors` is for them, the other half for
 * routes. At least none.
 */
export function clientsIn(bytes: number, neighbors: number): number {
  return Math.max(0, Math.floor((bytes - frrMemory({ neighbors, paths: 0 })) / 2 / FIGURES.neighbor));
}

const FACTORS: Readonly<Record<string, number>> = {
  ...{ '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 },
};

/** A Kubernetes quantity: `256Mi`. */
export interface Quantity {
  /** As it was written. */
  readonly text: string;
  /** The number that it stands for: of memory, in bytes. */
  readonly value: number;
}

/** Reads a Kubernetes quantity. @throws ValidationError */
export function parseQuantity(text: unknown): Quantity {
  const [, number, unit = ''] =
    (typeof text === 'string' && /^((?:0|[1-9]\d{0,14})(?:\.\d{1,9})?)(m|k|Ki|M|Mi|G|Gi|T|Ti)?$/.exec(text)) || [];
  if (number === undefined) throw ValidationError.of(text, 'a Kubernetes quantity such as 500m or 1Gi');
  return { text: text as string, value: Number(number) * FACTORS[unit] };
}

/**
 * A quantity as the API server writes it: `5Gi` for `5120Mi`. `kubectl apply` compares texts, so it would patch any other
 * text at each apply.
 *
 * @param text a valid quantity
 */
export function canonicalQuantity(text: string): string {
  const { value } = parseQuantity(text);
  const units = text.endsWith('i') ? ['Ti', 'Gi', 'Mi', 'Ki'] : ['T', 'G', 'M', 'k', '', 'm'];
  const counts = units.map((unit) => ({ unit, count: value / FACTORS[unit] }));
  // Factors below 1 have no exact binary form.
  const whole = counts.find(({ count }) => Math.abs(count - Math.round(count)) < 1e-9 * count);
  return whole ? `${Math.round(whole.count)}${whole.unit}` : text;
}
