import { thousands } from '../model';
import { Content, html, Markup } from './markup';

/** A part of the page. */
export interface Section {
  /** What links lead to: `#proof`. */
  readonly id: string;
  readonly heading: string;
  readonly content: Content;
}

export const NOTHING = html``;

export function sectionMarkup({ id, heading, content }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-heading">
    <h2 id="${id}-heading">${heading}</h2>
    ${content}
  </section> `;
}

/** Rows beyond these are counted and not shown, so that a page can be read. */
export const ROWS_SHOWN = 200;

/** A column of a table: with numbers, which are flush right; or with sentences, which may take several lines. */
export type Column = string | { readonly number: string } | { readonly sentence: string };

const headingOf = (column: Column) =>
  typeof column === 'string' ? column : 'number' in column ? column.number : column.sentence;

const classOf = (column: Column): Markup =>
  typeof column === 'string' ? NOTHING : 'number' in column ? html` class="number"` : html` class="sentence"`;

/** A table that scrolls by itself where it is too wide. */
export function table<T>(
  caption: string,
  columns: readonly Column[],
  items: readonly T[],
  cellsOf: (item: T) => readonly Content[],
): Markup {
  const classes = columns.map(classOf);
  const heads = columns.map((column, i) => html`<th scope="col" ${classes[i]}>${headingOf(column)}</th>`);
  const shown = items.slice(0, ROWS_SHOWN).map(cellsOf);
  const body = shown.map(
    (cells) =>
      html`<tr>
        ${cells.map((cell, i) => html`<td${classes[i]}>${cell}</td>`)}
      </tr> `,
  );
  const rest = items.length - shown.length;
  const more = rest > 0 ? html`<p class="faint">${thousands(rest)} more rows are not shown.</p>` : NOTHING;
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}">
      <table>
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
    ${more}`;
}

/** Commands for a shell, each on a line of its own. */
export function commands(lines: readonly string[]): Markup {
  return html`<pre class="wide" tabindex="0"><code>${lines.join('\n')}</code></pre> `;
}

/** A part of a section: its heading, what it is about, and commands, if there are any. */
export const topic = (heading: string, text: Content, lines: readonly string[] = []): Markup =>
  html`<h3>${heading}</h3>
    <p>${text}</p>
    ${lines.length > 0 ? commands(lines) : ''}`;

export const code = (text: string): Markup => html`<code>${text}</code>`;

/** Names in the font of code, with commas between them. */
export const codes = (names: readonly string[]): readonly Content[] =>
  names.map((name, i) => (i === 0 ? code(name) : html`, ${code(name)}`));

/** A word that stands out: good news, bad news, or something between. */
export function badge(kind: 'good' | 'warning' | 'bad' | 'plain', text: string): Markup {
  return html`<span class="badge ${kind}">${text}</span>`;
}
