import { IpAddress, IpPrefix, serviceParts } from '../addressing';
import { inside, ValidationError } from '../input';
import {
  Environment,
  ownIdentifier,
  parseEnvironment,
  parsePeerGroupsFile,
  parseSessionKey,
  PeerGroup,
  rejectActions,
  rejectAlone,
  rejectCapture,
  rejectMaximums,
  SettingError,
  SETTINGS,
  Settings,
} from '../settings';
import { meshKey } from './mesh-key';
import { ClientGroup, DialedGroup, RouterConfiguration, routerConfiguration } from './router-configuration';

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
  /** The TCP MD5 key of the sessions. Secret, if it is read from a file. */
  readonly key?: string;
}

/** The configuration of the router in one pod. */
export interface PodConfiguration extends RouterConfiguration {
  readonly podIp: IpAddress;
  /** The BGP identifier. */
  readonly routerId: IpAddress;
  /** The networks in which discovered routers have their addresses; undefined: any. */
  readonly podNetworks?: readonly IpPrefix[];
  /** Those with a key have it here, too. Secret. */
  readonly clients: readonly (ClientGroup & { readonly key?: string })[];
  /** Meshes, then upstreams, then clients behind a Service. */
  readonly discovered: readonly DiscoveredGroup[];
}

/** The settings of a pod and the configuration that follows from them. */
export interface Pod {
  readonly settings: Settings;
  readonly model: PodConfiguration;
}

/** Reads the texts of files. Each throws a ValidationError where it cannot. */
export interface PodFiles {
  readonly groups: (path: string) => string;
  /** A file with a TCP MD5 key. */
  readonly key: (path: string) => string;
}

/**
 * Reads the environment of a pod, the file of further groups and the keys of sessions, as `init` does in the pod, and a
 * synth for it.
 *
 * @throws SettingError for the first that is wrong
 */
export function podOf(env: Environment, secrets: 'read' | 'ignored', files: PodFiles): Pod {
  const settings = parseEnvironment(env, secrets);
  const { groupsFile } = settings;
  const further = groupsFile === undefined ? [] : furtherGroups(settings, () => files.groups(groupsFile));
  rejectCapture(settings, further);
  rejectAlone(settings, further);
  rejectActions(settings, further);
  return { settings, model: podConfiguration(settings, further, (file) => keyIn(file, files)) };
}

/** @throws SettingError that does not show the key */
function keyIn(file: string, files: PodFiles): string {
  try {
    return parseSessionKey(files.key(file));
  } catch (error) {
    throw error instanceof ValidationError ? new SettingError(file, error) : error;
  }
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

/**
 * Derives the configuration from the settings of a pod and the file of further groups.
 *
 * @param keyOf reads the key in a file
 */
export function podConfiguration(
  settings: Settings,
  further: readonly PeerGroup[],
  keyOf: (file: string) => string,
): PodConfiguration {
  const configuration = routerConfiguration(settings, further);
  const { podIp, podNetworks, kubeNamespace: namespace, serviceRootDomain: rootDomain } = settings;
  const { autonomousSystem, meshes, meshMd5, upstreams, clientLimit } = configuration;
  const at = (reference: string): ServiceName => ({ namespace, rootDomain, ...serviceParts(reference) });
  const keyed = ({ keyFile }: { readonly keyFile?: string }) => keyFile !== undefined && { key: keyOf(keyFile) };
  const clients = configuration.clients.map((group) => ({ ...group, ...keyed(group) }));
  const neighborsOf = ({ service, addresses }: DialedGroup) => (addresses ? { addresses } : { service: at(service) });
  return {
    ...configuration,
    clients,
    podIp,
    // Settings without any identifier have been rejected.
    routerId: ownIdentifier(settings) ?? podIp,
    podNetworks,
    discovered: [
      ...meshes.map((mesh): DiscoveredGroup => {
        const { name, limit } = mesh;
        const neighbors = neighborsOf(mesh);
        const { service } = neighbors as Partial<Pick<DiscoveredGroup, 'service'>>;
        const known = meshMd5 && service && { key: meshKey(autonomousSystem, service.name, service.namespace) };
        return { kind: 'mesh', name, ...neighbors, limit, ...known, ...keyed(mesh) };
      }),
      ...upstreams.map((upstream): DiscoveredGroup => {
        const { name, sessions } = upstream;
        return { kind: 'upstream', name, ...neighborsOf(upstream), sessions, ...keyed(upstream) };
      }),
      ...clients.flatMap((group): DiscoveredGroup[] => {
        const { name, service } = group;
        if (service === undefined) return [];
        return [
          {
            kind: 'clients',
            name,
            service: at(service),
            limit: clientLimit,
            ...(group.key !== undefined && { key: group.key }),
          },
        ];
      }),
    ],
  };
}
