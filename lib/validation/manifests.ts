import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { cut, oneLine } from '../input';
import { BgpTopology, grouped, listed } from '../model';
import { DraftFinding } from '../proof';
import { clusterOf, DeclaredManifest, ManifestField, registryOf } from '../registry';

/** The manifests of an app, as they are to be written: with all patches. Each is made once. */
export class FinalManifests {
  private readonly made = new Map<ApiObject, unknown>();
  private objects?: ReadonlyMap<string, readonly ApiObject[]>;

  constructor(private readonly app: IConstruct) {}

  /** That of an object, or of one that took its place; undefined where there is none. */
  of(object: ApiObject): unknown {
    const present = isPresent(object) ? object : this.inPlaceOf(object);
    if (!present) return undefined;
    if (!this.made.has(present)) this.made.set(present, present.toJson());
    return this.made.get(present);
  }

  /** Does something that asks the objects for their manifests: those that are made are not made again. */
  kept<T>(act: () => T): T {
    for (const [object, manifest] of this.made) Object.assign(object, { toJson: () => manifest });
    try {
      return act();
    } finally {
      for (const object of this.made.keys()) Reflect.deleteProperty(object, 'toJson');
    }
  }

  private inPlaceOf(object: ApiObject): ApiObject | undefined {
    const all = () => this.app.node.findAll().filter((one) => ApiObject.isApiObject(one)) as ApiObject[];
    this.objects ??= grouped(all(), keyOf);
    return this.objects.get(keyOf(object))?.[0];
  }
}

const keyOf = (object: ApiObject) =>
  JSON.stringify([clusterOf(object), object.kind, object.metadata.namespace ?? null, object.name]);

/** Whether an object, and all that it is in, is still in the app. */
function isPresent(construct: IConstruct): boolean {
  const { scope, id } = construct.node;
  return scope === undefined || (scope.node.tryFindChild(id) === construct && isPresent(scope));
}

/** A variable of a container, as a manifest has it. */
export interface ManifestVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath?: string } };
}

/** The variables of a container of a workload. */
export function variablesIn(manifest: unknown, container: string): readonly ManifestVariable[] {
  const env = ['spec', 'template', 'spec', 'containers', container, 'env'].reduce(step, manifest);
  return Array.isArray(env) ? env.filter((one) => nameOf(one) !== undefined) : [];
}

/** A field that is not as the model has it. */
interface Difference {
  readonly object: ApiObject;
  /** What is different, without the object's name. */
  readonly words: string;
}

/** Where the manifests of an app are not what the model of its topology, and so the proof, counts on. */
export function patched(app: IConstruct, { groups }: BgpTopology, manifests: FinalManifests): readonly DraftFinding[] {
  const differences = registryOf(app).declared.manifests.flatMap((one) => [...differencesOf(one, manifests)]);
  const partsOf = ({ node: { path } }: ApiObject) =>
    groups.flatMap(({ part }) => (path.startsWith(`${part.path}/`) ? [part.path] : []));
  return [...grouped(differences, ({ object, words }) => `${object.kind} ${words}`).values()].map((same) => {
    const [{ object, words }] = same;
    const names = [...new Set(same.map((one) => one.object.name))];
    const toMessage = () => `${object.kind} ${listed(names, NAMED)}${words}`;
    const parts = [...new Set(same.flatMap((one) => partsOf(one.object)))].sort();
    return { kind: 'patched', toMessage, parts, failures: [], clients: [], groups: [], assumed: false };
  });
}

function* differencesOf({ object, fields }: DeclaredManifest, manifests: FinalManifests): Iterable<Difference> {
  const manifest = manifests.of(object);
  if (manifest === undefined) {
    yield { object, words: ' was removed from the manifests, and the proof counts on it' };
    return;
  }
  const { name, metadata } = object;
  const identity: ManifestField[] = [
    { at: ['metadata', 'name'], value: () => name },
    { at: ['metadata', 'namespace'], value: () => metadata.namespace },
  ];
  for (const { at, value, own = () => true } of [...identity, ...fields]) {
    const [found, wanted] = [at.reduce(step, manifest), value()].map((one) => new Map(leaves(one, '')));
    for (const place of new Set([...wanted.keys(), ...found.keys()])) {
      const [is, should] = [found.get(place), wanted.get(place)];
      if (is === should || !own(place)) continue;
      const field = [...at, ...(place === '' ? [] : [place])].join('.');
      yield {
        object,
        words: `: ${field} is ${shown(field, is)} in the manifest and ${shown(field, should)} in the model`,
      };
    }
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const nameOf = (item: unknown) => (isRecord(item) && typeof item.name === 'string' ? item.name : undefined);

/** What a step leads to; in a list, to the item of that name. */
function step(json: unknown, key: string): unknown {
  if (Array.isArray(json)) return json.find((item) => nameOf(item) === key);
  return isRecord(json) ? json[key] : undefined;
}

/** The single values in a field, each with its place. Items of a list with names are known by these. */
function* leaves(value: unknown, place: string): Iterable<readonly [string, unknown]> {
  if (value === undefined || value === null) return;
  if (!isRecord(value)) {
    yield [place, value];
    return;
  }
  const inner = (key: string) => (place === '' ? key : `${place}.${key}`);
  if (!Array.isArray(value)) {
    for (const [key, item] of Object.entries(value)) yield* leaves(item, inner(key));
    return;
  }
  for (const [i, item] of value.entries()) {
    const name = nameOf(item);
    if (name === undefined) yield* leaves(item, inner(String(i)));
    else {
      const { name: _, value: text, ...others } = item as Record<string, unknown>;
      yield* leaves(text ?? others, inner(name));
    }
  }
}

/** How many objects with the same difference a message names. */
const NAMED = 3;

/** The most that a message shows of a value, in characters. */
const SHOWN = 60;

function shown(field: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (/password$/i.test(field)) return '(hidden)';
  return cut(oneLine(JSON.stringify(value)), SHOWN);
}
