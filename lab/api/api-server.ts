import { ChildProcess } from 'child_process';
import { IncomingMessage, ServerResponse } from 'http';
import * as https from 'https';
import * as path from 'path';
import { eventually } from '../eventually';
import { Namespace } from '../network/namespace';
import { Certificate, certificateFor } from './certificate';
import { EndpointSlice } from './endpoint-slice';
import { Answer, failure, leasePath, LeasePath, Leases } from './leases';

export const API_PORT = 443;

/**
 * A program that forwards connections from its network namespace to the socket of the server, which is a file: the
 * server is part of the lab's process, and its host can be cut off.
 */
const FORWARD = `
const [, socket, port] = process.argv;
require('net').createServer((client) => {
  const server = require('net').connect(socket);
  client.pipe(server).pipe(client);
  for (const [one, other] of [[client, server], [server, client]])
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
}).listen(Number(port));
`;

const PATH = /^\/apis\/discovery\.k8s\.io\/v1\/namespaces\/([^/]+)\/endpointslices$/;

/** A slice and the version of its last change. */
interface Stored {
  readonly text: string;
  readonly version: number;
  readonly slice: EndpointSlice;
}

interface Watch {
  readonly namespace: string;
  readonly selector: string | null;
  readonly response: ServerResponse;
}

/** The part of a host that an API server needs. */
export interface ApiHost {
  readonly spawn: Namespace['spawn'];
  run(command: string, ...args: string[]): string | Promise<string>;
}

/** What Roles permit to the owner of a token; nothing to that of a false one. */
export interface Access {
  /** To list and watch the EndpointSlices of a namespace. */
  slices(token: string, namespace: string): boolean;
  /** To read and update a Lease. */
  lease(token: string, path: LeasePath): boolean;
}

/** The part of the Kubernetes API that pods use: list and watch of EndpointSlices, read and update of Leases. */
export class ApiServer {
  private version = 1;
  private readonly slices = new Map<string, Stored>();
  private readonly watches = new Set<Watch>();
  private forwarder?: ChildProcess;

  private constructor(
    private readonly host: ApiHost,
    private readonly socket: string,
    private readonly server: https.Server,
    /** The certificate of the authority, in PEM. */
    readonly authority: string,
    private readonly access: Access,
    private readonly leases: Leases,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.answer(request, response));
  }

  /**
   * Starts it at an address of `host`.
   *
   * @param folder gets its key and socket
   * @param leases those that exist
   */
  static async start(
    host: ApiHost,
    address: string,
    folder: string,
    access: Access,
    leases: readonly LeasePath[] = [],
  ): Promise<ApiServer> {
    const { key, certificate }: Certificate = await certificateFor(address, folder);
    const server = https.createServer({ key, cert: certificate });
    const socket = path.join(folder, 'api.sock');
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const api = new ApiServer(host, socket, server, certificate, access, new Leases(leases));
    await api.resume();
    return api;
  }

  /** Replaces all slices. Watches get those that have changed. */
  publish(slices: readonly EndpointSlice[]): void {
    for (const slice of slices) {
      const key = `${slice.metadata.namespace}/${slice.metadata.name}`;
      const text = JSON.stringify(slice);
      const known = this.slices.get(key);
      if (known?.text === text) continue;
      const stored = { text, slice, version: ++this.version };
      this.slices.set(key, stored);
      for (const watch of this.watches) this.notify(watch, stored, known ? 'MODIFIED' : 'ADDED');
    }
  }

  /** Ends all connections and accepts no others, as an API server that crashed. */
  suspend(): void {
    this.forwarder?.kill('SIGKILL');
    this.forwarder = undefined;
  }

  async resume(): Promise<void> {
    if (this.forwarder) return;
    const args = ['-e', FORWARD, this.socket, `${API_PORT}`];
    this.forwarder = this.host.spawn(process.execPath, args, { stdio: 'ignore' });
    await eventually(async () => {
      if (!(await this.host.run('ss', '-Hltn', 'sport', '=', `:${API_PORT}`))) throw new Error('no API server');
    });
  }

  close(): void {
    this.suspend();
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'https://kubernetes');
    const namespace = PATH.exec(pathname)?.[1];
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const lease = leasePath(pathname);
    if (lease) return void this.answerLease(request, response, token, lease);
    if (namespace === undefined) return send(response, failure(404, `the lab has no ${pathname}`));
    if (!this.access.slices(token, namespace)) {
      return send(response, failure(403, `endpointslices of ${namespace} is forbidden`));
    }
    const watch = { namespace, selector: query.get('labelSelector'), response };
    if (query.get('watch') !== 'true') {
      const items = [...this.slices.values()].filter((one) => concerns(watch, one)).map(objectOf);
      response.end(
        JSON.stringify({ kind: 'EndpointSliceList', metadata: { resourceVersion: `${this.version}` }, items }),
      );
      return;
    }
    response.writeHead(200).flushHeaders();
    const since = Number(query.get('resourceVersion'));
    for (const stored of this.slices.values()) if (stored.version > since) this.notify(watch, stored, 'MODIFIED');
    this.watches.add(watch);
    const timer = setTimeout(() => response.end(), 1000 * Number(query.get('timeoutSeconds') ?? 300));
    response.on('close', () => {
      clearTimeout(timer);
      this.watches.delete(watch);
    });
  }

  private async answerLease(
    request: IncomingMessage,
    response: ServerResponse,
    token: string,
    lease: LeasePath,
  ): Promise<void> {
    if (!this.access.lease(token, lease)) return send(response, failure(403, `leases "${lease.name}" is forbidden`));
    if (request.method === 'GET') return send(response, this.leases.read(lease));
    let text = '';
    for await (const chunk of request) text += String(chunk);
    send(response, this.leases.update(lease, text));
  }

  private notify(watch: Watch, stored: Stored, type: 'ADDED' | 'MODIFIED'): void {
    if (concerns(watch, stored)) watch.response.write(`${JSON.stringify({ type, object: objectOf(stored) })}\n`);
  }
}

function concerns({ namespace, selector }: Watch, { slice: { metadata } }: Stored): boolean {
  if (metadata.namespace !== namespace) return false;
  return selector === null || Object.entries(metadata.labels).some(([key, value]) => selector === `${key}=${value}`);
}

function objectOf({ slice, version }: Stored): object {
  return { ...slice, metadata: { ...slice.metadata, resourceVersion: `${version}` } };
}

function send(response: ServerResponse, { code, body }: Answer): void {
  response.writeHead(code).end(JSON.stringify(body));
}
