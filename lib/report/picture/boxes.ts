import { Box, Label, moved, Wire } from './drawing';
import { Block, Chip, GroupCard, PartCard } from './picture';
import { fitted, StyleName, STYLES, widthOf } from './text-size';

/** Boxes at the upper left corner, as large as what is in them, or larger where that is asked for. */

const PADDING = 12;
const GAP = 10;
/** Between the base lines of two texts, beyond the size of the font. */
const LEADING = 5;
/** The widest text of a card, and the widest and the narrowest chip. */
const WIDEST_TEXT = 460;
const CHIP = { narrowest: 64, widest: 288, padding: 8 };
/** From a line of the mesh to the boxes below it. */
const MESH_DROP = 12;
/** How many cards seem to lie behind one that stands for many. */
const MOST_BEHIND = 2;

type Line = readonly [text: string, style: StyleName, faint?: boolean];

export interface Size {
  readonly width: number;
  readonly height: number;
}

const heightOf = (lines: readonly Line[]) =>
  lines.reduce((sum, [, style]) => sum + STYLES[style].size + LEADING, 0) - (lines.length > 0 ? LEADING : 0);

const widest = (lines: readonly Line[]) =>
  Math.ceil(Math.min(WIDEST_TEXT, Math.max(0, ...lines.map(([text, style]) => widthOf(text, style)))));

/** Lines below each other, cut to a width; centered where they are around an `x` in the middle. */
function written(lines: readonly Line[], x: number, top: number, width: number, centered = false): readonly Label[] {
  let y = top;
  return lines.map(([text, style, faint]) => {
    y += STYLES[style].size;
    const label = { x, y: y - 1, text: fitted(text, style, width), style, centered, faint };
    y += LEADING;
    return label;
  });
}

const chipLines = ({ look, heading, lines }: Chip): readonly Line[] => {
  const name: Line = [heading, look === 'address' ? 'mono' : 'strong'];
  return [name, ...lines.map((text): Line => [text, isAddress(text) ? 'mono' : 'text', true])];
};

const isAddress = (text: string) => /^[0-9a-f.:]+$/.test(text) && /[.:]/.test(text);

/** The size that all chips of a list have. */
function chipSize(chips: readonly Chip[]): Size {
  const lines = chips.map(chipLines);
  const width = Math.max(CHIP.narrowest, ...lines.map((each) => widest(each) + 2 * CHIP.padding));
  const height = Math.max(0, ...lines.map((each) => heightOf(each) + 2 * CHIP.padding));
  return { width: Math.min(CHIP.widest, width), height };
}

function chipBox(chip: Chip, { width, height }: Size): Box {
  const labels = written(chipLines(chip), width / 2, CHIP.padding, width - 2 * CHIP.padding + 1, true);
  const { look, full } = chip;
  return { look, x: 0, y: 0, width, height, full, labels, boxes: [], wires: [] };
}

/** Chips in rows from the left, which together are as wide as they may be. */
function grid(chips: readonly Chip[], columns: number, width: number): readonly Box[] {
  const size = chipSize(chips);
  const each = { width: (width - (columns - 1) * GAP) / columns, height: size.height };
  return chips.map((chip, i) =>
    moved(chipBox(chip, each), (i % columns) * (each.width + GAP), Math.floor(i / columns) * (size.height + GAP)),
  );
}

const gridWidth = (chips: readonly Chip[], columns: number) => columns * (chipSize(chips).width + GAP) - GAP;

const gridHeight = (chips: readonly Chip[], columns: number) =>
  chips.length === 0 ? 0 : Math.ceil(chips.length / columns) * (chipSize(chips).height + GAP) - GAP;

/** Columns for pods: few beside another group, and about as many columns as rows otherwise. */
function podColumns(pods: number, alone: boolean): number {
  if (alone) return Math.min(pods, pods <= 6 ? 6 : 8) || 1;
  return pods <= 3 ? 1 : pods <= 8 ? 2 : pods <= 18 ? 3 : 4;
}

const groupLines = ({ heading, workload, lines }: GroupCard): readonly Line[] => [
  [heading, 'strong'],
  [workload, 'mono'],
  ...lines.map((text): Line => [text, 'text', true]),
];

/** What a group needs at least. */
function groupSize(group: GroupCard, alone: boolean): Size {
  const lines = groupLines(group);
  const columns = podColumns(group.pods.length, alone);
  const address = group.address ? chipSize([group.address]) : { width: 0, height: -GAP };
  const width = Math.max(widest(lines), gridWidth(group.pods, columns), address.width);
  const height = heightOf(lines) + GAP + gridHeight(group.pods, columns) + GAP + address.height;
  return { width: width + 2 * PADDING, height: height + 2 * PADDING };
}

