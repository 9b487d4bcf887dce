import { Series } from '../../../../test-support/prometheus';
import { Panel, Shown } from './panels';

// A picture of the dashboard with the series of a test. Grafana draws in its own style; places, titles, queries and colors
// of thresholds are those of the dashboard.

/** A cell of Grafana's grid, and the space around a panel, in pixels. */
const [CELL_WIDTH, CELL_HEIGHT, GAP] = [44, 26, 4];
const COLORS = ['#3274d9', '#e0752d', '#56a64b', '#a352cc', '#e02f44', '#f2cc0c', '#37872d', '#8f3bb8'];
const LEGENDS = 4;
const SMALL = 'font-size="10"';
/** From one sample of a series to the next. */
const STEP_SECONDS = 2;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
type Range = readonly [from: number, to: number];
type Point = readonly [time: number, value: number];

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const text = (x: number, y: number, content: string, more = '') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(content)}</text>`;
const rect = ({ x, y, width, height }: Box, more: string) =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" ${more}/>`;
const pointsOf = ({ values = [] }: Series): readonly Point[] => values.map(([time, value]) => [time, Number(value)]);

/** The spans of time in which a series had one value. */
function spansOf(points: readonly Point[]): readonly (readonly [from: number, to: number, value: number])[] {
  const spans: [number, number, number][] = [];
  for (const [time, value] of points) {
    const last = spans.at(-1);
    if (last && last[2] === value && time <= last[1]) last[1] = time + STEP_SECONDS;
    else spans.push([time, time + STEP_SECONDS, value]);
  }
  return spans;
}

function nameOf({ targets: [{ legendFormat = '' }] }: Panel, { metric }: Series): string {
  return legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '');
}

function stat({ fieldConfig: { defaults } }: Panel, [{ value }]: readonly Series[], { x, y, width, height }: Box) {
  const number = Number(value?.[1]);
  const color = [...defaults.thresholds.steps]
    .reverse()
    .find((step) => step.value === null || number >= step.value)?.color;
  const unit = defaults.unit === 's' ? ' s' : '';
  const style = `text-anchor="middle" font-size="32" fill="${color === 'red' ? '#c4162a' : '#37872d'}"`;
  return text(x + width / 2, y + height / 2 + 10, `${Number(number.toFixed(1))}${unit}`, style);
}

/** A row for each client, and a column for each side. */
function matrix(series: readonly Series[], { x, y, width }: Box): string {
  const of = (label: string) => [...new Set(series.map(({ metric }) => metric[label]))].sort();
  const [rows, columns] = [of('peer'), of('meshrr_side')];
  const at = (row: number, column: number) => [x + (column * width) / (columns.length + 1), y + 20 + row * 22] as const;
  const heading = ['peer', ...columns].map((name, i) => text(...at(0, i), name, 'font-weight="bold"'));
  const cells = rows.flatMap((peer, row) => [
    text(...at(row + 1, 0), peer),
    ...columns.map((side, i) => {
      const found = series.find(({ metric }) => metric.peer === peer && metric.meshrr_side === side);
      return text(...at(row + 1, i + 1), found?.value?.[1] ?? '');
    }),
  ]);
  return [...heading, ...cells].join('');
}

function lines(panel: Panel, series: readonly Series[], { x, y, width, height }: Box, [from, to]: Range): string {
  const top = Math.max(1, ...series.flatMap((one) => pointsOf(one).map(([, value]) => value)));
  const bottom = height - 14 * Math.min(series.length, LEGENDS) - 8;
  const place = ([time, value]: Point) =>
    `${(x + 24 + ((time - from) / (to - from)) * (width - 24)).toFixed(1)},${(y + bottom - (value / top) * (bottom - 8)).toFixed(1)}`;
  const grid = [0, top].map((value) =>
    text(x, y + bottom - (value / top) * (bottom - 8) + 4, String(Math.round(value))),
  );
  const drawn = series.map((one, i) => {
    // A gap is where a sample is missing.
    const points = pointsOf(one);
    const runs = points.map((point, k) => `${k > 0 && point[0] - points[k - 1][0] <= 4 ? 'L' : 'M'}${place(point)}`);
    return `<path d="${runs.join('')}" fill="none" stroke="${COLORS[i % COLORS.length]}" stroke-width="1.5" stroke-linecap="round"/>`;
  });
  const legends = series.slice(0, LEGENDS).map((one, i) => {
    const more = i === LEGENDS - 1 && series.length > LEGENDS ? `, and ${series.length - LEGENDS} more` : '';
    const style = `fill="${COLORS[i % COLORS.length]}"`;
    return text(x + 24, y + bottom + 18 + 14 * i, `${nameOf(panel, one)}${more}`, style);
  });
  return [...grid, ...drawn, ...legends].join('');
}

