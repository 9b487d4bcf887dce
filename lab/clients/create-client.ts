import { Namespace } from '../network/namespace';
import { BirdClient } from './bird';
import { Client, ClientProps } from './client';
import { GobgpClient } from './gobgp';

/**
 * An outside router in a namespace. Nothing runs yet.
 *
 * @param folder for its configuration, control socket and log; it is there already, and the client's own
 * @throws Error where the implementation cannot do what is asked
 */
export function createClient(namespace: Namespace, folder: string, props: ClientProps): Client {
  return props.implementation === 'bird'
    ? new BirdClient(namespace, folder, props)
    : new GobgpClient(namespace, folder, props);
}