/** The pods of a workload, with the address that clients peer with at its lower edge. */
function groupBox(group: GroupCard, alone: boolean, { width, height }: Size): Box {
  const lines = groupLines(group);
  const inner = width - 2 * PADDING;
  const pods = grid(group.pods, podColumns(group.pods.length, alone), inner);
  const addresses = group.address ? grid([group.address], 1, inner) : [];
  return {
    look: group.meshed ? 'meshed' : 'group',
    ...{ x: 0, y: 0, width, height },
    labels: written(lines, PADDING, PADDING, inner),
    boxes: [
      ...pods.map((box) => moved(box, PADDING, PADDING + heightOf(lines) + GAP)),
      ...addresses.map((box) => moved(box, PADDING, height - PADDING - box.height)),
    ],
    wires: [],
  };
}

const partLines = ({ heading, lines }: PartCard): readonly Line[] => [
  [heading, 'heading'],
  ...lines.map((text): Line => [text, 'text', true]),
];

const meshLines = ({ mesh }: PartCard): readonly Line[] => (mesh === undefined ? [] : [[mesh, 'text']]);

/** From the upper edge of a part down to its groups. */
function groupsTop(card: PartCard): number {
  const top = PADDING + heightOf(partLines(card)) + GAP;
  return card.mesh === undefined ? top : top + heightOf(meshLines(card)) + LEADING + MESH_DROP;
}

/** What a region or pair needs at least. */
export function partSize(card: PartCard): Size {
  const groups = card.groups.map((group) => groupSize(group, card.groups.length === 1));
  const across = Math.max(0, ...groups.map(({ width }) => width + GAP)) * groups.length - GAP;
  const tallest = Math.max(-GAP, ...groups.map(({ height }) => height));
  return {
    width: Math.max(widest([...partLines(card), ...meshLines(card)]), across) + 2 * PADDING,
    height: groupsTop(card) + tallest + PADDING,
  };
}

/** A region or pair: its groups side by side. */
export function partBox(card: PartCard, { width, height }: Size): Box {
  const inner = width - 2 * PADDING;
  const top = groupsTop(card);
  const columns = card.groups.length;
  const size = { width: (inner - GAP * (columns - 1)) / columns, height: height - top - PADDING };
  const groups = card.groups.map((group, i) =>
    moved(groupBox(group, columns === 1, size), PADDING + i * (size.width + GAP), top),
  );
  const meshTop = PADDING + heightOf(partLines(card)) + GAP;
  return {
    look: 'part',
    ...{ x: 0, y: 0, width, height, full: card.id, behind: Math.min(MOST_BEHIND, card.count - 1) },
    labels: [
      ...written(partLines(card), PADDING, PADDING, inner),
      ...written(meshLines(card), PADDING, meshTop, inner),
    ],
    boxes: groups,
    wires: card.mesh === undefined ? [] : meshInside(groups, top - MESH_DROP, inner),
  };
}

/** A line over the groups, with a branch to each. */
function meshInside(groups: readonly Box[], y: number, inner: number): readonly Wire[] {
  const ends = groups.map(({ x, width }) => x + width / 2);
  const bus: Wire = {
    kind: 'mesh',
    points: [
      [PADDING, y],
      [PADDING + inner, y],
    ],
  };
  return [
    bus,
    ...ends.map((x, i): Wire => ({
      kind: 'mesh',
      points: [
        [x, y],
        [x, groups[i].y],
      ],
    })),
  ];
}

const blockLines = ({ heading, lines }: Block): readonly Line[] => [
  [heading, 'strong'],
  ...lines.map((text): Line => [text, 'text', true]),
];

export function blockHeight(block: Block, width: number): number {
  const columns = columnsIn(block, width);
  return PADDING + heightOf(blockLines(block)) + GAP + gridHeight(block.routers, columns) + PADDING;
}

/** Routers outside the cluster, in as many columns as the width has room for. */
export function blockBox(block: Block, { width, height }: Size): Box {
  const lines = blockLines(block);
  const inner = width - 2 * PADDING;
  return {
    look: 'clients',
    ...{ x: 0, y: 0, width, height },
    labels: written(lines, PADDING, PADDING, inner),
    boxes: grid(block.routers, columnsIn(block, width), inner).map((box) =>
      moved(box, PADDING, PADDING + heightOf(lines) + GAP),
    ),
    wires: [],
  };
}

function columnsIn({ routers }: Block, width: number): number {
  const room = Math.floor((width - 2 * PADDING + GAP) / (chipSize(routers).width + GAP));
  return Math.max(1, Math.min(routers.length, room));
}

/** The width of a block whose routers stand side by side, in so many columns at most. */
export function blockWidth(block: Block, columns: number): number {
  const across = gridWidth(block.routers, Math.min(columns, block.routers.length));
  return Math.max(widest(blockLines(block)), across) + 2 * PADDING;
}

/** The addresses of a card, from the left. */
export function addressesOf(card: Box): readonly Box[] {
  return card.boxes.flatMap(({ boxes }) => boxes.filter(({ look }) => look === 'address'));
}
