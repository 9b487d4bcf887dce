import { Namespace } from '../network/namespace';
import { BirdClient } from './bird';
import { Client, ClientProps } from './client';
import { FrrClient } from './frr';
import { GobgpClient } from './gobgp';

const CLIENTS = { bird: BirdClient, frr: FrrClient, gobgp: GobgpClient } as const;

/**
 * An outside router in a namespace. Nothing runs yet.
 *
 * @param folder for its configuration, control socket and log; it is there already, and the client's own
 * @throws Error where the implementation cannot do what is asked
 */
export function createClient(namespace: Namespace, folder: string, props: ClientProps): Client {
  return new CLIENTS[props.implementation](namespace, folder, props);
}
