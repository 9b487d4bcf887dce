import { traitsOf } from '../../../../lib/addressing';
import { MemberFamily, MemberNeighbor } from '../../../../lib/configuration';
import { MaximumPrefixes } from '../../../../lib/settings';
import { WrittenNeighbor } from './answers';
import { actionStatements, exportPolicies } from './member-actions';
import { OWN, quoted } from './requests';

/** The policy with the terms of members, the first one in the import policies of their groups. */
const POLICY = `groups ${OWN} policy-options policy-statement MEMBERS-IN`;

const neighborPath = (group: string, address: string) =>
  `groups ${OWN} protocols bgp group ${quoted(group)} neighbor ${quoted(address)}`;

/**
 * The statements that make the declared neighbors these. All are deleted and set again in one commit: Junos compares the
 * configurations before and after it, so neighbors that stay as they are keep their sessions.
 *
 * @param written the declared neighbors that the router has
 */
export function memberStatements(
  neighbors: readonly MemberNeighbor[],
  written: readonly WrittenNeighbor[],
): readonly string[] {
  return [
    ...written.map((neighbor) => `delete ${neighborPath(neighbor.group, neighbor.written)}`),
    `delete ${POLICY}`,
    `set ${POLICY} term START then next term`,
    ...new Set(neighbors.flatMap(actionStatements)),
    ...neighbors.flatMap(statementsOf),
  ];
}

function statementsOf(member: MemberNeighbor): string[] {
  const { name, address, group, autonomousSystem, holdSeconds, families } = member;
  const neighbor = `set ${neighborPath(group.name, address.text)}`;
  const isLimited = families.some(({ isOwnLimit }) => isOwnLimit);
  return [
    autonomousSystem === undefined ? neighbor : `${neighbor} peer-as ${autonomousSystem}`,
    ...(holdSeconds === undefined ? [] : [`${neighbor} hold-time ${holdSeconds}`]),
    ...exportPolicies(member).map((policy) => `${neighbor} export ${policy}`),
    // Families of a neighbor replace those of its group, with their options.
    ...(isLimited
      ? families.flatMap((family) => familyLines(family, group.addPath).map((line) => `${neighbor} ${line}`))
      : []),
    ...families.flatMap((family) => terms(`${name}-V${address.family}`, address.text, family)),
  ];
}

function familyLines({ family, limits }: MemberFamily, sendsAllPaths = false): string[] {
  const { junos, addPath } = traitsOf(family);
  const [name, type] = junos;
  if (type === undefined) return [`family ${name}`];
  const own = `family ${name} ${type}`;
  return [
    ...(limits ? limitLines(limits, family).map((line) => `${own} accepted-prefix-limit ${line}`) : []),
    `${own} nexthop-resolution no-resolution`,
    `${own} no-install`,
    ...(sendsAllPaths && addPath ? ALL_PATHS.map((line) => `${own} add-path send ${line}`) : []),
  ];
}

/** As in the template of the router's configuration. */
const ALL_PATHS = ['path-count 64', 'path-selection-mode all-paths'];

function limitLines({ maximum, threshold, excess, restartMinutes }: MaximumPrefixes, family: MemberFamily['family']) {
  const idle = excess === 'restart' ? restartMinutes : 'forever';
  return [`maximum ${maximum[family]}`, ...(excess === 'warn' ? [] : [`teardown ${threshold} idle-timeout ${idle}`])];
}

/** A route of one of the prefixes goes on to the next policy, and others are dropped. */
function terms(member: string, address: string, { family, entries }: MemberFamily): string[] {
  if (!entries) return [];
  const name = `${member}-${family.toUpperCase()}`;
  const from = (term: string) =>
    [`neighbor ${address}`, `family ${traitsOf(family).junos[0]}`].map(
      (line) => `set ${POLICY} term ${term} from ${line}`,
    );
  const filters = entries.map(
    ({ prefix, least, most }) => `route-filter ${prefix.text} prefix-length-range /${least}-/${most}`,
  );
  const permitted = [
    ...from(name),
    ...filters.map((filter) => `set ${POLICY} term ${name} from ${filter}`),
    `set ${POLICY} term ${name} then next policy`,
  ];
  return [
    ...(entries.length > 0 ? permitted : []),
    ...from(`${name}-OTHERS`),
    `set ${POLICY} term ${name}-OTHERS then reject`,
  ];
}
