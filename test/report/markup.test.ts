import * as fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { escaped, html, Markup } from '../../lib/report/markup';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  htmlEntities: true,
});

/** Any text of characters that XML allows. A carriage return alone becomes a line feed in every reader. */
const texts = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((text) => !/\p{C}/u.test(text) && text.trim() !== '');

test('a text comes back as it was, in an element and in an attribute', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const { a } = parser.parse(`<a b="${escaped(text)}">${escaped(text)}</a>`);
      expect(a).toEqual({ b: text, '#text': text });
    }),
  );
});

test.each([
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['" onload="x', '&quot; onload=&quot;x'],
  ["' & '", '&#39; &amp; &#39;'],
  ['&lt;', '&amp;lt;'],
  ['a\u0000b\u001b[31mc\ud800d', 'ab[31mcd'],
])('%j is written %j', (text, written) => expect(escaped(text)).toBe(written));

describe('a template', () => {
  test('escapes texts, and takes numbers, lists and what is ready as they are', () => {
    expect(html`<p>${'<'}${1}${[html`<b>${'&'}</b>`, ['>', 2]]}</p>`.html).toBe('<p>&lt;1<b>&amp;</b>&gt;2</p>');
  });

  test('leaves out the indentation of its own lines and no other', () => {
    const ready = new Markup('a\n    b');
    const { html: text } = html`<ul>
      <li>${ready}</li>
    </ul>`;
    expect(text).toBe('<ul>\n<li>a\n    b</li>\n</ul>');
  });
});
