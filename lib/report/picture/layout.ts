import { addressesOf } from './boxes';
import { Drawing, line, Wire } from './drawing';
import { legendOf } from './legend';
import { gapHeight, guttersOf, labelWidthOf, lanesOf, routed, wiresOf } from './nets';
import { Picture } from './picture';
import { Cell, movedCell, rowsOf } from './rows';
import { STYLES, widthOf } from './text-size';

const MARGIN = 20;
const TITLE_HEIGHT = 56;
/** From the last row to the legend. */
const LEGEND_GAP = 26;
/** The least room for cards, so that texts beside lines have some. */
const NARROWEST = 420;

/** Gives everything in a picture its place. The same picture has the same drawing. */
export function drawingOf(picture: Picture): Drawing {
  const { title, description } = picture;
  const rows = rowsOf(picture);
  const nets = routed(picture.nets, rows);
  const lanes = lanesOf(nets, rows.length);
  const gutters = guttersOf(nets);
  const left = MARGIN + gutters.left;
  const widths = [...rows.map(({ width }) => width), ...nets.map(labelWidthOf)];
  const content = Math.ceil(Math.max(NARROWEST, ...widths, widthOf(title, 'title') - gutters.left - gutters.right));
  const width = left + content + gutters.right + MARGIN;

  let y = TITLE_HEIGHT;
  const tops: number[] = [];
  const cells: Cell[] = [];
  for (const [i, row] of rows.entries()) {
    tops.push(y);
    y += gapHeight(i, lanes[i].length);
    const x = left + Math.floor((content - row.width) / 2);
    for (const cell of row.cells) cells.push(movedCell(cell, x, y));
    y += row.height;
  }
  tops.push(y);
  if (lanes[rows.length].length > 0) y += gapHeight(rows.length, lanes[rows.length].length);
  const { wires: ofNets, labels } = wiresOf(nets, cells, lanes, tops, { left, right: left + content });
  const wires = [...ofNets, ...cells.flatMap(clientWires)];
  const boxes = cells.flatMap(({ card, clients }) => (clients ? [card, clients] : [card]));
  const legend = legendOf({ boxes, wires }, { x: MARGIN, y: y + LEGEND_GAP, width: width - 2 * MARGIN });
  return {
    ...{ title, description, width, height: Math.ceil(legend.bottom + MARGIN) },
    boxes: [...boxes, ...legend.boxes],
    wires: [...wires, ...legend.wires],
    labels: [{ x: MARGIN, y: MARGIN + STYLES.title.size, text: title, style: 'title' }, ...labels, ...legend.labels],
  };
}

/** From each address of a part down to its own clients. */
function clientWires({ card, clients, clientKind = 'client' }: Cell): readonly Wire[] {
  if (!clients) return [];
  return addressesOf(card).map(({ x, y, width, height }) => {
    const middle = x + width / 2;
    return line(clientKind, middle, y + height, middle, clients.y);
  });
}
