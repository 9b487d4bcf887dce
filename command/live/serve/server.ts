import { randomBytes } from 'crypto';
import * as http from 'http';
import { UserError } from '../../manifests';
import { pageOf } from './page';
import { GlassState } from './state';

/** Loopback alone: what the caller may see, others may not. */
const HOST = '127.0.0.1';

/** What the pages show. */
export interface Glass {
  readonly name: string;
  /** The picture of the app as it is now. */
  picture(): Promise<string>;
  state(): Promise<GlassState>;
  /** Who has a prefix, as text. @throws UserError for what is no prefix, and for what kubectl refuses */
  routes(prefix: string): Promise<string>;
}

interface Answer {
  readonly type: 'text/html' | 'text/plain' | 'application/json';
  readonly text: string;
  readonly headers?: http.OutgoingHttpHeaders;
  /** @default 200 */
  readonly status?: number;
}

/**
 * Serves the pages of an app until it is closed. It reads only, and stores nothing.
 *
 * @param port 0: any that is free
 * @throws UserError where the port is in use
 */
export function serve(glass: Glass, port: number): Promise<http.Server> {
  const server = http.createServer(
    (request, response) =>
      void answer(glass, request).then(({ status = 200, type, text, headers }) => {
        const common = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' };
        response.writeHead(status, { ...common, 'x-content-type-options': 'nosniff', ...headers }).end(text);
      }),
  );
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new UserError(`--port: got ${port}: ${error.message}`)));
    server.listen(port, HOST, () => resolve(server));
  });
}

async function answer(
  glass: Glass,
  { method, url = '/', headers: { host = '' } }: http.IncomingMessage,
): Promise<Answer> {
  const plain = (status: number, text: string): Answer => ({ type: 'text/plain', status, text });
  // A page of somebody else whose name leads to this host has another name here.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return plain(421, 'ask for 127.0.0.1 or localhost');
  if (method !== 'GET') return plain(405, 'GET alone');
  const { pathname, searchParams } = new URL(url, `http://${HOST}`);
  try {
    switch (pathname) {
      case '/':
        return await page(glass);
      case '/state.json':
        return { type: 'application/json', text: JSON.stringify(await glass.state()) };
      case '/routes':
        return { type: 'text/plain', text: await glass.routes(searchParams.get('prefix') ?? '') };
      default:
        return plain(404, 'nothing is here');
    }
  } catch (error) {
    if (error instanceof UserError) return plain(502, error.message);
    console.error(error);
    return plain(500, 'a bug; the terminal of the command shows it');
  }
}

async function page(glass: Glass): Promise<Answer> {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'unsafe-inline'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ].join('; ');
  const text = pageOf(glass.name, await glass.picture(), nonce);
  return { type: 'text/html', text, headers: { 'content-security-policy': policy } };
}
