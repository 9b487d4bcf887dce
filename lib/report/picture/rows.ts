import { blockPiece, partPiece } from './boxes';
import { Box, moved } from './drawing';
import { Block, Net, PartCard, Picture } from './picture';

/** The widest row, beyond which a tier goes on in a second one. */
const WIDEST_ROW = 1280;
const COLUMN_GAP = 24;
/** The widest card for which all cards of a tier are made as wide. */
const WIDEST_ALIKE = 560;
/** From a part down to its clients. */
const CLIENT_DROP = 34;
/** For lines that pass beside the clients of a part. */
const CHANNEL = { first: 12, each: 10 };
/** Routers side by side in blocks that no part is as wide as. */
const BLOCK_COLUMNS = 6;

/** A card in its place in a row, or a block of routers, with the lines that end at it. */
export interface Cell {
  readonly id: string;
  readonly card: Box;
  /** The part's own clients. */
  readonly clients?: Box;
  readonly clientKind?: PartCard['clientKind'];
}

export interface Row {
  readonly cells: readonly Cell[];
  readonly width: number;
  readonly height: number;
}

/** What becomes a cell once it is known how large. */
interface CellPiece {
  readonly width: number;
  readonly cardHeight: number;
  readonly clientsHeight: (width: number) => number;
  readonly build: (width: number, cardHeight: number, clientsHeight: number) => Cell;
}

/** The rows of a picture from the top down, each at the upper left corner. */
export function rowsOf({ tiers, nets, foot }: Picture): readonly Row[] {
  return [
    ...tiers.flatMap(({ parts, shared }) => [
      ...inRows(parts.map((card) => partCell(card, nets))),
      ...inRows(shared.map(blockCell)),
    ]),
    ...inRows(foot.map(blockCell)),
  ];
}

/** A region or pair, and its own clients below it. */
function partCell(card: PartCard, nets: readonly Net[]): CellPiece {
  const { id, clients, clientKind } = card;
  const part = partPiece(card);
  if (!clients) {
    const build = (width: number, height: number) => ({ id, clientKind, card: part.build(width, height) });
    return { width: part.width, cardHeight: part.height, clientsHeight: () => 0, build };
  }
  const from = nets.filter(({ above }) => above.includes(id));
  const shared = from.filter(({ kind }) => kind !== 'upstream').length;
  const [left, right] = [channel(from.length - shared), channel(shared)];
  const block = blockPiece(clients);
  return {
    width: Math.max(part.width, block.widthOf(1) + left + right),
    cardHeight: part.height,
    clientsHeight: (width) => block.heightIn(width - left - right),
    build: (width, height, clientsHeight) => ({
      ...{ id, clientKind },
      card: part.build(width, height),
      clients: moved(block.build(width - left - right, clientsHeight), left, height + CLIENT_DROP),
    }),
  };
}

const channel = (lines: number) => (lines === 0 ? 0 : CHANNEL.first + CHANNEL.each * lines);

/** How far from the side of a card the line of that number passes its clients. */
export const channelAt = (line: number): number => CHANNEL.first / 2 + CHANNEL.each * line;

function blockCell(block: Block): CellPiece {
  const { widthOf, heightIn, build } = blockPiece(block);
  const width = Math.min(WIDEST_ROW, widthOf(BLOCK_COLUMNS));
  return {
    ...{ width, cardHeight: heightIn(width), clientsHeight: () => 0 },
    build: (given, height) => ({ id: block.id, card: build(given, height) }),
  };
}

/** Pieces in as few rows as they fit in, with about as many in each. */
function inRows(pieces: readonly CellPiece[]): readonly Row[] {
  if (pieces.length === 0) return [];
  const most = Math.max(...pieces.map(({ width }) => width));
  const alike = most <= WIDEST_ALIKE ? pieces.map((piece) => ({ ...piece, width: most })) : pieces;
  return chunks(alike).map(rowOf);
}

function chunks(pieces: readonly CellPiece[]): readonly (readonly CellPiece[])[] {
  const split = (size: number) =>
    Array.from({ length: Math.ceil(pieces.length / size) }, (_, i) => pieces.slice(i * size, (i + 1) * size));
  const fits = (size: number) => size === 1 || split(size).every((row) => widthOfRow(row) <= WIDEST_ROW);
  let size = pieces.length;
  while (!fits(size)) size--;
  const even = Math.ceil(pieces.length / Math.ceil(pieces.length / size));
  return split(fits(even) ? even : size);
}

const widthOfRow = (pieces: readonly { readonly width: number }[]) =>
  pieces.reduce((sum, { width }) => sum + width + COLUMN_GAP, -COLUMN_GAP);

function rowOf(pieces: readonly CellPiece[]): Row {
  const cardHeight = Math.max(...pieces.map((piece) => piece.cardHeight));
  const clientsHeight = Math.max(...pieces.map(({ width, clientsHeight: height }) => height(width)));
  let x = 0;
  const cells = pieces.map(({ width, build }) => {
    const cell = movedCell(build(width, cardHeight, clientsHeight), x, 0);
    x += width + COLUMN_GAP;
    return cell;
  });
  const height = cardHeight + (clientsHeight > 0 ? CLIENT_DROP + clientsHeight : 0);
  return { cells, width: widthOfRow(pieces), height };
}

export function movedCell({ card, clients, ...cell }: Cell, right: number, down: number): Cell {
  return { ...cell, card: moved(card, right, down), clients: clients && moved(clients, right, down) };
}
