import fc from 'fast-check';
import * as answers from '../../../../crpd-image/runtime/router/crpd/answers';
import { MessageReader, MessageTooLong } from '../../../../crpd-image/runtime/router/crpd/framing';
import { errorIn, readMessage } from '../../../../crpd-image/runtime/router/crpd/messages';
import { MalformedXml } from '../../../../crpd-image/runtime/router/crpd/xml';
import { fuzzRuns } from '../../../../test-support/fuzz';

const CASES = fuzzRuns(10_000);

/** Messages that a router sends. */
const SEEDS = [
  '<!-- user root --><hello xmlns="urn:x"><capabilities><capability>urn:a</capability></capabilities></hello>',
  '\n<nc:rpc-reply xmlns:nc="u" message-id="1">\n<nc:ok/>\n</nc:rpc-reply>\n',
  '<rpc-reply message-id="2"><rpc-error><error-severity>warning</error-severity><error-message>&lt;x&#62;</error-message></rpc-error><ok/></rpc-reply>',
  '<rpc-reply><load-configuration-results><xnm:error><message>no</message></xnm:error><load-error-count>1</load-error-count></load-configuration-results></rpc-reply>',
  '<rpc-reply><configuration><groups><name>MESHRR</name><protocols><bgp><group><name>M</name><neighbor><name>10.0.0.1</name></neighbor></group></bgp></protocols></groups></configuration></rpc-reply>',
  '<rpc-reply><bgp-information><bgp-peer><peer-address>10.0.0.1+179</peer-address><peer-as>1.1</peer-as><elapsed-time junos:seconds="9">9</elapsed-time><peer-state>Establ</peer-state><bgp-rib><received-prefix-count>1</received-prefix-count></bgp-rib></bgp-peer></bgp-information></rpc-reply>',
  '<rpc-reply><![CDATA[<a>]]><?pi?><configuration-information><configuration-output>x</configuration-output></configuration-information></rpc-reply>',
].map((text) => Buffer.from(`${text}]]>]]>`));

/** Pieces that matter to the readers. */
const PIECES = [
  ']]>',
  ']]>]]>',
  '<',
  '>',
  '/',
  '&',
  '&#0;',
  '<!--',
  '-->',
  '<![CDATA[',
  '<!DOCTYPE a>',
  '<?',
  '"',
  "'",
  '<a b="',
  '</a>',
  '\u0000',
  'é',
].map((text) => Buffer.from(text));

const LIMIT = 400;

/** All that the session and the driver would make of a stream; an error that is none of the defined ones is thrown. */
function outcome(chunks: readonly Buffer[]): string {
  const reader = new MessageReader(LIMIT);
  let seen = '';
  try {
    for (const chunk of chunks) {
      reader.push(chunk, (text) => {
        const message = readMessage(text);
        seen += `${message.kind} `;
        if (message.kind !== 'reply') return;
        seen += errorIn(message)?.message ?? '-';
        seen += answers.loadRefusal(message) ?? '-';
        seen += answers.licenseRefusal(message) ?? '-';
        seen += answers.isCommitted(message) + answers.readDifference(message);
        seen += JSON.stringify(answers.readNeighbors(message, new Set(['M'])));
        seen += JSON.stringify(answers.readSessions(message, answers.readConfiguredAddresses(message)));
      });
    }
  } catch (error) {
    if (!(error instanceof MessageTooLong || error instanceof MalformedXml)) throw error;
    seen += `${error.name}: ${error.message}`;
  }
  return seen;
}

// Nobody looks at the stacks of errors that are expected, and they take half the time.
const { stackTraceLimit } = Error;
beforeAll(() => (Error.stackTraceLimit = 0));
afterAll(() => (Error.stackTraceLimit = stackTraceLimit));

function cut(data: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < data.length; at += size) chunks.push(data.subarray(at, at + size));
  return chunks;
}

test(`${CASES} broken streams give the defined errors only, the same however they are cut`, () => {
  const mutation = fc.tuple(fc.nat(3), fc.nat(1_000), fc.nat(255));
  const mutated = fc
    .tuple(fc.array(fc.nat(SEEDS.length - 1), { minLength: 1, maxLength: 2 }), fc.array(mutation, { maxLength: 4 }))
    .map(([seeds, mutations]) =>
      mutations.reduce(
        (data, [kind, place, value]) => {
          const at = place % (data.length + 1);
          const [before, after] = [data.subarray(0, at), data.subarray(at)];
          if (kind === 0) return Buffer.concat([before, PIECES[value % PIECES.length], after]);
          if (kind === 1) return Buffer.concat([before, after.subarray(value % 20)]);
          if (kind === 2) return Buffer.concat([before, Buffer.of(value), after.subarray(1)]);
          return Buffer.concat([before, data.subarray(value % data.length)]);
        },
        Buffer.concat(seeds.map((seed) => SEEDS[seed])),
      ),
    );
  const arbitrary = fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.concat([bytes, Buffer.from(']]>]]>')]));
  const kinds = new Set<string>();
  fc.assert(
    fc.property(
      fc.oneof({ arbitrary: mutated, weight: 4 }, arbitrary),
      fc.integer({ min: 1, max: 40 }),
      (data, size) => {
        const whole = outcome([data]);
        if (outcome(cut(data, size)) !== whole) throw new Error(`another outcome in chunks of ${size}`);
        kinds.add(/(MessageTooLong|MalformedXml)/.exec(whole)?.[0] ?? whole.split(' ')[0]);
      },
    ),
    { numRuns: CASES },
  );
  // It would prove little if the streams were all broken in one way.
  expect([...kinds].sort()).toEqual(
    expect.arrayContaining(['MalformedXml', 'MessageTooLong', 'hello', 'other', 'reply']),
  );
});
