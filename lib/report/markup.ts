/** HTML that is ready: all texts in it have been escaped. */
export class Markup {
  constructor(readonly html: string) {}
}

/** What a template of {@link html} takes: texts, which it escapes, and what is ready. */
export type Content = string | number | Markup | readonly Content[];

/** HTML with texts in it, each of them escaped: html`<p>${text}</p>`. The indentation of the source is left out. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const texts = flush(parts);
  let all = texts[0];
  for (let i = 0; i < values.length; i++) all += markupOf(values[i]) + texts[i + 1];
  return new Markup(all);
}

const flushTexts = new WeakMap<TemplateStringsArray, readonly string[]>();

function flush(parts: TemplateStringsArray): readonly string[] {
  const known = flushTexts.get(parts);
  if (known) return known;
  const texts = parts.map((part) => part.replace(/\s*\n\s*/g, '\n'));
  flushTexts.set(parts, texts);
  return texts;
}

function markupOf(content: Content): string {
  if (content instanceof Markup) return content.html;
  if (typeof content === 'string') return escaped(content);
  return typeof content === 'number' ? String(content) : content.map(markupOf).join('');
}

/** A text in HTML or SVG, in an element or in a quoted attribute. Control characters that XML forbids are left out. */
export function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}
