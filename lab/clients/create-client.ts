import { Namespace } from '../network/namespace';
import { BirdClient } from './bird';
import { Client, ClientProps } from './client';
import { FrrClient } from './frr';
import { GobgpClient } from './gobgp';

const CLIENTS = { bird: BirdClient, frr: FrrClient, gobgp: GobgpClient } as const;

/**
 * An outside router in a namespace. Nothing runs yet.
 *
 * @param folder an existing folder for its configuration, control socket and log
 * @throws Error for a family or route that the implementation does not support
 */
export function createClient(namespace: Namespace, folder: string, props: ClientProps): Client {
  return new CLIENTS[props.implementation](namespace, folder, props);
}
