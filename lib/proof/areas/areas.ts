import { Family } from '../../addressing';
import { BgpTopology, chosenOf, isCutOff, Session, SessionChoice, UnionFind } from '../../model';

/** The area of the parts whose routers reflect what comes from other parts: cores, and regions in the middle. */
export const BACKBONE = 0;

/** A choice, with what it comes to while everything works. */
export interface PlannedChoice {
  readonly choice: SessionChoice;
  readonly usual: readonly Session[];
}

/** A router outside that is a client of a region or pair. */
export interface Client {
  readonly id: string;
  /** Whether it stands next to nodes, so that the proof lets it fail. */
  readonly besideNodes: boolean;
  readonly autonomousSystem: number;
  readonly families: ReadonlySet<Family>;
  readonly parts: readonly string[];
  readonly assumed: boolean;
  readonly area: number;
  readonly choices: readonly PlannedChoice[];
}

/**
 * Routers that a route from elsewhere does not leave once it has come in: those of one region or pair, or of several
 * with a client in common. A route from an iBGP neighbor goes to clients only, and those of an area are its own.
 * The backbone is what is left.
 */
export interface Area {
  /** Its place among all areas. */
  readonly number: number;
  readonly parts: readonly string[];
  readonly speakers: readonly string[];
  readonly clients: readonly Client[];
  /** Sessions of its meshes with speakers of the backbone. */
  readonly border: readonly Crossing[];
  /** Sessions of its speakers upstream. */
  readonly upstream: readonly PlannedChoice[];
  /** Sessions of meshes with other areas than the backbone, each with its own speaker first. */
  readonly crossings: readonly Crossing[];
}

/** A session between two areas. */
export interface Crossing {
  readonly own: string;
  readonly other: string;
  readonly area: number;
  readonly families: readonly Family[];
}

/** The areas of a topology, the backbone first. */
export interface Areas {
  readonly all: readonly Area[];
  readonly areaOf: ReadonlyMap<string, number>;
  readonly partOf: ReadonlyMap<string, string>;
}

/** The paths of the parts of all routers that reflect routes of others or exchange them as route servers, by their ids. */
export const partsOfReflecting = ({ speakers, outside }: BgpTopology): ReadonlyMap<string, string> =>
  new Map([
    ...speakers.map(({ id, group }) => [id, group.part.path] as const),
    ...outside.flatMap(({ id, reflects }) => (reflects ? [[id, reflects.part.path] as const] : [])),
  ]);

/** Divides a topology into areas, so that what fails in one need not be looked at in all the others. */
export function areasOf(topology: BgpTopology): Areas {
  const partOf = partsOfReflecting(topology);
  const union = new UnionFind();
  for (const { from, kind, candidates } of topology.choices) {
    const parts = new Set(candidates.map((id) => partOf.get(id) as string));
    if (kind === 'upstream') {
      for (const part of parts) if (part !== partOf.get(from)) union.join(part, BACKBONE_PART);
    } else {
      // A client of several parts joins them, by its own name.
      for (const part of parts) union.join(clientKey(from), part);
    }
  }
  const numbers = new Map([[union.find(BACKBONE_PART), BACKBONE]]);
  const numberOf = (part: string) => {
    const root = union.find(part);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  };
  for (const { part } of topology.groups) numberOf(part.path);
  const areaOf = new Map([...partOf].map(([id, part]) => [id, numberOf(part)]));
  const all = Array.from({ length: numbers.size }, (_, number) => ({
    number,
    parts: [] as string[],
    speakers: [] as string[],
    clients: [] as Client[],
    border: [] as Crossing[],
    upstream: [] as PlannedChoice[],
    crossings: [] as Crossing[],
  }));
  const paths = new Set([...topology.groups.map(({ part }) => part.path), ...partOf.values()]);
  for (const path of paths) all[numberOf(path)].parts.push(path);
  for (const [id, area] of areaOf) all[area].speakers.push(id);
  for (const { from, to, families } of topology.sessions) {
    const [one, other] = [areaOf.get(from) as number, areaOf.get(to) as number];
    if (one === other) continue;
    const crossings = one === BACKBONE || other === BACKBONE ? 'border' : 'crossings';
    if (one !== BACKBONE) all[one][crossings].push({ own: from, other: to, area: other, families });
    if (other !== BACKBONE) all[other][crossings].push({ own: to, other: from, area: one, families });
  }
  const outside = new Map<string, PlannedChoice[]>(topology.outside.map(({ id }) => [id, []]));
  for (const choice of topology.choices) {
    const plan = planned(choice);
    if (choice.kind === 'upstream') all[areaOf.get(choice.from) as number].upstream.push(plan);
    else outside.get(choice.from)?.push(plan);
  }
  for (const { id, autonomousSystem, clientOf, assumed, nodes } of topology.outside) {
    const choices = outside.get(id) as PlannedChoice[];
    const first = choices.flatMap(({ choice }) => choice.candidates)[0];
    if (clientOf.length === 0) continue;
    const area = first === undefined ? numberOf(clientOf[0]) : (areaOf.get(first) as number);
    const families = new Set(choices.flatMap(({ choice }) => choice.families));
    all[area].clients.push({
      ...{ id, autonomousSystem, families, parts: clientOf, assumed, area, choices },
      besideNodes: nodes.length > 0,
    });
  }
  return { all, areaOf, partOf };
}

/** A choice with what it comes to while everything works. */
export const planned = (choice: SessionChoice): PlannedChoice => ({
  choice,
  usual: sessionsTo(choice, chosenOf(choice)),
});

function sessionsTo({ candidates, most, ...session }: SessionChoice, chosen: readonly string[]): readonly Session[] {
  return chosen.map((to) => ({ ...session, to }));
}

/** The sessions that a choice comes to once something has failed. */
export function sessionsUnder({ choice, usual }: PlannedChoice, failed: ReadonlySet<string>): readonly Session[] {
  const { from, address } = choice;
  const hit =
    failed.has(from) ||
    (address !== undefined && failed.has(address)) ||
    usual.some(({ to }) => failed.has(to) || isCutOff(choice, to, failed));
  if (!hit) return usual;
  const before = usual.map(({ to }) => to);
  return sessionsTo(choice, chosenOf(choice, failed, before));
}

/** No path of a construct has a space before it. */
const BACKBONE_PART = ' backbone';
const clientKey = (id: string) => ` client ${id}`;
