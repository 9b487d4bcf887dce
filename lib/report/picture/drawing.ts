import { SessionKind } from '../../model';
import type { Chip } from './picture';
import { StyleName } from './text-size';

/** A picture with a place for everything, in pixels from the upper left corner. */
export interface Drawing {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly wires: readonly Wire[];
  /** Texts beside boxes: the title, and what lines are. */
  readonly labels: readonly Label[];
}

/** A rectangle with texts and further rectangles inside. */
export interface Box {
  readonly look: 'part' | 'group' | 'meshed' | 'clients' | Chip['look'];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What it is, in full. */
  readonly full?: string;
  /** How many rectangles seem to lie behind it. */
  readonly behind?: number;
  readonly labels: readonly Label[];
  readonly boxes: readonly Box[];
  /** Lines inside that belong to it: the mesh of its pods. */
  readonly wires: readonly Wire[];
}

export interface Label {
  /** The left end, or the middle where it is centered, of the base line. */
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly style: StyleName;
  readonly centered?: boolean;
  /** Whether it matters less than other texts. */
  readonly faint?: boolean;
  /** Whether lines may pass behind it. */
  readonly overLines?: boolean;
}

/** A straight line. */
export interface Wire {
  readonly kind: SessionKind;
  readonly points: readonly [from: readonly [x: number, y: number], to: readonly [x: number, y: number]];
}

export const line = (kind: SessionKind, x1: number, y1: number, x2: number, y2: number): Wire => ({
  kind,
  points: [
    [x1, y1],
    [x2, y2],
  ],
});

/** Everything in a box, that much further right and down. */
export function moved(box: Box, right: number, down: number): Box {
  return {
    ...box,
    x: box.x + right,
    y: box.y + down,
    labels: box.labels.map((label) => ({ ...label, x: label.x + right, y: label.y + down })),
    boxes: box.boxes.map((inner) => moved(inner, right, down)),
    wires: box.wires.map(({ kind, points: [[x1, y1], [x2, y2]] }) =>
      line(kind, x1 + right, y1 + down, x2 + right, y2 + down),
    ),
  };
}
