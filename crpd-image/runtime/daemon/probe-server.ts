import * as http from 'http';
import { oneLine } from '../../../lib/input';
import { HTTP_PORT, METRICS_PATH } from '../../../lib/settings';
import { Metrics, PROBE_ANSWERS, Probed } from './probe-answers';

/** The time between two attempts to listen, in milliseconds. */
const RETRY_MS = 200;
/** After how long without a port this is reported, in milliseconds: the stand-in may have it for half a minute. */
const REPORT_AFTER_MS = 60_000;
/** How long a connection may be open, in milliseconds. A probe takes milliseconds. */
const CONNECTION_MS = 3_000;
const MAX_CONNECTIONS = 100;

/** The text format of Prometheus. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Answers the kubelet's probes and serves the metrics over HTTP, at the address of the pod only. */
export class ProbeServer {
  private readonly server: http.Server;
  private retry?: NodeJS.Timeout;
  private failures = 0;

  /** @param onFault called with the reason if it cannot listen for a minute, and with undefined once it listens */
  constructor(
    address: string,
    probed: Probed,
    metrics: Metrics,
    onFault: (reason: string | undefined) => void = () => undefined,
  ) {
    const server = http.createServer(({ url = '' }, response) => {
      void (url === METRICS_PATH ? serve(metrics, response) : answer(probed, url, response));
    });
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

async function answer(probed: Probed, url: string, response: http.ServerResponse) {
  const answerOf = Object.hasOwn(PROBE_ANSWERS, url) ? PROBE_ANSWERS[url] : undefined;
  const { ok, text } = (await answerOf?.(probed)) ?? { ok: false, text: 'not found' };
  send(response, ok ? 200 : answerOf ? 503 : 404, 'text/plain', `${oneLine(text)}\n`);
}

async function serve(metrics: Metrics, response: http.ServerResponse) {
  try {
    send(response, 200, METRICS_TYPE, await metrics());
  } catch (error) {
    // A bug of ours. It must not end the runtime.
    send(response, 500, 'text/plain', `${oneLine(String(error))}\n`);
  }
}

function send(response: http.ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'Content-Type': type, Connection: 'close' });
  response.end(text);
}
