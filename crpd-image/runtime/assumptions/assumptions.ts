import { IpAddress, parseAddress } from '../../../lib/addressing';
import { keyFilesOf, PodConfiguration } from '../../../lib/configuration';
import { SettingError } from '../../../lib/settings';
import { ValidationError } from '../../../lib/input';

type Version = 4 | 6;
type Model = Pick<PodConfiguration, 'clients' | 'discovered'>;
type Keyed = Model & Pick<PodConfiguration, 'meshes' | 'upstreams'>;

/** The option memory that one key takes of the listening socket, in bytes: 30 keys fit into 4 kB on Linux 6.18. */
const KEY_BYTES = 138;

/** The IP versions of addresses that others can connect to. @param own all addresses of the pod */
export function versionsOf(own: Iterable<string>): ReadonlySet<Version> {
  const addresses = [...own].filter((address) => !/^(127\.|fe80:|::1$)/i.test(address));
  return new Set(addresses.map((address) => parseAddress(address).family));
}

/**
 * What can never work on this kernel.
 *
 * @param refusal why the kernel sets no TCP MD5 key; undefined if it does, or if none is needed
 * @throws SettingError
 */
export function rejectImpossible(model: Keyed, versions: ReadonlySet<Version>, refusal: string | undefined): void {
  if (refusal !== undefined) {
    const [file] = keyFilesOf(model);
    const wanted = `a kernel with TCP MD5, which this one has not (${refusal})`;
    if (file !== undefined) throw new SettingError(file, ValidationError.ofSecret(wanted));
    const allowed = `false: the kernel has no TCP MD5 (${refusal}), with which the mesh tells its routers from clients`;
    throw new SettingError('MESHRR_MESH_MD5', ValidationError.of('true', allowed));
  }
  const unusable = rangesWithout(model, versions);
  const all = model.clients.flatMap(({ ranges }) => ranges);
  if (
    unusable.length === all.length &&
    unusable.length > 0 &&
    !model.discovered.some(({ kind }) => kind === 'clients')
  ) {
    const allowed = `a range of an IP version that the pod has an address of (IPv${[...versions].join(', IPv')})`;
    throw new SettingError('MESHRR_CLIENTRANGE', ValidationError.of(unusable.join(','), allowed));
  }
}

/**
 * Addresses that the router is to listen on, and the node does not have.
 *
 * @throws SettingError
 */
export function rejectAbsent(addresses: readonly IpAddress[] = [], own: ReadonlySet<string>): void {
  const index = addresses.findIndex(({ text }) => !own.has(text));
  if (index < 0) return;
  const error = ValidationError.of(
    addresses[index].text,
    'an address of the node, such as one on its loopback interface',
  );
  throw new SettingError('MESHRR_LISTEN_ADDRESSES', error.within(String(index)));
}

/** The client ranges of an IP version that the pod has no address of. None if no address is known. */
export function rangesWithout({ clients }: Model, versions: ReadonlySet<Version>): readonly string[] {
  if (versions.size === 0) return [];
  return clients.flatMap(({ ranges }) => ranges.flatMap(({ family, text }) => (versions.has(family) ? [] : [text])));
}

/**
 * Whether the kernel has memory for the keys of so many routers of meshes.
 *
 * @param optmem `net.core.optmem_max` in bytes; undefined if it cannot be read
 */
export function hasMemoryForKeys(keys: number, optmem: number | undefined): boolean {
  return optmem === undefined || keys * KEY_BYTES <= optmem;
}
