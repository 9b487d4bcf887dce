/** A reply of NETCONF of which so many pieces stand between a beginning and an end. */
interface Flood {
  readonly head: string;
  readonly piece: (number: number) => string;
  readonly count: number;
  readonly tail: string;
}

const address = (number: number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
const BGP = '<configuration><groups><name>MESHRR</name><protocols><bgp><group><name>M</name>';

/** Just below the limit of elements and attributes, or beyond it. */
const FLOODS: Readonly<Record<string, Flood>> = {
  attributes: { head: '', piece: () => '<a b="c"/>', count: 149_000, tail: '' },
  'too many attributes': { head: '', piece: () => '<a b="c"/>', count: 490_000, tail: '' },
  errors: {
    head: '',
    piece: () => '<rpc-error><error-message>x y</error-message></rpc-error>',
    count: 149_000,
    tail: '',
  },
  neighbors: {
    head: BGP,
    piece: (number) => `<neighbor><name>${address(number)}</name></neighbor>`,
    count: 149_000,
    tail: '</group></bgp></protocols></groups></configuration>',
  },
  sessions: {
    head: '<bgp-information>',
    piece: (number) => `<bgp-peer><peer-address>${address(number)}</peer-address></bgp-peer>`,
    count: 149_000,
    tail: '</bgp-information>',
  },
};

export const FLOOD_NAMES = Object.keys(FLOODS);

const PIECES_OF_A_CHUNK = 1_000;

/** The chunks of such a reply to the request with this id. */
export function* floodOf(name: string, id: string): Generator<string> {
  const { head, piece, count, tail } = FLOODS[name];
  yield `<rpc-reply message-id="${id}">${head}`;
  for (let at = 0; at < count; at += PIECES_OF_A_CHUNK) {
    const size = Math.min(PIECES_OF_A_CHUNK, count - at);
    yield Array.from({ length: size }, (_, i) => piece(at + i)).join('');
  }
  yield `${tail}</rpc-reply>]]>]]>`;
}
