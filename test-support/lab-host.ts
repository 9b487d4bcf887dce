import { execFileSync } from 'child_process';
import { Namespace } from '../lab/network/namespace';
import { NetworkHost } from './network';

/** A host of the lab, for what wants one of the tests' own networks. */
export function asNetworkHost(namespace: Namespace, addresses: readonly string[]): NetworkHost {
  return {
    namespace: namespace.name,
    addresses,
    spawn: (command, args, options) => namespace.spawn(command, args, options),
    run: (command, ...args) =>
      execFileSync('ip', ['netns', 'exec', namespace.name, command, ...args], { encoding: 'utf8', stdio: 'pipe' }),
    connected: () => {
      throw new Error(`${namespace.name} is cut off by its link`);
    },
  };
}
