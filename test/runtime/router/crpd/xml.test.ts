import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import {
  elementsAt,
  escapeXml,
  MalformedXml,
  parseXml,
  textOf,
  XmlElement,
} from '../../../../crpd-image/runtime/router/crpd/xml';

/** An element as plain data, for comparisons. */
function plain({ name, attributes, children, text }: XmlElement): unknown {
  return { name, attributes: { ...attributes }, children: children.map(plain), text };
}

/** The same from the library that serves as the referee; its order of text and elements is not kept there, either. */
function refereed(text: string): unknown {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    removeNSPrefix: true,
    parseTagValue: false,
    trimValues: false,
    processEntities: true,
    htmlEntities: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
  });
  type Node = Record<string, unknown> & { ':@'?: Record<string, string> };
  const convert = (node: Node): unknown => {
    const name = Object.keys(node).find((key) => key !== ':@') as string;
    const inside = node[name] as Node[];
    return {
      name,
      attributes: { ...node[':@'] },
      children: inside.filter((child) => !('#text' in child)).map(convert),
      text: inside
        .map((child) => child['#text'] ?? '')
        .join('')
        .trim(),
    };
  };
  return (parser.parse(text, true) as Node[]).filter((node) => !('#text' in node)).map(convert)[0];
}

const name = fc.constantFrom('a', 'rpc-reply', 'junos:b', 'x.y_z', 'error');
const words = fc.string({ maxLength: 8 }).map((text) => text.replace(/[\u0000-\u001f\u007f]/g, ' '));

/** Well-formed documents, with comments, CDATA, references and both forms of empty elements. */
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .record({
      name,
      attributes: fc.uniqueArray(fc.tuple(fc.constantFrom('id', 'junos:seconds', 'x'), words), {
        selector: ([key]) => key,
        maxLength: 3,
      }),
      content: fc.array(
        fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          words.map(escapeXml),
          fc.constantFrom('\n', ' ', '<!-- < a comment > -->', '<?pi?>', '&#65;', '&#x42;', '<empty/>', '<empty />'),
          words.map((text) => `<![CDATA[${text.replace(/]]>/g, '')}]]>`),
          tie('element'),
        ),
        { maxLength: 4 },
      ),
    })
    .map((e) => {
      const attributes = e.attributes.map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join('');
      return `<${e.name}${attributes}>${e.content.join('')}</${e.name}>`;
    }),
}));

describe('a document', () => {
  test('is read as its elements, attributes and text, without prefixes', () => {
    const text = `<?xml version="1.0"?>\n<!-- hello -->\n<nc:rpc-reply xmlns:nc="urn:x" xmlns="y" message-id='7' nc:k="&lt;&#65;">
      <a>one<!-- not this --> two</a><a/><b><![CDATA[<raw> &amp;]]></b>
    </nc:rpc-reply>\n<!-- end -->\n`;
    expect(plain(parseXml(text))).toEqual({
      name: 'rpc-reply',
      attributes: { 'message-id': '7', k: '<A' },
      children: [
        { name: 'a', attributes: {}, children: [], text: 'one two' },
        { name: 'a', attributes: {}, children: [], text: '' },
        { name: 'b', attributes: {}, children: [], text: '<raw> &amp;' },
      ],
      text: '',
    });
  });

  test('is read as another reader reads it', () => {
    fc.assert(
      fc.property(element, (text) => {
        expect(plain(parseXml(text))).toEqual(refereed(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test('gives back every text that was escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { text: content, attributes } = parseXml(`<a b="${escapeXml(text)}">${escapeXml(text)}</a>`);
        expect(content).toBe(text.trim());
        expect(attributes.b).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test('may have names that objects have from birth', () => {
    const root = parseXml('<a __proto__="1" constructor="2"><__proto__>x</__proto__></a>');
    expect([root.attributes.__proto__, root.attributes.constructor]).toEqual(['1', '2']);
    expect(textOf(root, '__proto__')).toBe('x');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test('is found in by paths', () => {
    const root = parseXml('<a><b><c>1</c></b><b><c>2</c><c> </c></b></a>');
    expect(elementsAt(root, 'b', 'c').map(({ text }) => text)).toEqual(['1', '2', '']);
    expect(elementsAt(root, 'c')).toEqual([]);
    expect(textOf(root, 'b')).toBeUndefined();
  });
});

test.each([
  ['', 'no element'],
  ['  ', 'no element'],
  ['hello', 'text outside of the document'],
  ['<a/>x', 'text outside of the document'],
  ['<a/><b/>', 'more than one document'],
  ['<a>', '<a> is not closed'],
  ['<a></b>', '<a> is closed by </b>'],
  ['<x:a></y:a>', '<x:a> is closed by </y:a>'],
  ['</a>', '</a> is not open'],
  ['<a', '<a> does not end'],
  ['<a /b>', '<a> does not end'],
  ['<a></a b>', '</a does not end'],
  ['<a b>', 'attribute b of <a> has no value'],
  ['<a b=c>', 'attribute b of <a> has no value'],
  ['<a b="c>', 'no " after "'],
  ['<a b="<">', 'attribute b of <a> is not closed'],
  ['<a b="1"c="2"/>', '<a> does not end'],
  ['<a b="1" b="2"/>', 'attribute b of <a> is there twice'],
  ['< a/>', '"<" without a name'],
  ['<a>1 < 2</a>', '"<" without a name'],
  ['<a>&nbsp;</a>', 'an unknown reference: &nbsp;'],
  ['<a>&</a>', 'an unknown reference: &'],
  ['<a>&#0;</a>', 'an unknown reference: &#0;'],
  ['<a>&#x110000;</a>', 'an unknown reference: &#x110000;'],
  ['<!-- <a/>', 'no --> after <!--'],
  ['<a><![CDATA[</a>', 'no ]]> after <![CDATA['],
  ['<?xml <a/>', 'no ?> after <?'],
  ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'a DOCTYPE, which NETCONF forbids'],
  ['<a><!ENTITY b "c"></a>', 'a DOCTYPE, which NETCONF forbids'],
  ['<a>'.repeat(1_000_000), 'elements nest more than 100 deep'],
  [`<a>${'<b/>'.repeat(300_000)}</a>`, 'more than 300000 elements and attributes'],
  [`<a>${'<b c="d"/>'.repeat(150_000)}</a>`, 'more than 300000 elements and attributes'],
])('malformed XML is refused: %.40s', (text, message) => {
  expect(() => parseXml(text)).toThrow(new MalformedXml(message));
});

test.each([
  ['a repeated attribute', (name: string) => `<a ${name}="1" ${name}="2"/>`],
  ['an element that is closed by another', (name: string) => `<${name}></b>`],
  ['an element that is not closed', (name: string) => `<${name}>`],
])('%s is told in one short line, however long its name is', (_, text) => {
  const name = 'n\u202e'.repeat(4_000_000);
  const start = process.cpuUsage();
  const message = messageOf(() => parseXml(text(name)));
  expect(message.length).toBeLessThanOrEqual(300);
  expect(message).toContain('n\\u202en\\u202e');
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(10);
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedXml);
    return (error as Error).message;
  }
  throw new Error('it was read');
}

test('a long text of references takes a time that grows with the length', () => {
  const start = process.cpuUsage();
  const text = '&amp;'.repeat(1_000_000);
  expect(parseXml(`<a>${text}</a>`).text).toHaveLength(1_000_000);
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(10);
});
