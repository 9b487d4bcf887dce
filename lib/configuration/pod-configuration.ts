import { IpAddress, IpPrefix, serviceAndNamespace } from '../addressing';
import { inside, ValidationError } from '../input';
import {
  Environment,
  ownIdentifier,
  parseEnvironment,
  parsePeerGroupsFile,
  PeerGroup,
  rejectAlone,
  rejectCapture,
  rejectMaximums,
  SettingError,
  SETTINGS,
  Settings,
} from '../settings';
import { meshKey } from './mesh-key';
import { DialedGroup, RouterConfiguration, routerConfiguration } from './router-configuration';

/** A headless Service and where its DNS name lives: `{ name: 'core', namespace: 'default', … }`. */
export interface ServiceName {
  readonly name: string;
  readonly namespace: string;
  /** The root of the name in DNS: `svc.cluster.local`. */
  readonly rootDomain: string;
}

/**
 * A BGP group whose neighbors are configured one by one: those behind a headless Service, or at given addresses. All of
 * them are internal (iBGP).
 */
export interface DiscoveredGroup {
  /** Neighbors of kind `clients` dial, and are in a `ClientGroup` of the same name. */
  readonly kind: 'mesh' | 'upstream' | 'clients';
  readonly name: string;
  /** Undefined if the addresses are given. */
  readonly service?: ServiceName;
  readonly addresses?: readonly IpAddress[];
  /** The most sessions of an upstream group. A mesh has one with each router that is found. */
  readonly sessions?: number;
  /** The most routers that a mesh, or a group of clients, takes in. */
  readonly limit?: number;
  /** The key of TCP MD5 on sessions of a mesh of pods. */
  readonly key?: string;
}

/** The configuration of the router in one pod. */
export interface PodConfiguration extends RouterConfiguration {
  readonly podIp: IpAddress;
  /** The BGP identifier. */
  readonly routerId: IpAddress;
  /** The networks in which discovered routers have their addresses; undefined: any. */
  readonly podNetworks?: readonly IpPrefix[];
  /** Meshes, then upstreams, then clients behind a Service. */
  readonly discovered: readonly DiscoveredGroup[];
}

/** The settings of a pod and the configuration that follows from them. */
export interface Pod {
  readonly settings: Settings;
  readonly model: PodConfiguration;
}

/**
 * Reads the environment of a pod and the file of further groups, as `init` does in the pod, and a synth for it.
 *
 * @param read reads the text of a file
 * @throws SettingError for the first that is wrong
 */
export function podOf(env: Environment, secrets: 'read' | 'ignored', read: (path: string) => string): Pod {
  const settings = parseEnvironment(env, secrets);
  const { groupsFile } = settings;
  const further = groupsFile === undefined ? [] : furtherGroups(settings, () => read(groupsFile));
  rejectCapture(settings, further);
  rejectAlone(settings, further);
  return { settings, model: podConfiguration(settings, further) };
}

function furtherGroups(settings: Settings, read: () => string): readonly PeerGroup[] {
  try {
    const groups = parsePeerGroupsFile(read(), settings);
    inside('groups', () => rejectMaximums(groups, settings.router));
    return groups;
  } catch (error) {
    throw error instanceof ValidationError ? new SettingError(SETTINGS.groupsFile.variable, error) : error;
  }
}

/** Derives the configuration from the settings of a pod and the file of further groups. */
export function podConfiguration(settings: Settings, further: readonly PeerGroup[]): PodConfiguration {
  const configuration = routerConfiguration(settings, further);
  const { podIp, podNetworks, kubeNamespace: namespace, serviceRootDomain: rootDomain } = settings;
  const { autonomousSystem, meshes, meshMd5, upstreams, clients, clientLimit } = configuration;
  const at = (reference: string): ServiceName => ({ namespace, ...serviceAndNamespace(reference), rootDomain });
  const neighborsOf = ({ service, addresses }: DialedGroup) => (addresses ? { addresses } : { service: at(service) });
  return {
    ...configuration,
    podIp,
    // Settings without any identifier have been rejected.
    routerId: ownIdentifier(settings) ?? podIp,
    podNetworks,
    discovered: [
      ...meshes.map((mesh): DiscoveredGroup => {
        const { name, limit } = mesh;
        const neighbors = neighborsOf(mesh);
        const { service } = neighbors as Partial<Pick<DiscoveredGroup, 'service'>>;
        const key = meshMd5 && service && { key: meshKey(autonomousSystem, service.name, service.namespace) };
        return { kind: 'mesh', name, ...neighbors, limit, ...key };
      }),
      ...upstreams.map((upstream): DiscoveredGroup => {
        const { name, sessions } = upstream;
        return { kind: 'upstream', name, ...neighborsOf(upstream), sessions };
      }),
      ...clients.flatMap(({ name, service }): DiscoveredGroup[] =>
        service === undefined ? [] : [{ kind: 'clients', name, service: at(service), limit: clientLimit }],
      ),
    ],
  };
}
