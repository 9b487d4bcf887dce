import * as http from 'http';

/** How long the API server may take to reply, in milliseconds. */
const PATIENCE_MS = 20_000;

/** An object of Kubernetes, as the API returns it. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
    readonly deletionTimestamp?: string;
    readonly creationTimestamp?: string;
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec?: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly status?: any;
}

/** The API of the cluster with the rights of an administrator: HTTP over the socket of `kubectl proxy`. */
export class Api {
  constructor(private readonly socket: string) {}

  /** @param path `/api/v1/pods` @throws Error with the status of the reply */
  async get<T = KubernetesObject>(path: string): Promise<T> {
    return JSON.parse(await this.request('GET', path)) as T;
  }

  async list(path: string): Promise<readonly KubernetesObject[]> {
    return (await this.get<{ readonly items: readonly KubernetesObject[] }>(path)).items;
  }

  /** Merges fields into an object (RFC 7396). */
  async merge(path: string, fields: object): Promise<void> {
    await this.request('PATCH', path, fields, 'application/merge-patch+json');
  }

  async create(path: string, object: object): Promise<void> {
    await this.request('POST', path, object);
  }

  /** Deletes an object and returns at once. @param options such as `gracePeriodSeconds` */
  async delete(path: string, options: object = {}): Promise<void> {
    await this.request('DELETE', path, { apiVersion: 'v1', kind: 'DeleteOptions', ...options });
  }

  request(method: string, path: string, body?: object, type = 'application/json'): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = {
        socketPath: this.socket,
        method,
        path,
        headers: { 'Content-Type': type },
        timeout: PATIENCE_MS,
      };
      const request = http.request(options, (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (data: string) => (text += data));
        reply.once('error', reject);
        reply.once('end', () => {
          if ((reply.statusCode ?? 500) < 300) resolve(text);
          else reject(new Error(`${method} ${path}: status ${reply.statusCode}: ${text.trim().slice(0, 500)}`));
        });
      });
      request.once('timeout', () => request.destroy(new Error(`${method} ${path}: no reply`)));
      request.once('error', reject);
      request.end(body && JSON.stringify(body));
    });
  }
}
