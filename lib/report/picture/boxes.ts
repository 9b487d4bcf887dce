import { Box, Label, line, moved } from './drawing';
import { Block, Chip, GroupCard, PartCard } from './picture';
import { fitted, StyleName, STYLES, widthOf } from './text-size';

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

/** What becomes a box at the upper left corner: of this size at least, or larger where that is asked for. */
interface Piece {
  readonly width: number;
  readonly height: number;
  readonly build: (width: number, height: number) => Box;
}

const boxOf = (look: Box['look'], width: number, height: number, inside: Partial<Box>): Box => ({
  ...{ look, x: 0, y: 0, width, height, labels: [], boxes: [], wires: [] },
  ...inside,
});

type Line = readonly [text: string, style: StyleName, faint?: boolean];

/** Lines below each other. */
function textsOf(lines: readonly Line[]) {
  return {
    width: Math.ceil(Math.min(WIDEST_TEXT, Math.max(0, ...lines.map(([text, style]) => widthOf(text, style))))),
    height: lines.reduce((sum, [, style]) => sum + STYLES[style].size + LEADING, lines.length > 0 ? -LEADING : 0),
    /** The texts, cut to a width; centered where they are around an `x` in the middle. */
    at: (x: number, top: number, width: number, centered = false): readonly Label[] => {
      let y = top;
      return lines.map(([text, style, faint]) => {
        y += STYLES[style].size;
        const label = { x, y: y - 1, text: fitted(text, style, width), style, centered, faint };
        y += LEADING;
        return label;
      });
    },
  };
}

const faint = (lines: readonly string[]) => lines.map((text): Line => [text, 'text', true]);

function chipTexts({ look, heading, lines }: Chip) {
  const others = lines.map((text): Line => [text, isAddress(text) ? 'mono' : 'text', true]);
  return textsOf([[heading, look === 'address' ? 'mono' : 'strong'], ...others]);
}

const isAddress = (text: string) => /^[0-9a-f.:]+$/.test(text) && /[.:]/.test(text);

/** Chips of one size in rows from the left. */
function gridOf(chips: readonly Chip[], columnsIn: number | ((chipWidth: number) => number)) {
  const texts = chips.map(chipTexts);
  const chipWidth = Math.min(
    CHIP.widest,
    Math.max(CHIP.narrowest, ...texts.map((each) => each.width + 2 * CHIP.padding)),
  );
  const chipHeight = Math.max(0, ...texts.map((each) => each.height + 2 * CHIP.padding));
  const columns = typeof columnsIn === 'number' ? columnsIn : columnsIn(chipWidth);
  return {
    width: columns * (chipWidth + GAP) - GAP,
    height: chips.length === 0 ? 0 : Math.ceil(chips.length / columns) * (chipHeight + GAP) - GAP,
    /** The chips, which together are as wide as they may be. */
    at: (left: number, top: number, width: number): readonly Box[] => {
      const each = (width - (columns - 1) * GAP) / columns;
      return chips.map(({ look, full }, i) => {
        const labels = texts[i].at(each / 2, CHIP.padding, each - 2 * CHIP.padding + 1, true);
        const [right, down] = [(i % columns) * (each + GAP), Math.floor(i / columns) * (chipHeight + GAP)];
        return moved(boxOf(look, each, chipHeight, { full, labels }), left + right, top + down);
      });
    },
  };
}

/** Columns for pods: few beside another group, and about as many columns as rows otherwise. */
function podColumns(pods: number, alone: boolean): number {
  if (alone) return Math.min(pods, pods <= 6 ? 6 : 8) || 1;
  return pods <= 3 ? 1 : pods <= 8 ? 2 : pods <= 18 ? 3 : 4;
}

