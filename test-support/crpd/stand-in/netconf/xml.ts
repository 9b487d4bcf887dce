/** An element; names are local, namespaces are dropped, as the on-box process hardly looks at them. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** All character data directly in it. */
  readonly text: string;
}

export class XmlFault extends Error {}

const MARKUP =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:\s+[^\s=<>/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Parses one document. @throws XmlFault where it is not well-formed */
export function parseXml(text: string): Element {
  const top: Open = { name: '', full: '', attributes: new Map(), children: [], text: '' };
  const open: Open[] = [top];
  MARKUP.lastIndex = 0;
  while (MARKUP.lastIndex < text.length) {
    const at = MARKUP.lastIndex;
    const found = MARKUP.exec(text);
    if (!found) throw new XmlFault(`not well-formed at character ${at}`);
    const [, cdata, end, start, attributes, empty, characters] = found;
    const here = open[open.length - 1];
    if (cdata !== undefined) here.text += cdata;
    else if (characters !== undefined) here.text += decode(characters);
    else if (end !== undefined) {
      if (open.length === 1 || here.full !== end) throw new XmlFault(`unexpected </${end}>`);
      open.pop();
    } else if (start !== undefined) {
      const element: Open = { name: local(start), full: start, attributes: read(attributes), children: [], text: '' };
      here.children.push(element);
      if (empty === '') open.push(element);
    }
  }
  if (open.length > 1) throw new XmlFault(`<${open[open.length - 1].full}> is not closed`);
  if (top.children.length !== 1 || top.text.trim() !== '') throw new XmlFault('not one document');
  return top.children[0];
}

interface Open extends Element {
  readonly full: string;
  readonly children: Element[];
  text: string;
}

function read(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, double, single] of text.matchAll(ATTRIBUTE)) {
    if (attributes.has(name)) throw new XmlFault(`the attribute ${name} is there twice`);
    attributes.set(name, decode(double ?? single));
  }
  return attributes;
}

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(/&([^;\s&]*;?)/g, (whole, body: string) => {
    const name = body.endsWith(';') ? body.slice(0, -1) : '';
    const code = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const point = code ? parseInt(code[1] ?? code[2], code[1] ? 16 : 10) : NaN;
    if (point > 0 && point < 0x110000) return String.fromCodePoint(point);
    if (Object.hasOwn(NAMED, name)) return NAMED[name];
    throw new XmlFault(`no entity ${whole}`);
  });
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The attribute, in whatever namespace. */
export function attribute(element: Element, name: string): string | undefined {
  for (const [full, value] of element.attributes) if (local(full) === name && !full.startsWith('xmlns')) return value;
  return undefined;
}

export const childNamed = (element: Element, name: string): Element | undefined =>
  element.children.find((child) => child.name === name);

export const escapeXml = (text: string): string =>
  text.replace(/[<>&]/g, (each) => ({ '<': '&lt;', '>': '&gt;' })[each] ?? '&amp;');

export const escapeAttribute = (text: string): string =>
  escapeXml(text)
    .replace(/"/g, '&quot;')
    .replace(/[\n\t\r]/g, (each) => `&#${each.charCodeAt(0)};`);
