import { IConstruct } from 'constructs';
import { parseLabelValue, parseRfc1123Label } from '../addressing';
import { Check, mapOf, optional } from '../input';
import { reject } from '../registry';
import { checkPod, PodProps } from './pod-props';

/** What a side of a region and one of a pair have in common. Its name is part of the names of its objects. */
export interface SideProps {
  /**
   * The value that `sideLabel` has on the nodes of the side.
   * @default - the name of the side
   */
  readonly labelValue?: string;
  /**
   * What the app adds to the pods of this side, beside what it adds to all.
   * @default - nothing
   * @example { annotations: { 'example.com/side': 'a' } }
   */
  readonly pod?: PodProps;
}

/** The checks of {@link SideProps}. */
export const sideShape = { labelValue: optional(parseLabelValue), pod: optional(checkPod) };

/** The sides of a region or pair, at least one, by name. */
export const checkSides = <T>(check: Check<T>): Check<ReadonlyMap<string, T>> => mapOf(parseRfc1123Label, check, 1);

/** The node label whose values are the sides, unless `sideLabel` names another one. */
export const SIDE_LABEL = 'side';

/** The label of the nodes of each side, by the name of the side. */
export type LabelsOfSides = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * The label of the nodes of each side.
 *
 * @throws InvalidPropError if two sides would share their nodes, as their pods would fail together
 */
export function labelsOfSides(
  construct: IConstruct,
  sideLabel: string,
  sides: ReadonlyMap<string, SideProps> = new Map(),
): LabelsOfSides {
  const owners = new Map<string, string>();
  const labels = new Map<string, Record<string, string>>();
  for (const [side, { labelValue = side }] of sides) {
    const owner = owners.get(labelValue);
    if (owner !== undefined) {
      const allowed = `a value other than that of side ${owner}: the sides need nodes of their own`;
      reject(construct, `sides.${side}.labelValue`, labelValue, allowed);
    }
    owners.set(labelValue, side);
    labels.set(side, { [sideLabel]: labelValue });
  }
  return labels;
}
