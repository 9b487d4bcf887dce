/** The colors of page and picture, for light and for dark surroundings. Texts have a contrast of 4.5 or more. */
const COLORS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  paper: ['#ffffff', '#10171f'],
  panel: ['#f3f6fa', '#1a2430'],
  line: ['#9fb3c8', '#4a6178'],
  ink: ['#1f2933', '#e4ebf2'],
  muted: ['#52606d', '#a9b8c6'],
  mesh: ['#0b69a3', '#63b3ed'],
  client: ['#b44d12', '#f0a067'],
  outside: ['#fff8e6', '#2b2118'],
  good: ['#17683a', '#6fd39b'],
  warning: ['#855300', '#f0c04d'],
  bad: ['#b42318', '#ff8f85'],
};

/** The colors of a picture; those of pages are more. */
const IN_PICTURES = ['paper', 'panel', 'line', 'ink', 'muted', 'mesh', 'client', 'outside'];

function variables(names: readonly string[], theme: 0 | 1): string {
  return names.map((name) => `--${name}:${COLORS[name][theme]}`).join(';');
}

/** What is printed is light. */
const themed = (selector: string, names: readonly string[]) =>
  `${selector}{${variables(names, 0)}}\n@media screen and (prefers-color-scheme:dark){${selector}{${variables(names, 1)}}}`;

export const PICTURE_COLORS = themed('.topology', IN_PICTURES);
export const PAGE_COLORS = themed(':root', Object.keys(COLORS));
