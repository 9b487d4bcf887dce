import { execFileSync } from 'child_process';
import * as fs from 'fs';
import { IncomingMessage, ServerResponse } from 'http';
import * as https from 'https';
import { AddressInfo } from 'net';
import * as os from 'os';
import * as path from 'path';
import { Duplex } from 'stream';

/** The used part of an EndpointSlice. */
export interface SliceObject {
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
  readonly addressType: string;
  readonly endpoints: unknown;
}

/** The used part of an endpoint. */
export function endpoint(address: string, more: object = {}): object {
  return { addresses: [address], conditions: { ready: true, serving: true, terminating: false }, ...more };
}

export function slice(name: string, ...endpoints: readonly object[]): SliceObject {
  return { metadata: { name }, addressType: 'IPv4', endpoints };
}

/**
 * The part of the Kubernetes API that the runtime uses: list and watch of the EndpointSlices of one Service, over HTTPS
 * with its own certificate and token.
 */
export class KubernetesApi {
  /** The requests, oldest first: `list`, `watch from 7`. */
  readonly requests: string[] = [];
  /** Every answer has this status; 200: none. */
  status = 200;
  /** Watches are refused as too old: by status, or by an event. */
  gone?: 'status' | 'event';
  /** A false body for lists. */
  listBody?: string;
  /** No answer at all. */
  silent = false;
  /** How many connections it has accepted. */
  connections = 0;
  private token = 'token-1';
  private version = 10;
  private readonly slices = new Map<string, SliceObject>();
  private readonly watches = new Set<ServerResponse>();
  private readonly sockets = new Set<Duplex>();

  private constructor(
    private readonly server: https.Server,
    /** Where the pod finds its token and the certificate of the authority. */
    readonly folder: string,
    private readonly host: string,
  ) {
    server.on('connection', (socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.answer(request, response));
    this.writeToken();
  }

  static async start(host = '127.0.0.1'): Promise<KubernetesApi> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-api-'));
    const [key, cert] = ['key.pem', 'ca.crt'].map((name) => path.join(folder, name));
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
        ...['-subj', '/CN=kubernetes', '-addext', `subjectAltName=IP:${host}`, '-keyout', key, '-out', cert],
      ],
      { stdio: 'pipe' },
    );
    const server = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return new KubernetesApi(server, folder, host);
  }

  /** Environment of a pod that finds this API. */
  get env(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return { KUBERNETES_SERVICE_HOST: this.host, KUBERNETES_SERVICE_PORT: String(port) };
  }

  get connected(): number {
    return this.sockets.size;
  }

  get watching(): number {
    return this.watches.size;
  }

  /** Creates or changes a slice. */
  put(object: SliceObject): void {
    const { name } = object.metadata;
    const versioned = { ...object, metadata: { name, resourceVersion: String(++this.version) } };
    const type = this.slices.has(name) ? 'MODIFIED' : 'ADDED';
    this.slices.set(name, versioned);
    this.send({ type, object: versioned });
  }

  remove(name: string): void {
    const object = this.slices.get(name);
    this.slices.delete(name);
    if (!object) return;
    this.send({ type: 'DELETED', object: { ...object, metadata: { name, resourceVersion: String(++this.version) } } });
  }

  /** Changes a slice without an event to the watches. */
  putInSecret(object: SliceObject): void {
    const watches = [...this.watches];
    this.watches.clear();
    this.put(object);
    for (const watch of watches) this.watches.add(watch);
  }

  bookmark(): void {
    this.send({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(++this.version) } } });
  }

  /** Sends raw text to the watches: an invalid event, or one in pieces. */
  sendRaw(text: string): void {
    for (const watch of this.watches) watch.write(text);
  }

  /** Ends the watches, as at their timeout. */
  endWatches(): void {
    for (const watch of this.watches) watch.end();
  }

  /** Cuts all connections. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Replaces the valid token; the pod's file gets the new one if `told`. */
  rotateToken({ told }: { readonly told: boolean }): void {
    this.token = `token-${this.version}-${this.requests.length}`;
    if (told) this.writeToken();
  }

  writeToken(): void {
    fs.writeFileSync(path.join(this.folder, 'token'), `${this.token}\n`);
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'https://kubernetes');
    const isWatch = url.searchParams.get('watch') === 'true';
    this.requests.push(isWatch ? `watch from ${url.searchParams.get('resourceVersion')}` : 'list');
    if (this.silent) return;
    const isSlices = url.pathname === '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
    const isCore = url.searchParams.get('labelSelector') === 'kubernetes.io/service-name=core';
    if (this.status !== 200) this.reject(response, this.status, 'as was asked for');
    else if (request.headers.authorization !== `Bearer ${this.token}`) this.reject(response, 401, 'Unauthorized');
    else if (!isSlices || !isCore) this.reject(response, 403, `no access to ${request.url}`);
    else if (!isWatch) {
      const items = [...this.slices.values()];
      const list = { kind: 'EndpointSliceList', metadata: { resourceVersion: String(this.version) }, items };
      response.end(this.listBody ?? JSON.stringify(list));
    } else if (this.gone === 'status') this.reject(response, 410, 'too old resource version');
    else {
      response.writeHead(200).flushHeaders();
      if (this.gone === 'event') {
        response.end(`${JSON.stringify({ type: 'ERROR', object: status(410, 'too old resource version') })}\n`);
      } else {
        this.watches.add(response);
        response.on('close', () => this.watches.delete(response));
        this.replay(response, Number(url.searchParams.get('resourceVersion')));
      }
    }
  }

  /** What has happened since the version that the watch starts from; it remembers the last state only. */
  private replay(response: ServerResponse, since: number): void {
    for (const object of this.slices.values()) {
      if (Number(object.metadata.resourceVersion) > since) {
        response.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
      }
    }
  }

  private reject(response: ServerResponse, code: number, message: string): void {
    response.writeHead(code).end(JSON.stringify(status(code, message)));
  }

  private send(event: object): void {
    this.sendRaw(`${JSON.stringify(event)}\n`);
  }
}

function status(code: number, message: string): object {
  return { kind: 'Status', status: 'Failure', code, message };
}
