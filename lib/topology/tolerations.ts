import { k8s } from 'cdk8s-plus-28';
import { parseLabelKey, parseLabelValue } from '../addressing';
import { Check, integer, oneOf, optional, shapeOf, ValidationError } from '../input';

/** A taint that pods tolerate, as the API server would take it. */
export const checkToleration: Check<k8s.Toleration> = (value) => {
  const toleration = shapeOf<k8s.Toleration>()({
    effect: optional(oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute')),
    key: optional(parseLabelKey),
    operator: optional(oneOf('Equal', 'Exists')),
    tolerationSeconds: optional(integer(0, 0x7fffffff)),
    value: optional(parseLabelValue),
  })(value);
  const { effect, key, operator, tolerationSeconds } = toleration;
  if (key === undefined && operator !== 'Exists')
    throw ValidationError.of(operator, '"Exists" where there is no key').within('operator');
  if (operator === 'Exists' && toleration.value) {
    throw ValidationError.of(toleration.value, 'nothing beside operator "Exists"').within('value');
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    throw ValidationError.of(tolerationSeconds, 'nothing beside an effect other than "NoExecute"').within(
      'tolerationSeconds',
    );
  }
  return toleration;
};
