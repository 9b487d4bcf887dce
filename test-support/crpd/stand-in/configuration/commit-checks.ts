import { inherited } from './merge';
import { editPath, find, Node } from './tree';

/** Why a commit is refused. */
export interface CheckFault {
  readonly path: string;
  readonly badElement: string;
  readonly message: string;
}

/** Some of the checks that Junos makes at a commit, beyond syntax. */
export function commitFaults(configuration: Node): CheckFault[] {
  const faults: CheckFault[] = [];
  references(configuration, configuration, [], faults);
  const effective = inherited(configuration);
  policies(effective, faults);
  router(effective, effective, [], faults);
  for (const instance of find(effective, 'routing-instances')?.children.values() ?? []) {
    if (instance.schema.kind === 'list') router(instance, effective, ['routing-instances', instance.keys[0]], faults);
  }
  const threads = find(effective, 'system', 'processes', 'routing', 'bgp');
  if (find(threads, 'rib-sharding') && !find(threads, 'update-threading')) {
    faults.push({
      path: '[edit system processes routing bgp]',
      badElement: 'rib-sharding',
      message: "'rib-sharding' requires 'update-threading'",
    });
  }
  return faults;
}

function references(node: Node, configuration: Node, path: readonly string[], faults: CheckFault[]): void {
  for (const group of find(node, 'apply-groups')?.values ?? []) {
    if (find(configuration, ['groups', group])) continue;
    const message = `Configuration group '${group}' is not defined`;
    faults.push({ path: editPath(path), badElement: `apply-groups ${group}`, message });
  }
  for (const child of node.children.values()) {
    references(child, configuration, [...path, child.schema.name, ...child.keys], faults);
  }
}

const policyOptions = (configuration: Node, kind: string, name: string): Node | undefined =>
  find(configuration, 'policy-options', [kind, name]);

function policies(configuration: Node, faults: CheckFault[]): void {
  const options = find(configuration, 'policy-options');
  for (const policy of options?.children.values() ?? []) {
    if (policy.schema.name !== 'policy-statement') continue;
    for (const part of [policy, ...policy.children.values()]) {
      const names = [
        ...(find(part, 'from', 'community')?.values ?? []),
        ...[...(find(part, 'then')?.children.values() ?? [])]
          .filter(({ schema }) => schema.name === 'community')
          .map(({ keys }) => keys[1]),
      ];
      for (const name of names.filter((each) => !policyOptions(configuration, 'community', each))) {
        const path = editPath(['policy-options', 'policy-statement', policy.keys[0]]);
        const message = `Policy error: Community ${name} referenced in policy but not defined`;
        faults.push({ path, badElement: name, message });
      }
    }
  }
}

/** The checks of one instance's BGP. */
function router(instance: Node, configuration: Node, path: readonly string[], faults: CheckFault[]): void {
  const bgp = find(instance, 'protocols', 'bgp');
  if (!bgp) return;
  const groupOf = new Map<string, string>();
  const groups = [...bgp.children.values()].filter(({ schema }) => schema.name === 'group');
  const own = find(instance, 'routing-options', 'autonomous-system', 'as-number') ?? find(bgp, 'local-as');
  const global = find(configuration, 'routing-options', 'autonomous-system', 'as-number');
  if (groups.length > 0 && !own && !global) {
    const message = 'BGP requires routing-options autonomous-system to be configured';
    faults.push({ path: editPath([...path, 'protocols']), badElement: 'bgp', message });
  }
  exported(bgp, configuration, [...path, 'protocols', 'bgp'], faults);
  for (const group of groups) {
    const [name] = group.keys;
    const here = [...path, 'protocols', 'bgp', 'group', name];
    const reject = (badElement: string, message: string, at: readonly string[] = here): void => {
      faults.push({ path: editPath(at), badElement, message });
    };
    exported(group, configuration, here, faults);
    const list = find(group, 'peer-as-list')?.value;
    const dynamic = [...group.children.values()].some(
      ({ schema }) => schema.name === 'allow' || schema.name === 'dynamic-neighbor',
    );
    if (list !== undefined && !policyOptions(configuration, 'as-list', list)) {
      reject('peer-as-list', `as-list ${list} is not defined`);
    }
    if (list !== undefined && !dynamic) reject('peer-as-list', "'peer-as-list' needs 'allow' or 'dynamic-neighbor'");
    for (const neighbor of group.children.values()) {
      if (neighbor.schema.name !== 'neighbor') continue;
      const [address] = neighbor.keys;
      const there = [...here, 'neighbor', address];
      exported(neighbor, configuration, there, faults);
      const other = groupOf.get(address);
      if (other !== undefined) {
        reject(`neighbor ${address}`, `Error in neighbor ${address} of group ${name}:\npeer already in group ${other}`);
      }
      groupOf.set(address, name);
      const external = find(group, 'type')?.value !== 'internal';
      if (external && ![neighbor, group, bgp].some((level) => find(level, 'peer-as'))) {
        const message = `Error in neighbor ${address} of group ${name}:\npeer AS number must be configured for an external peer`;
        reject(`neighbor ${address}`, message);
      }
      for (const level of [neighbor, group, bgp]) {
        if (find(level, 'authentication-algorithm') && !find(level, 'authentication-key-chain')) {
          reject('authentication-algorithm', 'authentication-key-chain must be configured', there);
        }
      }
    }
  }
}

function exported(node: Node, configuration: Node, path: readonly string[], faults: CheckFault[]): void {
  for (const word of ['import', 'export']) {
    for (const name of find(node, word)?.values ?? []) {
      if (/[()&|!]/.test(name) || policyOptions(configuration, 'policy-statement', name)) continue;
      const message = `Policy error: Policy ${name} referenced but not defined`;
      faults.push({ path: editPath(path), badElement: word, message });
    }
  }
}
