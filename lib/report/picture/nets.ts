import { addressesOf } from './boxes';
import { Label, line, Wire } from './drawing';
import { Net } from './picture';
import { Cell, channelAt, Row } from './rows';
import { widthOf } from './text-size';

/** Between rows where no line runs; and above and below the lines where some do. */
const ROW_GAP = 28;
const LANES_MARGIN = 10;
/** The room of one line that runs across, with the text that says what it is above or below it. */
const LANE = { height: 28, lineUnderText: 21, lineOverText: 7, textUnderLine: 14, textOverLine: 6, indent: 8 };
/** From one line that runs down at the side of all rows to the next. */
const GUTTER = 14;
/** From one line that ends at the edge of a box to the next. */
const BESIDE = 16;
const ORDER: readonly Net['kind'][] = ['upstream', 'mesh', 'client', 'external'];

/** Where a net ends: at the lower edge of a card, from below it, or at its upper edge. Gap n is above row n. */
interface End {
  readonly id: string;
  readonly edge: 'lower' | 'upper';
  readonly gap: number;
}

/** A net, and the gaps that it runs across. */
export interface Routed {
  readonly net: Net;
  readonly ends: readonly End[];
  readonly gaps: readonly number[];
}

/** The nets that have two ends or more among the cards of these rows. */
export function routed(nets: readonly Net[], rows: readonly Row[]): readonly Routed[] {
  const rowOf = new Map(rows.flatMap(({ cells }, row) => cells.map(({ id }) => [id, row] as const)));
  const endsAt = (ids: readonly string[], edge: End['edge']) =>
    ids.flatMap((id): End[] => {
      const row = rowOf.get(id);
      return row === undefined ? [] : [{ id, edge, gap: edge === 'lower' ? row + 1 : row }];
    });
  const all = nets.map((net): Routed => {
    const ends = [...endsAt(net.above, 'lower'), ...endsAt(net.below, 'upper')];
    return { net, ends, gaps: [...new Set(ends.map(({ gap }) => gap))].sort((one, other) => one - other) };
  });
  return all
    .filter(({ ends }) => ends.length > 1)
    .sort((one, other) => ORDER.indexOf(one.net.kind) - ORDER.indexOf(other.net.kind));
}

/** The nets that run in each gap, from the top down. */
export function lanesOf(nets: readonly Routed[], rows: number): readonly (readonly Routed[])[] {
  return Array.from({ length: rows + 1 }, (_, gap) => nets.filter(({ gaps }) => gaps.includes(gap)));
}

export function gapHeight(gap: number, lanes: number): number {
  if (lanes === 0) return gap === 0 ? 0 : ROW_GAP;
  return lanes * LANE.height + 2 * LANES_MARGIN;
}

export const labelWidthOf = ({ net }: Routed): number => widthOf(net.label, 'text') + 2 * LANE.indent;

/** Nets of clients run on the right and have their texts below the line. */
const ofClients = ({ net }: Routed) => net.kind === 'client' || net.kind === 'external';

const inGutter = (nets: readonly Routed[], clients: boolean) =>
  nets.filter((net) => net.gaps.length > 1 && ofClients(net) === clients);

/** The room that lines need at the sides of the rows. */
export function guttersOf(nets: readonly Routed[]): { readonly left: number; readonly right: number } {
  return { left: GUTTER * inGutter(nets, false).length, right: GUTTER * inGutter(nets, true).length };
}

/** The lines of all nets, and the texts that say what they are. `tops` are the upper ends of the gaps. */
export function wiresOf(
  nets: readonly Routed[],
  cells: readonly Cell[],
  lanes: readonly (readonly Routed[])[],
  tops: readonly number[],
  content: { readonly left: number; readonly right: number },
): { readonly wires: readonly Wire[]; readonly labels: readonly Label[] } {
  const cellOf = new Map(cells.map((cell) => [cell.id, cell]));
  const wires: Wire[] = [];
  const labels: Label[] = [];
  for (const each of nets) {
    const { net, gaps, ends } = each;
    const { kind, label } = net;
    const clients = ofClients(each);
    const aside = GUTTER * (inGutter(nets, clients).indexOf(each) + 1);
    const gutter = clients ? content.right + aside : content.left - aside;
    const ys = gaps.map((gap) => laneAt(tops[gap], lanes[gap].indexOf(each), clients));
    for (const [i, gap] of gaps.entries()) {
      const taps = ends.filter((end) => end.gap === gap).flatMap((end) => tapsOf(end, each, nets, cellOf));
      const xs = [...taps.map(({ x }) => x), ...(gaps.length > 1 ? [gutter] : [])];
      const [from, to] = [Math.min(...xs), Math.max(...xs)];
      if (from < to) wires.push(line(kind, from, ys[i], to, ys[i]));
      wires.push(...taps.map(({ x, y }) => line(kind, x, y, x, ys[i])));
      if (i > 0) continue;
      const starts = [from, ...taps.filter(({ down }) => down === clients).map(({ x }) => x)];
      const x = clearStart(starts, widthOf(label, 'text'), content);
      const y = ys[i] + (clients ? LANE.textUnderLine : -LANE.textOverLine);
      labels.push({ x, y, text: label, style: 'text', overLines: true });
    }
    if (gaps.length > 1) wires.push(line(kind, gutter, ys[0], gutter, ys[ys.length - 1]));
  }
  return { wires, labels };
}

/** Where a text begins to the right of one of these lines, so that none of them runs through it if that can be. */
function clearStart(
  lines: readonly number[],
  width: number,
  content: { readonly left: number; readonly right: number },
) {
  const starts = [...lines].sort((one, other) => one - other).map((x) => x + LANE.indent);
  const clear = starts.find((start) => {
    const end = start + width + LANE.indent;
    return end <= content.right && !lines.some((x) => x > start && x < end);
  });
  return clear ?? Math.max(content.left, Math.min(starts[0], content.right - width));
}

const laneAt = (top: number, lane: number, clients: boolean) =>
  top + LANES_MARGIN + lane * LANE.height + (clients ? LANE.lineOverText : LANE.lineUnderText);

/** A point at a card, and whether the line leads down to it. */
interface Tap {
  readonly x: number;
  readonly y: number;
  readonly down: boolean;
}

/** The points at a card in which lines of a net end, apart from those of other nets. */
function tapsOf(
  { id, edge }: End,
  each: Routed,
  nets: readonly Routed[],
  cellOf: ReadonlyMap<string, Cell>,
): readonly Tap[] {
  const { card, clients } = cellOf.get(id) as Cell;
  const fellows = nets.filter(
    (other) =>
      (edge === 'upper' || ofClients(other) === ofClients(each)) &&
      other.ends.some((end) => end.id === id && end.edge === edge),
  );
  const turn = fellows.indexOf(each);
  const aside = (turn - (fellows.length - 1) / 2) * BESIDE;
  const bottom = card.y + card.height;
  if (edge === 'upper') return [{ x: card.x + card.width / 2 + aside, y: card.y, down: true }];
  const addresses = addressesOf(card);
  if (!ofClients(each)) {
    // What comes from addresses or goes to clients keeps the middle for itself.
    const free = !clients && addresses.length === 0;
    return [{ x: free ? card.x + card.width / 2 + aside : card.x + channelAt(turn), y: bottom, down: false }];
  }
  if (clients) return [{ x: card.x + card.width - channelAt(turn), y: bottom, down: false }];
  return addresses.map(({ x, y, width, height }) => ({ x: x + width / 2 + aside, y: y + height, down: false }));
}
