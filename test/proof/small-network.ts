import { Session, SessionKind } from '../../lib';
import { parseAddress } from '../../lib/addressing';
import { Identity, joined, Network } from '../../lib/proof/simulator/network';

const OWN_AS = 64496;

type Changes = Partial<Omit<Identity, 'id'>>;

/** Routers by name, the identifier of each being its place from 1 up; names in capitals are routers outside. */
export function network(routers: Readonly<Record<string, Changes>>, sessions: readonly Session[]): Network {
  const identities = Object.entries(routers).map(([id, changes], i): Identity => ({
    ...{
      id,
      autonomousSystem: OWN_AS,
      routerId: i + 1,
      clusterId: changes.routerId ?? i + 1,
      addresses: [parseAddress(`192.0.2.${i + 1}`)],
      communities: {},
    },
    ...{ outside: id === id.toUpperCase(), ...changes },
  }));
  return joined(identities, sessions);
}

const session =
  (kind: SessionKind) =>
  (from: string, to: string, more: Partial<Session> = {}): Session => ({
    ...{ kind, from, to, families: ['inet'], group: '', ...more },
  });
export const [mesh, upstream, client, external] = (['mesh', 'upstream', 'client', 'external'] as const).map(session);
