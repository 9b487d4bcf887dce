import { SESSION_NAMES } from '../words';
import { SessionKind } from '../../model';
import { Box, Drawing, Label, line, Wire } from './drawing';
import { STYLES, widthOf } from './text-size';

const SAMPLE = { width: 30, height: 14, gap: 8 };
const ITEM_GAP = 26;
const LINE_HEIGHT = 22;

interface Item {
  readonly text: string;
  readonly wire?: SessionKind;
  readonly box?: 'address' | 'assumed';
}

/** What lines and boxes mean, of those that are drawn. */
export function legendOf(
  drawn: Pick<Drawing, 'boxes' | 'wires'>,
  place: { readonly x: number; readonly y: number; readonly width: number },
): Pick<Drawing, 'boxes' | 'wires' | 'labels'> & { readonly bottom: number } {
  const boxes: Box[] = [];
  const wires: Wire[] = [];
  const labels: Label[] = [];
  let [x, y] = [place.x, place.y];
  for (const { text, wire, box } of itemsOf(drawn)) {
    const width = SAMPLE.width + SAMPLE.gap + widthOf(text, 'text');
    if (x > place.x && x + width > place.x + place.width) [x, y] = [place.x, y + LINE_HEIGHT];
    const middle = y + SAMPLE.height / 2;
    if (wire) wires.push(line(wire, x, middle, x + SAMPLE.width, middle));
    if (box) {
      boxes.push({ look: box, x, y, width: SAMPLE.width, height: SAMPLE.height, labels: [], boxes: [], wires: [] });
    }
    const baseline = middle + STYLES.text.size / 2 - 2;
    labels.push({ x: x + SAMPLE.width + SAMPLE.gap, y: baseline, text, style: 'text', faint: true });
    x += width + ITEM_GAP;
  }
  return { boxes, wires, labels, bottom: y + SAMPLE.height };
}

const withInner = (boxes: readonly Box[]): readonly Box[] => boxes.flatMap((box) => [box, ...withInner(box.boxes)]);

function itemsOf({ boxes, wires }: Pick<Drawing, 'boxes' | 'wires'>): readonly Item[] {
  const all = withInner(boxes);
  const looks = new Set(all.map(({ look }) => look));
  const kinds = new Set([...wires, ...all.flatMap((box) => box.wires)].map(({ kind }) => kind));
  const order: readonly SessionKind[] = ['mesh', 'upstream', 'client', 'external'];
  return [
    ...order.filter((kind) => kinds.has(kind)).map((kind): Item => ({ text: SESSION_NAMES[kind], wire: kind })),
    ...(looks.has('address') ? [{ text: 'address that clients peer with', box: 'address' as const }] : []),
    ...(looks.has('assumed') ? [{ text: 'router outside that is assumed', box: 'assumed' as const }] : []),
  ];
}
