import { MalformedXml } from '../../../../crpd-image/runtime/router/crpd/xml';
import {
  errorIn,
  helloMessage,
  readMessage,
  Reply,
  rpcMessage,
  tag,
} from '../../../../crpd-image/runtime/router/crpd/messages';

const reply = (content: string) => readMessage(`\n\n<rpc-reply message-id="1">\n${content}\n</rpc-reply>\n`) as Reply;

const rpcError = (severity: string, message: string, more = '') =>
  `<rpc-error>\n<error-type>protocol</error-type>\n<error-tag>operation-failed</error-tag>
   <error-severity>${severity}</error-severity>\n<error-message>\n${message}\n</error-message>${more}</rpc-error>`;

test('a greeting says base:1.0 alone, which rules chunked frames out', () => {
  const text = helloMessage();
  expect(text.match(/<capability>[^<]*/g)).toEqual(['<capability>urn:ietf:params:netconf:base:1.0']);
  expect(text.endsWith(']]>]]>')).toBe(true);
  expect(readMessage(text.slice(0, -6)).kind).toBe('hello');
});

test('a request carries its id, and what is put into it as it is', () => {
  const text = rpcMessage('7', tag('get', tag('a', '', { b: '"<&>"' }) + tag('c', 'text')));
  expect(text).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="7">' +
      '<get><a b="&quot;&lt;&amp;&gt;&quot;"/><c>text</c></get></rpc>]]>]]>',
  );
});

describe('a message', () => {
  test('may have comments before it, and line breaks around it', () => {
    const text = `\n<!-- No zombies were killed during the creation of this user interface -->
      <!-- user root, class super-user -->\n<?xml version="1.0"?>\n<hello xmlns="urn:x"><capabilities>
      <capability> urn:a </capability><capability>urn:b</capability></capabilities><session-id>7</session-id></hello>\n\n`;
    expect(readMessage(text)).toEqual({ kind: 'hello', capabilities: ['urn:a', 'urn:b'] });
  });

  test.each([
    '',
    '\n\n',
    '<!-- session end at 2026-01-01 -->',
    '<!-- a --> <!-- b -->\n',
    '<notification><x/></notification>',
  ])('that is neither a greeting nor a reply is of kind "other": %j', (text) =>
    expect(readMessage(text)).toEqual({ kind: 'other' }),
  );

  test.each(['<rpc/>', 'Welcome to Linux', '<rpc-reply>', '<!-- <rpc-reply/>', '<!DOCTYPE hello><hello/>'])(
    'that is none of NETCONF is refused: %j',
    (text) => expect(() => readMessage(text)).toThrow(MalformedXml),
  );
});

describe('errors of a reply', () => {
  test('are found beside other results, in their order, with their severity', () => {
    const { issues, messageId } = reply(
      `${rpcError('warning', 'statement not found')}${rpcError('error', 'syntax\n  error')}<ok/>`,
    );
    expect(messageId).toBe('1');
    expect(issues.map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', 'statement not found'],
      ['error', 'syntax error'],
    ]);
  });

  test('of severity warning do not count', () => {
    expect(
      errorIn(reply(`${rpcError('\nwarning\n', 'uncommitted changes will be discarded on exit')}<ok/>`)),
    ).toBeUndefined();
  });

  test('without a severity are errors', () => {
    expect(errorIn(reply('<rpc-error/>'))?.message).toBe('an error without a message');
  });

  test.each([
    [
      'load-configuration-results',
      (inner: string) => `<load-configuration-results>${inner}</load-configuration-results>`,
    ],
    ['commit-results', (inner: string) => `<commit-results>${inner}</commit-results>`],
    [
      'a routing engine',
      (inner: string) => `<commit-results><routing-engine>${inner}</routing-engine></commit-results>`,
    ],
  ])('are found within %s', (_, around) => {
    expect(errorIn(reply(around(rpcError('error', 'no'))))?.message).toBe('no');
    expect(errorIn(reply(around('<xnm:error><message>old</message></xnm:error>')))?.message).toBe('old');
    expect(reply(around('<xnm:warning><message>old</message></xnm:warning>')).issues[0].severity).toBe('warning');
  });

  test('are not looked for in what was asked for', () => {
    expect(reply('<configuration><error><message>x</message></error></configuration>').issues).toEqual([]);
  });

  test('name the word that was wrong', () => {
    const info = '<error-info><bad-element>neighbr</bad-element></error-info>';
    expect(errorIn(reply(rpcError('error', 'syntax error', info)))?.message).toBe('syntax error (neighbr)');
    expect(errorIn(reply(rpcError('error', 'unknown neighbr', info)))?.message).toBe('unknown neighbr');
  });

  test.each([
    'configuration database locked by:\n  alice terminal p0 (pid 77) on since 2026-01-01 00:00:00 UTC\n exclusive',
    'configuration database modified',
    'shared configuration database modified',
    "private edits in use. Try 'configure private' or 'configure exclusive'",
    'Another commit is in progress',
    'The configuration database is being modified by another user',
    'private configuration is outdated',
  ])('are busy by the message: %s', (message) => {
    expect(errorIn(reply(rpcError('error', message)))?.busy).toBe(true);
  });

  test.each([
    'syntax error',
    'invalid value',
    'configuration check-out failed',
    'Access denied',
    'unknown command',
    'statement not found',
  ])('tell that a change is wrong: %s', (message) =>
    expect(errorIn(reply(rpcError('error', message)))?.busy).toBe(false),
  );

  test.each(['lock-denied', 'in-use'])('are busy by the tag %s', (errorTag) => {
    expect(errorIn(reply(`<rpc-error><error-tag>${errorTag}</error-tag></rpc-error>`))?.busy).toBe(true);
  });
});

test('an error is found behind any number of warnings, and no more than a hundred of each are kept', () => {
  const issue = (severity: string) =>
    `<rpc-error><error-severity>${severity}</error-severity><error-message>${severity} x</error-message></rpc-error>`;
  const text = `<rpc-reply>${issue('warning').repeat(1_000)}${issue('error').repeat(1_000)}</rpc-reply>`;
  const reply = readMessage(text) as Reply;
  expect(reply.issues).toHaveLength(200);
  expect(errorIn(reply)?.message).toBe('error x');
});
