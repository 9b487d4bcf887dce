/** Where a Lease is. */
export interface LeasePath {
  readonly namespace: string;
  readonly name: string;
}

const PATH = /^\/apis\/coordination\.k8s\.io\/v1\/namespaces\/([^/]+)\/leases\/([^/]+)$/;

/** The Lease that a path of the API names. */
export function leasePath(pathname: string): LeasePath | undefined {
  const [, namespace, name] = PATH.exec(pathname) ?? [];
  return namespace === undefined ? undefined : { namespace, name };
}

/** An answer of the API server: its status and its body. */
export interface Answer {
  readonly code: number;
  readonly body: object;
}

/** The Leases of an API server. An update is refused if its resourceVersion is not that of the stored object. */
export class Leases {
  private version = 1;
  private readonly stored = new Map<string, { readonly metadata: { readonly resourceVersion: string } }>();

  /** @param created those that the manifests of the app create */
  constructor(created: readonly LeasePath[]) {
    for (const { namespace, name } of created) {
      const metadata = { name, namespace, resourceVersion: `${this.version}` };
      this.stored.set(`${namespace}/${name}`, { metadata });
    }
  }

  read({ namespace, name }: LeasePath): Answer {
    const body = this.stored.get(`${namespace}/${name}`);
    return body ? { code: 200, body } : failure(404, `leases "${name}" not found`);
  }

  /** @param text the body of the request */
  update(path: LeasePath, text: string): Answer {
    const { code, body } = this.read(path);
    if (code !== 200) return { code, body };
    const sent = JSON.parse(text) as { metadata?: { resourceVersion?: string } };
    const { metadata } = body as { metadata: { resourceVersion: string } };
    if (sent.metadata?.resourceVersion !== metadata.resourceVersion) {
      return failure(409, `leases "${path.name}": the object has been modified`);
    }
    const stored = { ...sent, metadata: { ...sent.metadata, resourceVersion: `${++this.version}` } };
    this.stored.set(`${path.namespace}/${path.name}`, stored);
    return { code: 200, body: stored };
  }
}

export const failure = (code: number, message: string): Answer => ({
  code,
  body: { kind: 'Status', status: 'Failure', code, message },
});
