import { SessionKind } from '../../model';
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

export type BoxLook = 'part' | 'group' | 'meshed' | 'clients' | 'pod' | 'address' | 'router' | 'assumed' | 'more';

/** A rectangle with texts and further rectangles inside. */
export interface Box {
  readonly look: BoxLook;
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

export type WireKind = SessionKind | 'metallb';

/** A line with corners. */
export interface Wire {
  readonly kind: WireKind;
  readonly points: readonly Point[];
}

export type Point = readonly [x: number, y: number];

/** Everything in a box, that much further right and down. */
export function moved(box: Box, right: number, down: number): Box {
  return {
    ...box,
    x: box.x + right,
    y: box.y + down,
    labels: box.labels.map((label) => ({ ...label, x: label.x + right, y: label.y + down })),
    boxes: box.boxes.map((inner) => moved(inner, right, down)),
    wires: box.wires.map((wire) => movedWire(wire, right, down)),
  };
}

export function movedWire({ kind, points }: Wire, right: number, down: number): Wire {
  return { kind, points: points.map(([x, y]): Point => [x + right, y + down]) };
}
