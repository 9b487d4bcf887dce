import { covers, IpPrefix, parseAddress } from '../../../lib/addressing';
import { Answer, Endpoint } from './discovery';

/** An answer without the addresses that no pod can have. */
export interface Screened {
  readonly answer: Answer;
  /** The first of the addresses that were left out. */
  readonly outside?: string;
}

/**
 * Leaves out what lies outside of the pod networks. An answer with nothing else in it has failed: nobody is removed on
 * its account. The same endpoints give the same answer, as what follows looks for changes by identity.
 */
export class PodNetworks {
  private last?: { readonly endpoints: readonly Endpoint[]; readonly screened: Screened };

  constructor(private readonly networks: readonly IpPrefix[] | undefined) {}

  screen(answer: Answer): Screened {
    const { networks } = this;
    if (networks === undefined || answer.kind !== 'found') return { answer };
    if (answer.endpoints !== this.last?.endpoints) {
      this.last = { endpoints: answer.endpoints, screened: screenedBy(networks, answer) };
    }
    return this.last.screened;
  }
}

function screenedBy(networks: readonly IpPrefix[], answer: Extract<Answer, { kind: 'found' }>): Screened {
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
