import { JUNOS_CAPABILITY } from '../../../../crpd-image/runtime/router/crpd/messages';
import { NetconfSession } from '../../../../crpd-image/runtime/router/crpd/session';
import { RouterUnavailable } from '../../../../crpd-image/runtime/router/driver';
import { Answer, greeting, HELLO, replyTo, ScriptedServer } from './scripted-server';

const ok = (request: string) => replyTo(request, '<ok/>');
const bytesOf = (text: string) => [...Buffer.from(text)].map((byte) => Uint8Array.of(byte));

/** The message of the RouterUnavailable that a promise ends in. */
async function unavailable(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RouterUnavailable);
  return (error as Error).message;
}

/** A session in which the first request is answered so. */
const answeredBy = (script: (request: string) => Answer, options = {}) =>
  NetconfSession.open(greeting(script), options);

describe('a session', () => {
  test('greets, and sends nothing more before it is asked to', async () => {
    const server = greeting(ok);
    const session = await NetconfSession.open(server, { requiredCapability: JUNOS_CAPABILITY });
    expect(server.requests).toHaveLength(1);
    expect(session.isOpen).toBe(true);
    await session.close();
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]).toContain('<close-session/>');
    expect(server.closed).toBeGreaterThan(0);
  });

  test('gives each request an id of its own', async () => {
    const server = greeting(ok);
    const session = await NetconfSession.open(server);
    await session.rpc('<a/>');
    await session.rpc('<b/>');
    expect(server.requests.slice(1).map((text) => /message-id="(.*?)"/.exec(text)?.[1])).toEqual(['1', '2']);
    expect(session.answered).toBe(2);
    await session.close();
  });

  test('reads greeting and reply that come byte by byte', async () => {
    const server = new ScriptedServer((message) =>
      bytesOf(message.includes('<hello') ? `<!-- user root -->\n${HELLO}` : replyTo(message, '<data>é</data>')),
    );
    const session = await NetconfSession.open(server);
    expect((await session.rpc('<get/>')).element.children[0].text).toBe('é');
    await session.close();
  });

  test('reads a reply that comes with remarks around it', async () => {
    const session = await answeredBy(
      (request) => `<!-- a -->\n]]>]]>${replyTo(request, '<ok/>')}<notification/>]]>]]>`,
    );
    expect((await session.rpc('<get/>')).issues).toEqual([]);
    expect(session.isOpen).toBe(true);
    await session.close();
  });

  test('takes an error without an id as the reply', async () => {
    const session = await answeredBy(
      () => '<rpc-reply><rpc-error><error-message>bad</error-message></rpc-error></rpc-reply>]]>]]>',
    );
    expect((await session.rpc('<get/>')).issues[0].message).toBe('bad');
    await session.close();
  });

  test('takes one request at a time', async () => {
    const session = await answeredBy(() => 'silence');
    const first = session.rpc('<a/>');
    await expect(session.rpc('<b/>')).rejects.toThrow('one request at a time');
    await Promise.all([unavailable(first), session.close()]);
  });
});

describe('the greeting', () => {
  test('must have the capability that is asked for', async () => {
    const server = new ScriptedServer(
      () => '<hello><capabilities><capability>urn:a</capability></capabilities></hello>]]>]]>',
    );
    expect(await unavailable(NetconfSession.open(server, { requiredCapability: JUNOS_CAPABILITY }))).toContain(
      'it is not Junos',
    );
    expect(server.closed).toBe(1);
  });

  test.each<[string, Answer, string]>([
    ['does not come', 'silence', 'no greeting within 0.5 s'],
    ['is the end', 'death', 'the script ended'],
    ['is no XML', 'Permission denied]]>]]>', 'text outside of the document'],
    ['is a reply', '<rpc-reply/>]]>]]>', 'a reply to no request'],
  ])('that %s ends the session', async (_, answer, why) => {
    const server = new ScriptedServer(() => answer);
    expect(await unavailable(NetconfSession.open(server, { helloMilliseconds: 500 }))).toContain(why);
    expect(server.closed).toBe(1);
  });
});

describe('a request', () => {
  test.each<[string, (request: string) => Answer, string]>([
    ['is not answered', () => 'silence', 'no reply within 0.5 s'],
    ['kills the server', () => 'death', 'the script ended'],
    ['is answered by half', (request) => replyTo(request, '<ok/>').slice(0, 60), 'no reply within 0.5 s'],
    ['is answered by what is no XML', () => '<rpc-reply><ok></rpc-reply>]]>]]>', '<ok> is closed by </rpc-reply>'],
    ['is answered with a DOCTYPE', () => '<!DOCTYPE a><rpc-reply/>]]>]]>', 'a DOCTYPE'],
    ['is answered by another greeting', () => HELLO, 'a second greeting'],
    ['is answered twice', (request) => replyTo(request, '<ok/>').repeat(2), ''],
    ['gets the reply to another one', () => '<rpc-reply message-id="99"/>]]>]]>', 'a reply to another request'],
    [
      'is answered by 100 MB',
      () => Array.from({ length: 1600 }, () => Buffer.alloc(65536, 'x')),
      'a message of more than 1048576 bytes',
    ],
  ])('that %s ends the session, which says so from then on', async (_, script, why) => {
    const server = greeting(script);
    const session = await NetconfSession.open(server, { rpcMilliseconds: 500, maxMessageBytes: 1024 * 1024 });
    if (why === '') {
      await session.rpc('<a/>');
      why = 'a reply to no request';
    } else expect(await unavailable(session.rpc('<a/>'))).toContain(why);
    expect(session.isOpen).toBe(false);
    expect(await unavailable(session.rpc('<b/>'))).toContain(why);
    expect(server.closed).toBe(1);
    await session.close();
  });

  test('may take longer than others if it sets its own timeout', async () => {
    const session = await answeredBy(() => 'silence', { rpcMilliseconds: 60_000 });
    expect(await unavailable(session.rpc('<a/>', 20))).toBe('no reply within 0.02 s');
  });
});

test('a session that the server ends while nothing is asked is known to be lost', async () => {
  const server = greeting(ok);
  const session = await NetconfSession.open(server);
  server.send('death');
  await new Promise((resolve) => setImmediate(resolve));
  expect([session.isOpen, session.wasLost]).toEqual([false, true]);
  await session.close();
});
