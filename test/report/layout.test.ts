import * as fc from 'fast-check';
import { drawingOf, pictureOf } from '../../lib/report/picture';
import { Box, Drawing, Label, Wire } from '../../lib/report/picture/drawing';
import { Block, Chip, PartCard, Picture } from '../../lib/report/picture/picture';
import { fitted, STYLES, widthOf } from '../../lib/report/picture/text-size';
import { hierarchies, hierarchyOf, routeServers } from './topologies';

/** Coordinates are sums of fractions. */
const ROUNDING = 0.01;

type Area = Pick<Box, 'x' | 'y' | 'width' | 'height'>;

const overlap = (one: Area, other: Area) =>
  one.x + one.width > other.x + ROUNDING &&
  other.x + other.width > one.x + ROUNDING &&
  one.y + one.height > other.y + ROUNDING &&
  other.y + other.height > one.y + ROUNDING;

const within = (inner: Area, outer: Area) =>
  inner.x >= outer.x - ROUNDING &&
  inner.y >= outer.y - ROUNDING &&
  inner.x + inner.width <= outer.x + outer.width + ROUNDING &&
  inner.y + inner.height <= outer.y + outer.height + ROUNDING;

function areaOf({ x, y, text, style, centered }: Label): Area {
  const width = widthOf(text, style);
  return { x: centered ? x - width / 2 : x, y: y - STYLES[style].size, width, height: STYLES[style].size };
}

function pairsOf<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((one, i) => items.slice(i + 1).map((other) => [one, other] as const));
}

/** What is wrong with a box and everything in it. */
function faultsOf(box: Box): readonly string[] {
  const texts = box.labels.map(areaOf);
  return [
    ...box.labels.filter((label) => !within(areaOf(label), box)).map(({ text }) => `${text} sticks out of its box`),
    ...box.boxes.filter((inner) => !within(inner, box)).map(({ look }) => `${look} sticks out of ${box.look}`),
    ...pairsOf(box.boxes).flatMap(([a, b]) => (overlap(a, b) ? [`${a.look} and ${b.look} overlap`] : [])),
    ...pairsOf(texts).flatMap(([a, b]) => (overlap(a, b) ? [`texts of ${box.look} overlap`] : [])),
    ...box.boxes.flatMap((inner) => (texts.some((text) => overlap(text, inner)) ? [`text on ${inner.look}`] : [])),
    ...box.boxes.flatMap(faultsOf),
  ];
}

/** Cards that a line runs through, though it does not begin in them. */
function throughCards({ points }: Wire, cards: readonly Box[]): readonly string[] {
  const [[x1, y1], [x2, y2]] = points;
  const line = { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
  const begins = (card: Box) => within({ x: x1, y: y1, width: 0, height: 0 }, card);
  return cards.filter((card) => overlap(thick(line), card) && !begins(card)).map(({ look }) => `line through ${look}`);
}

const thick = ({ x, y, width, height }: Area) => ({ x, y, width: Math.max(width, 0.1), height: Math.max(height, 0.1) });

function faultsIn({ width, height, boxes, labels, wires }: Drawing): readonly string[] {
  const all = { x: 0, y: 0, width, height };
  const points = [...wires, ...boxes.flatMap((box) => box.wires)].flatMap((wire) => wire.points);
  return [
    ...boxes.flatMap(faultsOf),
    ...boxes.filter((box) => !within(box, all)).map(({ look }) => `${look} sticks out of the picture`),
    ...pairsOf(boxes).flatMap(([a, b]) => (overlap(a, b) ? [`${a.look} and ${b.look} overlap`] : [])),
    ...labels.flatMap((label) => (within(areaOf(label), all) ? [] : [`${label.text} sticks out of the picture`])),
    ...pairsOf(labels).flatMap(([a, b]) => (overlap(areaOf(a), areaOf(b)) ? [`${a.text} on ${b.text}`] : [])),
    ...labels.flatMap((label) => (boxes.some((box) => overlap(areaOf(label), box)) ? [`${label.text} on a box`] : [])),
    ...points.flatMap(([x, y]) => (within({ x, y, width: 0, height: 0 }, all) ? [] : ['a line leaves the picture'])),
    ...wires.flatMap(({ points: [from, to] }) => (from[0] === to[0] || from[1] === to[1] ? [] : ['a line is askew'])),
    ...wires.flatMap((wire) => throughCards(wire, boxes)),
  ];
}

const texts = fc.oneof(
  fc.stringMatching(/^[a-z0-9.-]{1,12}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }),
  fc.constant('2001:db8:1234:5678:9abc:def0:1234:5678'),
);
const chips = (looks: readonly Chip['look'][]): fc.Arbitrary<Chip> =>
  fc.record({ look: fc.constantFrom(...looks), heading: texts, lines: fc.array(texts, { maxLength: 3 }) });
