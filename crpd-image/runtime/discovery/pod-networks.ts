import { covers, IpPrefix, parseAddress } from '../../../lib/addressing';
import { Answer, Endpoint } from './discovery';

/** An answer without the addresses outside of the pod networks. */
export interface FilteredAnswer {
  readonly answer: Answer;
  readonly outside?: string;
}

/**
 * Leaves out addresses outside of the pod networks. An answer with no others counts as failed, so that it removes no
 * router. The same endpoints return the same object, because the callers compare answers by identity.
 */
export class PodNetworks {
  private last?: { readonly endpoints: readonly Endpoint[]; readonly filtered: FilteredAnswer };

  constructor(private readonly networks: readonly IpPrefix[] | undefined) {}

  filter(answer: Answer): FilteredAnswer {
    const { networks } = this;
    if (networks === undefined || answer.kind !== 'found') return { answer };
    if (answer.endpoints !== this.last?.endpoints) {
      this.last = { endpoints: answer.endpoints, filtered: filterAnswer(networks, answer) };
    }
    return this.last.filtered;
  }
}

function filterAnswer(networks: readonly IpPrefix[], answer: Extract<Answer, { kind: 'found' }>): FilteredAnswer {
  const isInside = ({ address }: Endpoint) => {
    const parsed = parseAddress(address);
    return networks.some((network) => covers(network, parsed));
  };
  const endpoints = answer.endpoints.filter(isInside);
  if (endpoints.length === answer.endpoints.length) return { answer };
  const outside = answer.endpoints.find((endpoint) => !isInside(endpoint))?.address;
  if (endpoints.length > 0) return { answer: { ...answer, endpoints }, outside };
  return { answer: { kind: 'failed', reason: 'only addresses outside of the pod networks' }, outside };
}
