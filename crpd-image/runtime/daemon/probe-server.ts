import * as http from 'http';
import { oneLine } from '../../../lib/input';
import { HTTP_PORT } from '../../../lib/settings';
import { PROBE_ANSWERS, Probed } from './probe-answers';

/** The time between two attempts to listen, in milliseconds. */
const RETRY_MS = 200;
/** After how long without a port this is reported, in milliseconds: the stand-in may have it for half a minute. */
const REPORT_AFTER_MS = 60_000;
/** How long a connection may be open, in milliseconds. A probe takes milliseconds. */
const CONNECTION_MS = 3_000;
const MAX_CONNECTIONS = 100;

/** Answers the kubelet's probes over HTTP, at the address of the pod only. */
export class ProbeServer {
  private readonly server: http.Server;
  private retry?: NodeJS.Timeout;
  private failures = 0;

  /** @param onFault called with the reason if it cannot listen for a minute, and with undefined once it listens */
  constructor(address: string, probed: Probed, onFault: (reason: string | undefined) => void = () => undefined) {
    const server = http.createServer((request, response) => void answer(probed, request, response));
    this.server = server;
    server.maxConnections = MAX_CONNECTIONS;
    server.on('connection', (socket) => {
      const timer = setTimeout(() => socket.destroy(), CONNECTION_MS);
      socket.once('close', () => clearTimeout(timer));
    });
    server.on('listening', () => onFault(undefined));
    server.on('error', ({ message }) => {
      if (++this.failures * RETRY_MS >= REPORT_AFTER_MS) onFault(message);
      this.retry = setTimeout(() => this.listen(), RETRY_MS);
    });
    this.listen = () => void server.listen(HTTP_PORT.number, address);
  }

  /** Listens as soon as the port is free. */
  readonly listen: () => void;

  close(): void {
    clearTimeout(this.retry);
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function answer(probed: Probed, { url = '' }: http.IncomingMessage, response: http.ServerResponse) {
  const answerOf = Object.hasOwn(PROBE_ANSWERS, url) ? PROBE_ANSWERS[url] : undefined;
  const { ok, text } = (await answerOf?.(probed)) ?? { ok: false, text: 'not found' };
  response.writeHead(ok ? 200 : answerOf ? 503 : 404, { 'Content-Type': 'text/plain', Connection: 'close' });
  response.end(`${oneLine(text)}\n`);
}