const lists = <T>(item: fc.Arbitrary<T>, maxLength: number) => fc.array(item, { minLength: 1, maxLength });

const blocks = (id: string): fc.Arbitrary<Block> =>
  fc.record({
    id: fc.constant(id),
    heading: texts,
    lines: fc.array(texts, { maxLength: 2 }),
    routers: lists(chips(['router', 'assumed', 'more']), 8),
  });

const cards = (id: string): fc.Arbitrary<PartCard> =>
  fc.record({
    ...{ id: fc.constant(id), heading: texts, lines: fc.array(texts, { maxLength: 4 }) },
    count: fc.constantFrom(1, 1, 2, 1000),
    mesh: fc.option(texts, { nil: undefined }),
    clientKind: fc.constantFrom('client', 'external'),
    clients: fc.option(blocks(`clients of ${id}`), { nil: undefined }),
    groups: fc.array(
      fc.record({
        ...{ heading: texts, workload: texts, lines: fc.array(texts, { maxLength: 2 }) },
        meshed: fc.boolean(),
        pods: fc.array(chips(['pod', 'more']), { maxLength: 24 }),
        address: fc.option(chips(['address']), { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
  });

const pictures: fc.Arbitrary<Picture> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 3 })
  .chain((sizes) => {
    const idsIn = (tier: number, kind: string, count: number) =>
      Array.from({ length: count }, (_, i) => `${kind} ${tier}.${i}`);
    const parts = sizes.flatMap(([count], tier) => idsIn(tier, 'part', count));
    const shared = sizes.flatMap(([, count], tier) => idsIn(tier, 'shared', count));
    const some = (ids: readonly string[]) => fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 6 });
    return fc.record({
      title: texts,
      description: texts,
      tiers: fc.tuple(
        ...sizes.map(([count, blockCount], tier) =>
          fc.record({
            parts: fc.tuple(...idsIn(tier, 'part', count).map(cards)),
            shared: fc.tuple(...idsIn(tier, 'shared', blockCount).map(blocks)),
          }),
        ),
      ),
      nets: fc.array(
        fc.oneof(
          fc.record({ kind: fc.constant('upstream' as const), label: texts, above: some(parts), below: some(parts) }),
          fc.record({ kind: fc.constant('mesh' as const), label: texts, above: fc.constant([]), below: some(parts) }),
          ...(shared.length === 0
            ? []
            : [
                fc.record({
                  kind: fc.constant('client' as const),
                  label: texts,
                  above: some(parts),
                  below: some(shared),
                }),
              ]),
        ),
        { maxLength: 4 },
      ),
      foot: fc.oneof(fc.constant([]), fc.tuple(blocks('foot'))),
    });
  });

describe('a drawing has nothing that overlaps or sticks out, and no line through a card', () => {
  test('of any picture', () => {
    fc.assert(
      fc.property(pictures, (picture) => expect(faultsIn(drawingOf(picture))).toEqual([])),
      { numRuns: 150 },
    );
  });

  test('of hierarchies', () => {
    fc.assert(
      fc.property(hierarchies, (shape) =>
        expect(faultsIn(drawingOf(pictureOf(hierarchyOf(shape), 'hierarchy')))).toEqual([]),
      ),
      { numRuns: 30 },
    );
  });

  test.each([1, 2, 3, 20])('of %d pairs of route servers', (pairs) => {
    expect(faultsIn(drawingOf(pictureOf(routeServers(pairs, 3), 'servers')))).toEqual([]);
  });
});

describe('a text that is cut', () => {
  test('is never wider than what there is room for, and keeps its beginning and its end', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 20, max: 200 }), (text, width) => {
        const cut = fitted(text, 'text', width);
        expect(widthOf(cut, 'text')).toBeLessThanOrEqual(width);
        const [head, tail] = cut === text ? [text, ''] : cut.split('…');
        expect(text.startsWith(head) && text.endsWith(tail)).toBe(true);
      }),
    );
  });

  test('is cut in the middle', () => {
    expect(fitted('ip-10-0-1-23.eu-west-1.compute.internal', 'text', 120)).toMatch(/^ip-10-0.*….*internal$/);
  });
});
