import { parseLabelKey, parseLabelValue } from '../addressing';
import { Check, distinct, inside, list, mapOf, oneOf, optional, passThrough, shapeOf, ValidationError } from '../input';
import { LabelCondition, NodeSelector } from '../model';

/** A condition for a label of nodes, as Kubernetes writes it. */
export interface NodeSelectorExpression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** At least one for `In` and `NotIn`, none for the others. */
  readonly values?: readonly string[];
}

/** Labels that nodes must have, as `{ rack: 'r1' }`, or a LabelSelector as MetalLB and Kubernetes write it. */
export type NodeSelectorProps =
  | Readonly<Record<string, string>>
  | {
      /**
       * Labels that nodes must have.
       * @default - any
       * @example { rack: 'r1' }
       */
      readonly matchLabels?: Readonly<Record<string, string>>;
      /**
       * Conditions for labels of nodes, one for each label.
       * @default - none
       * @example [{ key: 'node-role.kubernetes.io/control-plane', operator: 'DoesNotExist' }]
       */
      readonly matchExpressions?: readonly NodeSelectorExpression[];
    };

/** A set of labels that a node must have. */
export const checkNodeLabels: Check<Readonly<Record<string, string>>> = (value) =>
  Object.fromEntries(mapOf(parseLabelKey, parseLabelValue, 1)(value));

const checkExpression = shapeOf<NodeSelectorExpression>()({
  key: parseLabelKey,
  operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: optional(distinct(list(parseLabelValue, 1))),
});

const checkSelector = shapeOf<Exclude<NodeSelectorProps, Readonly<Record<string, string>>>>()({
  matchLabels: optional(checkNodeLabels),
  matchExpressions: optional(list(checkExpression, 1)),
});

/** Reads either form. A label has one condition: of more, the model would know only the last. */
export const checkNodeSelector: Check<NodeSelector> = (value) => {
  const labels = mapOf(parseLabelKey, passThrough, 1)(value);
  if (!['matchLabels', 'matchExpressions'].some((form) => typeof labels.get(form) === 'object')) {
    return checkNodeLabels(value);
  }
  const { matchLabels = {}, matchExpressions = [] } = checkSelector(value);
  const selector: Record<string, LabelCondition> = { ...matchLabels };
  for (const [i, { key, operator, values }] of matchExpressions.entries()) {
    inside('matchExpressions', () =>
      inside(String(i), () => {
        if (key in selector) throw ValidationError.of(key, 'one condition for each label').within('key');
        if (operator === 'In' || operator === 'NotIn') {
          if (!values) throw ValidationError.of(values, `values, as the operator is ${operator}`).within('values');
          selector[key] = { operator, values };
        } else {
          if (values) throw ValidationError.of(values, `nothing, as the operator is ${operator}`).within('values');
          selector[key] = { operator };
        }
      }),
    );
  }
  return selector;
};

/** The selectors of peers and of advertisements as MetalLB writes them; undefined where they mean all nodes. */
export function selectorsOf({ nodeSelectors }: { readonly nodeSelectors: readonly NodeSelector[] }) {
  if (nodeSelectors.length === 0) return undefined;
  return nodeSelectors.map((selector) => {
    const entries = Object.entries(selector);
    const matchLabels = Object.fromEntries(
      entries.flatMap(([key, wanted]) => (typeof wanted === 'string' ? [[key, wanted]] : [])),
    );
    const matchExpressions = entries.flatMap(([key, wanted]) =>
      typeof wanted === 'string'
        ? []
        : [{ key, operator: wanted.operator, ...('values' in wanted && { values: [...wanted.values] }) }],
    );
    return {
      ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
      ...(matchExpressions.length > 0 && { matchExpressions }),
    };
  });
}
