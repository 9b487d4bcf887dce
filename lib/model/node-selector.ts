type Labels = Readonly<Record<string, string>>;

/** What a label of a node must be: this value, or what a condition says, as in a LabelSelector of Kubernetes. */
export type LabelCondition =
  | string
  | { readonly operator: 'In' | 'NotIn'; readonly values: readonly string[] }
  | { readonly operator: 'Exists' | 'DoesNotExist' };

/** The nodes whose labels are all as wanted. */
export type NodeSelector = Readonly<Record<string, LabelCondition>>;

/** Whether a label has a wanted value, or is absent where that is wanted. */
function meets(value: string | undefined, wanted: LabelCondition): boolean {
  if (typeof wanted === 'string') return value === wanted;
  switch (wanted.operator) {
    case 'In':
      return value !== undefined && wanted.values.includes(value);
    case 'NotIn':
      return value === undefined || !wanted.values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** Whether the labels of a node are as a selector wants them. */
export const includes = (labels: Labels, wanted: NodeSelector): boolean =>
  Object.entries(wanted).every(([key, condition]) => meets(labels[key], condition));

/** Whether a node that is assumed to have these labels, and may have others, can match a selector. */
export const agree = (labels: Labels, wanted: NodeSelector): boolean =>
  Object.entries(wanted).every(([key, condition]) => labels[key] === undefined || meets(labels[key], condition));

/** Whether a node can match both of two selectors. */
export const mayShareNode = (one: NodeSelector, other: NodeSelector): boolean =>
  Object.entries(one).every(([key, condition]) => other[key] === undefined || areCompatible(condition, other[key]));

/** Whether any value, or the absence of one, meets both conditions. A value that neither names stands for all others. */
function areCompatible(one: LabelCondition, other: LabelCondition): boolean {
  const named = [one, other].flatMap((each) =>
    typeof each === 'string' ? [each] : 'values' in each ? each.values : [],
  );
  const others = `${named.join()}-other`;
  return [undefined, ...named, others].some((value) => meets(value, one) && meets(value, other));
}

/** A selector as `kubectl get nodes -l` takes it. */
export const selectorText = (selector: NodeSelector): string =>
  Object.entries(selector)
    .map(([key, condition]) => {
      if (typeof condition === 'string') return `${key}=${condition}`;
      if ('values' in condition) {
        return `${key} ${condition.operator === 'In' ? 'in' : 'notin'} (${condition.values.join(', ')})`;
      }
      return condition.operator === 'Exists' ? key : `!${key}`;
    })
    .join(',');
