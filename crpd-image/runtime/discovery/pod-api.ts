import * as fs from 'fs';
import type { IncomingMessage } from 'http';
import type { Agent } from 'https';
import * as path from 'path';
import { inBrief } from '../../../lib/input';

/** Where Kubernetes mounts the token of the pod's ServiceAccount. */
const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The maximum size of an answer and of one line of a watch, in bytes: objects in etcd have at most 1.5 MB. */
const MAX_BYTES = 16_000_000;
const MAX_LINE = 4_000_000;
/** The timeouts for the response headers and for a whole answer, in milliseconds. */
const HEADERS_MS = 5_000;
const ANSWER_MS = 10_000;
/** The TCP keepalive delay of a watch, in milliseconds. */
const KEEPALIVE_MS = 5_000;

/** A request to the API failed. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status; undefined if there was no response. */
    readonly status: number | undefined,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The Kubernetes API, as a pod reaches it. */
export interface PodApi {
  /** Reads a JSON document. @throws ApiError */
  get(target: string): Promise<unknown>;
  /**
   * Reads a JSON document, or replaces it by `body`.
   *
   * @returns what the server has then, and its clock in milliseconds since 1970, to the second
   * @throws ApiError
   */
  exchange(target: string, body?: object): Promise<{ readonly document: unknown; readonly date: number }>;
  /**
   * Reads JSON documents, one per line, until the server ends the response, normally after `seconds`.
   *
   * @param onOpen the server has accepted the request
   * @throws ApiError
   */
  watch(
    target: string,
    seconds: number,
    listener: { readonly onOpen: () => void; readonly onEvent: (event: unknown) => void },
  ): Promise<void>;
  close(): void;
}

export interface PodApiOptions {
  /** The environment of the process, with the address of the API. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder with `token` and `ca.crt`. Both rotate, so they are read for each request. */
  readonly folder?: string;
}

/** A small client: one for the whole API would take more memory than the runtime may have. */
export function podApi({ env, folder = ACCOUNT_FOLDER }: PodApiOptions): PodApi {
  const closing = new AbortController();
  // Keeps connections: a TLS handshake takes 5 ms of CPU, more than all else that a pod at rest does in a second.
  let agent: Agent | undefined;

  async function ask(target: string, body?: object): Promise<IncomingMessage> {
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
    if (!host || !port)
      throw new ApiError(undefined, 'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set');
    const [token, ca] = [read('token').trim(), read('ca.crt')];
    // Loaded here because TLS takes memory.
    const https = await import('https');
    agent ??= new https.Agent({ keepAlive: true });
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new ApiError(undefined, inBrief(error.message)));
      const headers = {
        ...{ authorization: `Bearer ${token}`, accept: 'application/json', 'user-agent': 'meshrr' },
        ...(body && { 'content-type': 'application/json' }),
      };
      const method = body ? 'PUT' : 'GET';
      const asked = https.request({ host, port, path: target, method, ca, headers, agent, signal: closing.signal });
      const slow = setTimeout(() => asked.destroy(new Error('no answer in time')), HEADERS_MS);
      asked.on('error', fail);
      asked.on('close', () => clearTimeout(slow));
      asked.on('response', (response) => {
        clearTimeout(slow);
        response.socket.setKeepAlive(true, KEEPALIVE_MS);
        if (response.statusCode === 200) return resolve(response);
        collect(response, 10_000)
          .catch(() => '')
          .then((body) => reject(refused(response, body)));
      });
      asked.end(body && JSON.stringify(body));
    });
  }

  async function exchange(target: string, body?: object) {
    const response = await ask(target, body);
    const slow = setTimeout(() => response.destroy(new Error('the answer did not end in time')), ANSWER_MS);
    try {
      const document = parse(await collect(response, MAX_BYTES));
      return { document, date: Date.parse(response.headers.date ?? '') };
    } finally {
      clearTimeout(slow);
    }
  }

  function read(name: string): string {
    try {
      return fs.readFileSync(path.join(folder, name), 'utf8');
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      throw new ApiError(undefined, `${path.join(folder, name)} cannot be read (${code})`);
    }
  }

  return {
    get: async (target) => (await exchange(target)).document,
    exchange,
    async watch(target, seconds, { onOpen, onEvent }) {
      const response = await ask(target);
      onOpen();
      const late = setTimeout(
        () => response.destroy(new Error('the watch did not end in time')),
        (seconds + 10) * 1000,
      );
      try {
        await eachLine(response, (line) => onEvent(parse(line)));
      } finally {
        clearTimeout(late);
        response.destroy();
      }
    },
    close() {
      closing.abort();
      agent?.destroy();
    },
  };
}

async function collect(response: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if ((size += chunk.length) > most) throw new Error(`an answer of more than ${most} bytes`);
    }
  } catch (error) {
    throw new ApiError(undefined, inBrief((error as Error).message));
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function eachLine(response: IncomingMessage, onLine: (line: string) => void): Promise<void> {
  let rest: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; start = end + 1, end = chunk.indexOf(10, start)) {
        const line = Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8');
        [rest, size] = [[], 0];
        if (line.trim() !== '') onLine(line);
      }
      rest.push(chunk.subarray(start));
      if ((size += chunk.length - start) > MAX_LINE) throw new Error(`an event of more than ${MAX_LINE} bytes`);
    }
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(undefined, inBrief((error as Error).message));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(undefined, 'the API sent invalid JSON');
  }
}

/** The API sends the reason in an object of kind Status. */
function refused({ statusCode, statusMessage }: IncomingMessage, body: string): ApiError {
  let why: unknown;
  try {
    why = (JSON.parse(body) as { message?: unknown } | null)?.message;
  } catch {
    // The body may come from a proxy; then the HTTP status is the reason.
  }
  const message = typeof why === 'string' ? why : (statusMessage ?? '');
  return new ApiError(statusCode, inBrief(`HTTP ${statusCode}: ${message}`));
}
