import { html, Markup } from '../../../lib/report/markup';
import { PAGE_STYLE } from '../../../lib/report/style';

/** How often the page asks for the state, in milliseconds. */
const REFRESH_MS = 3_000;

const STYLE = `
.b-pod[data-state=well]{stroke:#2f855a;stroke-width:3}
.b-pod[data-state=fault]{stroke:#c53030;stroke-width:3}
.b-pod[data-state=absent]{stroke:#c53030;stroke-dasharray:4 3;stroke-width:3}
.session{fill:none;stroke:#2f855a;stroke-opacity:.6;pointer-events:none}
.session[data-state=down]{stroke:#c53030;stroke-opacity:1;stroke-width:2.5}
pre{overflow-x:auto}
`;

/** Everything that the server sends becomes text: names of pods and routers are never markup. */
const SCRIPT = `
const show = (id, text) => { document.getElementById(id).textContent = text; };
const ask = async (path) => {
  const answer = await fetch(path);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
};
const boxes = new Map();
for (const title of document.querySelectorAll('svg g > title')) {
  const box = title.parentElement.querySelector(':scope > :is(.b-pod, .b-router)');
  if (box) boxes.set(title.textContent, box);
}
const picture = document.querySelector('svg.topology');
const lines = picture.appendChild(document.createElementNS(picture.namespaceURI, 'g'));
// From box to box; of two boxes side by side, over those between them. A router that is not drawn has no line.
const lineOf = ({ ends, up }) => {
  const [one, other] = ends.map((title) => boxes.get(title)?.getBBox()).sort((a, b) => a?.y - b?.y);
  if (!one || !other) return [];
  const level = other.y < one.y + one.height;
  const [x, y, toX] = [one.x + one.width / 2, one.y + (level ? 0 : one.height), other.x + other.width / 2];
  const bend = level ? Math.min(y, other.y) - 16 - Math.abs(toX - x) / 8 : (y + other.y) / 2;
  const line = document.createElementNS(picture.namespaceURI, 'path');
  line.setAttribute('class', 'session');
  line.setAttribute('d', 'M' + [x, y] + 'C' + [x, bend, toX, bend, toX, other.y]);
  line.setAttribute('data-state', up ? 'up' : 'down');
  return [line];
};
const refresh = async () => {
  try {
    const { pods, sessions, text } = JSON.parse(await ask('state.json'));
    for (const [title, state] of Object.entries(pods)) boxes.get(title)?.setAttribute('data-state', state);
    lines.replaceChildren(...sessions.sort((a, b) => b.up - a.up).flatMap(lineOf));
    show('sessions', text);
    show('fault', '');
  } catch (error) {
    show('fault', error.message);
  }
  setTimeout(refresh, ${REFRESH_MS});
};
refresh();
document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  show('routes', 'asking the routers …');
  try {
    show('routes', await ask('routes?' + new URLSearchParams(new FormData(event.target))));
  } catch (error) {
    show('routes', error.message);
  }
});
`;

/**
 * The page of an app: its picture, whose pods and sessions have the color of their state, the table of `status`, and the search for a
 * prefix.
 *
 * @param nonce with which the browser runs the script of this page and no other
 */
export function pageOf(name: string, svg: string, nonce: string): string {
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${name}: live</title>
        <style>
          ${new Markup(PAGE_STYLE + STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${name}</h1>
          <p id="fault" role="alert"></p>
        </header>
        <main>
          <section>
            <h2>Who has a prefix</h2>
            <form>
              <label>Prefix, or MAC address <input name="prefix" required /></label> <button>Search</button>
            </form>
            <pre id="routes" aria-live="polite"></pre>
          </section>
          <section>
            <h2>The topology</h2>
            <div class="wide">${new Markup(svg)}</div>
            <p>
              Green: all is well. Red: something is wrong with the pod or its sessions. Red and dashed: no such pod. A
              thin green line is a session that is Established, a red one a session of the model that is not.
            </p>
          </section>
          <section>
            <h2>Pods and sessions</h2>
            <pre id="sessions"></pre>
          </section>
        </main>
        <script nonce="${nonce}">
          ${new Markup(SCRIPT)};
        </script>
      </body>
    </html> `.html;
}