function timeline(panel: Panel, series: readonly Series[], { x, y, width, height }: Box, [from, to]: Range): string {
  const tall = Math.min(24, height / series.length);
  const name = Math.max(...series.map((one) => nameOf(panel, one).length)) * 6.2;
  const scale = (width - name) / (to - from);
  return series
    .map((one, row) => {
      const cells = spansOf(pointsOf(one)).map(([begin, end, value]) => {
        const left = x + name + (begin - from) * scale;
        const box = { x: left, y: y + row * tall, width: (end - begin) * scale, height: tall - 4 };
        return rect(box, `fill="${value === 1 ? '#56a64b' : '#e02f44'}"`);
      });
      return text(x, y + row * tall + tall / 2 + 2, nameOf(panel, one), SMALL) + cells.join('');
    })
    .join('');
}

/** Each bucket of a histogram has the values of those below, too. */
function heatmap(series: readonly Series[], { x, y, width, height }: Box, [from, to]: Range): string {
  const limit = ({ metric: { le } }: Series) => (le === '+Inf' ? Infinity : Number(le));
  const buckets = [...series].sort((one, other) => limit(one) - limit(other));
  const tall = height / buckets.length;
  const most = Math.max(...buckets.flatMap((one) => pointsOf(one).map(([, value]) => value)));
  const scale = (width - 32) / (to - from);
  return buckets
    .map((bucket, i) => {
      const below = new Map(i === 0 ? [] : pointsOf(buckets[i - 1]));
      const top = y + height - (i + 1) * tall;
      const own = pointsOf(bucket).map(([time, value]): Point => [time, value - (below.get(time) ?? 0)]);
      const cells = spansOf(own.filter(([, value]) => value > 0)).map(([begin, end, value]) => {
        const box = { x: x + 32 + (begin - from) * scale, y: top, width: (end - begin) * scale, height: tall };
        return rect(box, `fill="#e0752d" fill-opacity="${(0.3 + (0.7 * value) / most).toFixed(2)}"`);
      });
      return text(x, top + tall / 2 + 3, bucket.metric.le) + cells.join('');
    })
    .join('');
}

function content({ panel, series }: Shown, box: Box, range: Range): string {
  if (panel.type === 'stat') return stat(panel, series, box);
  if (panel.type === 'table') return matrix(series, box);
  if (panel.type === 'state-timeline') return timeline(panel, series, box, range);
  return panel.type === 'heatmap' ? heatmap(series, box, range) : lines(panel, series, box, range);
}

/** The picture as SVG. @param range the times of its left and right edges, in seconds since 1970 */
export function pictureOf(all: readonly Shown[], range: Range): string {
  const boxes = all.map(({ panel: { gridPos: place } }) => ({
    ...{ x: place.x * CELL_WIDTH + GAP, y: place.y * CELL_HEIGHT + GAP },
    ...{ width: place.w * CELL_WIDTH - 2 * GAP, height: place.h * CELL_HEIGHT - 2 * GAP },
  }));
  const height = Math.max(...boxes.map((box) => box.y + box.height)) + GAP;
  const drawn = all.map((one, i) => {
    const { x, y, width, height: tall } = boxes[i];
    const inner = { x: x + 8, y: y + 28, width: width - 16, height: tall - 36 };
    const frame = rect(boxes[i], 'fill="#fff" stroke="#d8d9da"');
    return `<g>${frame}${text(x + 8, y + 17, one.panel.title, SMALL)}${content(one, inner, range)}</g>`;
  });
  const size = `viewBox="0 0 ${24 * CELL_WIDTH} ${height}" font-family="sans-serif" font-size="11" fill="#24292e"`;
  const back = rect({ x: 0, y: 0, width: 24 * CELL_WIDTH, height }, 'fill="#f4f5f5"');
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${back}\n${drawn.join('\n')}\n</svg>\n`;
}