/** The pods of a workload, with the address that clients peer with at its lower edge. */
function groupPiece({ heading, workload, lines, pods, address, meshed }: GroupCard, alone: boolean): Piece {
  const texts = textsOf([[heading, 'strong'], [workload, 'mono'], ...faint(lines)]);
  const grid = gridOf(pods, podColumns(pods.length, alone));
  const foot = gridOf(address ? [address] : [], 1);
  const top = PADDING + texts.height + GAP;
  return {
    width: Math.max(texts.width, grid.width, foot.width) + 2 * PADDING,
    height: top + grid.height + (address ? GAP + foot.height : 0) + PADDING,
    build: (width, height) => {
      const inner = width - 2 * PADDING;
      return boxOf(meshed ? 'meshed' : 'group', width, height, {
        labels: texts.at(PADDING, PADDING, inner),
        boxes: [...grid.at(PADDING, top, inner), ...foot.at(PADDING, height - PADDING - foot.height, inner)],
      });
    },
  };
}

/** A region or pair: its groups side by side, and below its texts a line over the groups with a branch to each. */
export function partPiece({ id, heading, lines, mesh, groups: cards, count }: PartCard): Piece {
  const texts = textsOf([[heading, 'heading'], ...faint(lines)]);
  const meshTexts = textsOf(mesh === undefined ? [] : [[mesh, 'text']]);
  const meshTop = PADDING + texts.height + GAP;
  const top = mesh === undefined ? meshTop : meshTop + meshTexts.height + LEADING + MESH_DROP;
  const columns = cards.length;
  const groups = cards.map((card) => groupPiece(card, columns === 1));
  const across = Math.max(0, ...groups.map(({ width }) => width + GAP)) * columns - GAP;
  return {
    width: Math.max(texts.width, meshTexts.width, across) + 2 * PADDING,
    height: top + Math.max(-GAP, ...groups.map(({ height }) => height)) + PADDING,
    build: (width, height) => {
      const inner = width - 2 * PADDING;
      const each = (inner - GAP * (columns - 1)) / columns;
      const y = top - MESH_DROP;
      const middles = groups.map((_, i) => PADDING + i * (each + GAP) + each / 2);
      return boxOf('part', width, height, {
        ...{ full: id, behind: Math.min(MOST_BEHIND, count - 1) },
        labels: [...texts.at(PADDING, PADDING, inner), ...meshTexts.at(PADDING, meshTop, inner)],
        boxes: groups.map(({ build }, i) =>
          moved(build(each, height - top - PADDING), PADDING + i * (each + GAP), top),
        ),
        wires:
          mesh === undefined
            ? []
            : [line('mesh', PADDING, y, PADDING + inner, y), ...middles.map((x) => line('mesh', x, y, x, top))],
      });
    },
  };
}

/** Routers outside the cluster, in as many columns as the width has room for. */
export function blockPiece({ heading, lines, routers }: Block) {
  const texts = textsOf([[heading, 'strong'], ...faint(lines)]);
  const top = PADDING + texts.height + GAP;
  const gridIn = (width: number) =>
    gridOf(routers, (chipWidth) => {
      const room = Math.floor((width - 2 * PADDING + GAP) / (chipWidth + GAP));
      return Math.max(1, Math.min(routers.length, room));
    });
  return {
    /** The width with routers side by side, in so many columns at most. */
    widthOf: (columns: number) =>
      Math.max(texts.width, gridOf(routers, Math.min(columns, routers.length)).width) + 2 * PADDING,
    heightIn: (width: number) => top + gridIn(width).height + PADDING,
    build: (width: number, height: number): Box => {
      const inner = width - 2 * PADDING;
      const labels = texts.at(PADDING, PADDING, inner);
      return boxOf('clients', width, height, { labels, boxes: gridIn(width).at(PADDING, top, inner) });
    },
  };
}

/** The addresses of a card, from the left. */
export function addressesOf(card: Box): readonly Box[] {
  return card.boxes.flatMap(({ boxes }) => boxes.filter(({ look }) => look === 'address'));
}
