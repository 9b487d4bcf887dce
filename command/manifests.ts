import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { parsePrefix } from '../lib/addressing';
import { Template, workloadText } from '../lib/configuration';
import { Environment, RUNTIME, SETTINGS } from '../lib/settings';

/** A mistake of the user: its message is all there is to say. */
export class UserError extends Error {}

/** Stands for the pod networks of manifests that name none, as those of the original meshrr. */
const SOME_NETWORK = '192.0.2.0/24';

/** The fields of manifests that the commands read; manifests may have any others. */
export interface Manifest {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template?: { readonly spec?: PodSpec };
    readonly selector?: Readonly<Record<string, unknown>>;
  };
}
interface PodSpec {
  readonly containers?: readonly Container[];
  readonly volumes?: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[];
}
interface Container {
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[];
}

/**
 * The configurations that the pods of each workload start with, in the order of the manifests.
 *
 * @param manifests YAML or JSON, with any number of documents
 * @param workload only the workload of this name
 * @throws UserError, SettingError or ConfigurationError
 */
export function configurationsIn(manifests: string, workload?: string): readonly string[] {
  const objects = readObjects(manifests);
  const found = routersIn(objects);
  const names = found.map(({ object }) => object.metadata?.name);
  const wanted = found.filter(({ object }) => workload === undefined || object.metadata?.name === workload);
  if (names.length === 0) throw new UserError('got manifests without a router, want those of an app');
  if (wanted.length === 0) throw new UserError(`--workload: got ${workload}, want one of ${names.join(', ')}`);
  return wanted.map(({ object, container }) => configurationOf(object, container, objects));
}

/** The variables of pods that name a Service. */
const SERVICES = [SETTINGS.meshServiceName, SETTINGS.upstreamServiceName, SETTINGS.clientServices];

/** What is wrong where a tool has renamed Services, as `namePrefix` of Kustomize does, and the environment not. */
export function renamedServices(manifests: string): readonly string[] {
  const objects = readObjects(manifests);
  const services = objects.flatMap(({ kind, metadata }) => (kind === 'Service' ? (metadata?.name ?? []) : []));
  return routersIn(objects).flatMap(({ object, container }) =>
    SERVICES.flatMap(({ variable }) =>
      (container.env?.find((one) => one.name === variable)?.value?.split(',') ?? []).flatMap((reference) => {
        // NAME, or NAME.NAMESPACE.
        const [name] = reference.split('.');
        if (services.includes(name)) return [];
        const renamed = services.find((service) => service.startsWith(name) || service.endsWith(name));
        if (renamed === undefined) return [];
        return `${titleOf(object)}: ${variable}: got ${name}, which is ${renamed} in these manifests`;
      }),
    ),
  );
}

const titleOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata?.name}`;

/** The text of a file, or of all manifests in a folder and in those inside. */
export function manifestsIn(place: string): string {
  if (!fs.statSync(place).isDirectory()) return fs.readFileSync(place, 'utf8');
  const files = fs.readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name));
  if (files.length === 0) throw new UserError(`${place}: got no file that ends in .yaml or .yml, want manifests`);
  return files.map((name) => fs.readFileSync(path.join(place, name), 'utf8')).join('\n---\n');
}

/** The workloads with a router, and its container. Containers without `AUTONOMOUS_SYSTEM` are not ours. */
export function routersIn(objects: readonly Manifest[]) {
  return objects.flatMap((object) => {
    const container = object.spec?.template?.spec?.containers?.find(({ env }) =>
      env?.some(({ name }) => name === SETTINGS.autonomousSystem.variable),
    );
    return container ? [{ object, container }] : [];
  });
}

/** The objects of manifests. @throws UserError */
export function readObjects(text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [fault] = document.errors;
    if (fault) throw new UserError(fault.message.split('\n')[0]);
    const object = document.toJS() as (Manifest & { readonly items?: readonly Manifest[] }) | null;
    // What `kubectl get -o yaml` prints is a List.
    return object === null ? [] : (object.items ?? [object]);
  });
}

function configurationOf(object: Manifest, container: Container, objects: readonly Manifest[]): string {
  const { kind, metadata, spec } = object;
  const environment: Environment = Object.fromEntries(
    (container.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );
  const router = environment[SETTINGS.router.variable] === 'frr' ? 'frr' : 'crpd';
  const title = titleOf(object);
  const networks = environment[SETTINGS.podNetworks.variable] ?? SOME_NETWORK;
  /** The text of the ConfigMap that is mounted as this file. */
  const mounted = (file: string): Template | undefined => {
    const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === file);
    const name = spec?.template?.spec?.volumes?.find((volume) => volume.name === mount?.name)?.configMap?.name;
    if (mount === undefined || name === undefined) return undefined;
    const [text] = objects.flatMap((one) =>
      one.kind === 'ConfigMap' && one.metadata?.name === name && one.metadata.namespace === metadata?.namespace
        ? Object.values(one.data ?? {})
        : [],
    );
    if (text === undefined) throw new UserError(`${title}: the ConfigMap ${name} is not in these manifests`);
    return { path: `ConfigMap ${name}`, text };
  };
  return workloadText({
    router,
    kind: String(kind),
    name: String(metadata?.name),
    environment,
    groupsFile: mounted(RUNTIME.groupsFile)?.text ?? '',
    template: mounted(RUNTIME.templatePath[router]),
    podNetworks: networks.split(',').map(parsePrefix),
    namespace: metadata?.namespace,
  });
}
