import { escaped } from './markup';
import { Box, Drawing, Label, Wire } from './picture/drawing';
import { STYLES } from './picture/text-size';
import { PICTURE_COLORS } from './colors';

const FONTS = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const MONO_FONTS = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";

const STYLE = [
  PICTURE_COLORS,
  `.topology text{${FONTS};fill:var(--ink)}`,
  ...Object.entries(STYLES).map(([name, style]: [string, { size: number; bold?: boolean; mono?: boolean }]) => {
    const weight = style.bold ? ';font-weight:600' : '';
    return `.topology .t-${name}{font-size:${style.size}px${weight}${style.mono ? `;${MONO_FONTS}` : ''}}`;
  }),
  '.topology .t-faint{fill:var(--muted)}',
  '.topology .t-over{paint-order:stroke;stroke:var(--paper);stroke-width:5px;stroke-linejoin:round}',
  '.topology rect{stroke-width:1}',
  '.b-paper{fill:var(--paper)}',
  '.b-part{fill:var(--panel);stroke:var(--line)}',
  '.b-group{fill:var(--paper);stroke:var(--line)}',
  '.b-meshed{fill:var(--paper);stroke:var(--mesh)}',
  '.b-pod{fill:var(--panel);stroke:var(--line)}',
  '.b-more{fill:none;stroke:var(--line);stroke-dasharray:2 3}',
  '.b-address{fill:var(--outside);stroke:var(--client)}',
  '.b-clients{fill:none;stroke:var(--line);stroke-dasharray:5 4}',
  '.b-router{fill:var(--outside);stroke:var(--client)}',
  '.b-assumed{fill:none;stroke:var(--client);stroke-dasharray:4 3}',
  '.wire{fill:none;stroke-width:1.5}',
  '.w-mesh{stroke:var(--mesh);stroke-width:2}',
  '.w-upstream{stroke:var(--mesh);stroke-dasharray:6 4}',
  '.w-client,.w-external{stroke:var(--client)}',
].join('\n');

const RADIUS: Readonly<Record<Box['look'], number>> = {
  ...{ part: 10, group: 7, meshed: 7, clients: 10, pod: 5, address: 5, router: 5, assumed: 5, more: 5 },
};
/** How far a box that lies behind another one shows. */
const BEHIND = 4;

/** A drawing as an SVG document, or as the element in a page. It needs no other file, neither fonts nor scripts. */
export function svgOf({ title, description, width, height, boxes, wires, labels }: Drawing): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="topology" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="topology-title topology-description">`,
    `<title id="topology-title">${escaped(title)}</title>`,
    `<desc id="topology-description">${escaped(description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="b-paper" width="${width}" height="${height}"/>`,
    ...boxes.flatMap(boxMarkup),
    ...wires.map(wireMarkup),
    ...labels.map(labelMarkup),
    '</svg>',
    '',
  ].join('\n');
}

function boxMarkup(box: Box): readonly string[] {
  const { look, x, y, width, height, full, behind = 0 } = box;
  const rect = (by: number) =>
    `<rect class="b-${look}" x="${short(x + by)}" y="${short(y + by)}" width="${short(width)}" height="${short(height)}" rx="${RADIUS[look]}"/>`;
  const shadows = Array.from({ length: behind }, (_, i) => rect(BEHIND * (behind - i)));
  const inside = [
    ...shadows,
    rect(0),
    ...box.labels.map(labelMarkup),
    ...box.boxes.flatMap(boxMarkup),
    ...box.wires.map(wireMarkup),
  ];
  if (full === undefined) return inside;
  return ['<g>', `<title>${escaped(full)}</title>`, ...inside, '</g>'];
}

function wireMarkup({ kind, points }: Wire): string {
  return `<polyline class="wire w-${kind}" points="${points.map(([x, y]) => `${short(x)},${short(y)}`).join(' ')}"/>`;
}

function labelMarkup({ x, y, text, style, centered, faint, overLines }: Label): string {
  const classes = [`t-${style}`, ...(faint ? ['t-faint'] : []), ...(overLines ? ['t-over'] : [])].join(' ');
  const anchor = centered ? ' text-anchor="middle"' : '';
  return `<text class="${classes}" x="${short(x)}" y="${short(y)}"${anchor}>${escaped(text)}</text>`;
}

/** A coordinate with one digit behind the point, which is finer than anybody sees. */
const short = (pixels: number) => String(Math.round(pixels * 10) / 10);
