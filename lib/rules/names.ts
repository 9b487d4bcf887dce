import { DeclaredName, problem } from '../registry';
import { RegistryRule } from './rule';

/** What is named and is no object of Kubernetes. */
const NO_OBJECTS = ['region', 'part', 'node', 'router'];

/** Whether one path leads to the other, or to something in it. */
const isIn = (path: string, other: string) => path === other || path.startsWith(`${other}/`);
const related = (path: string, other: string) => isIn(path, other) || isIn(other, path);

/** Two constructs of one name share many names: only the first is reported. */
function* namesOfTheirOwn(names: readonly DeclaredName[]) {
  const owners = new Map<string, string>();
  const pairs: (readonly [string, string])[] = [];
  for (const { kind, space, name, path, prop } of names) {
    const key = `${kind} ${space}/${name}`;
    const other = owners.get(key);
    if (other === undefined) {
      owners.set(key, path);
      continue;
    }
    const known = pairs.some(([one, another]) => related(path, one) && related(other, another));
    pairs.push([path, other]);
    if (known) continue;
    const has = NO_OBJECTS.includes(kind) ? 'has it already' : `makes a ${kind} of that name already`;
    yield problem(path, prop, name, `a name of its own: ${other} ${has}`);
  }
}

export const NAMES: readonly RegistryRule[] = [
  {
    id: 'own-name',
    wants: 'Objects of one kind in a namespace have different names. So do the regions of a chart, nodes, and routers.',
    source: 'Kubernetes: the second of two objects with one name replaces the first',
    isBasic: true,
    check: ({ declared }) => namesOfTheirOwn(declared.names),
  },
  {
    id: 'same-cluster',
    wants: 'A construct and its mesh, MetalLB or region upstream are in the same app and cluster.',
    isBasic: true,
    *check({ declared }) {
      const far = declared.references.filter(({ near }) => !near);
      for (const { path, prop, other } of far) {
        // What a construct hands on to those in it is its own mistake.
        const isHandedOn = far.some((one) => one.other === other && one.path !== path && isIn(path, one.path));
        if (!isHandedOn) yield problem(path, prop, other, 'a construct of the same app and cluster');
      }
    },
  },
];
