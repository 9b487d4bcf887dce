import { traitsOf } from '../../lib/addressing';
import { BgpTopology, OutsideSpeaker, Reflecting } from '../../lib/model';
import { neighborConfiguration, neighborText } from '../../lib/neighbors';
import type { ClientPlan } from './clients';

/**
 * A route reflector outside, on FRR: the configuration that the library writes for its operator, and what it has already:
 * sessions with its own clients and with the other reflectors.
 */
export function reflectorPlan(router: OutsideSpeaker, topology: BgpTopology): ClientPlan {
  const { id, autonomousSystem, addresses } = router;
  const { part, families } = router.reflects as Reflecting;
  const [own] = addresses;
  const addressesOf = (others: readonly OutsideSpeaker[]) =>
    others.flatMap((one) => one.addresses.map(({ text }) => text));
  const clients = addressesOf(topology.outside.filter(({ clientOf }) => clientOf.includes(part.path)));
  const others = addressesOf(topology.outside.filter((one) => one.id !== id && one.reflects?.part.path === part.path));
  const peer = (address: string) => [
    ` neighbor ${address} remote-as ${autonomousSystem}`,
    ` neighbor ${address} update-source ${own.text}`,
    ` neighbor ${address} timers connect 1`,
  ];
  const lines = [
    `router bgp ${autonomousSystem}`,
    ...[...clients, ...others].flatMap(peer),
    ...clients.map((address) => ` neighbor ${address} passive`),
    ...families.flatMap((family) => [
      ` address-family ${traitsOf(family).frr}`,
      ...[...clients, ...others].map((address) => `  neighbor ${address} activate`),
      ...clients.map((address) => `  neighbor ${address} route-reflector-client`),
      ' exit-address-family',
    ]),
    'exit',
  ];
  const text = neighborText(neighborConfiguration(topology, router), 'frr');
  return {
    ...{ name: id, implementation: 'frr', autonomousSystem, families, neighbors: [], announcements: [] },
    addresses: addresses.map(({ text: address }) => address),
    routerId: own.text,
    configuration: `${text}\n${lines.join('\n')}\n`,
  };
}
