import { ValidationError } from '../input/validation-error';

/** The length of a DNS label (RFC 1035, 2.3.4), which is also that of a Kubernetes label's name and value. */
const LABEL_LENGTH = 63;

const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * A DNS label that starts with a letter (RFC 1035), as the names of Services must: only from Kubernetes 1.34 on may these
 * begin with a digit, too. Workloads here have the same names as Services.
 */
export function parseDnsLabel(value: unknown): string {
  return matching(
    value,
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    LABEL_LENGTH,
    'a DNS label: lower-case letters, digits and "-", starting with a letter, at most 63 characters',
  );
}

/** A DNS label that may start with a digit (RFC 1123), as the names of namespaces are: `5g-core`. */
export function parseRfc1123Label(value: unknown): string {
  return matching(
    value,
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    LABEL_LENGTH,
    'a DNS label: lower-case letters, digits and "-", at most 63 characters',
  );
}

/**
 * The name of a Service, `core`; with its namespace, if that is another one: `core.backbone`; and with its domain, if that
 * is another one: `core.backbone.svc.clusterset.local`.
 */
export function parseServiceReference(value: unknown): string {
  try {
    const { name, namespace, rootDomain } = serviceParts(typeof value === 'string' ? value : '');
    parseDnsLabel(name);
    if (namespace !== undefined) parseRfc1123Label(namespace);
    if (rootDomain !== undefined) parseServiceDomain(rootDomain);
    return value as string;
  } catch {
    throw ValidationError.of(
      value,
      'the name of a Service, a DNS label, or NAME.NAMESPACE if it is in another namespace, or NAME.NAMESPACE.DOMAIN',
    );
  }
}

/** The parts of a reference that {@link parseServiceReference} accepts. */
export function serviceParts(reference: string): {
  readonly name: string;
  readonly namespace?: string;
  readonly rootDomain?: string;
} {
  const [name, namespace, ...domain] = reference.split('.') as [string, ...string[]];
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(domain.length > 0 && { rootDomain: domain.join('.') }),
  };
}

/** A DNS subdomain (RFC 1123), as the names of Secrets and the cluster's domain are. */
export function parseDnsSubdomain(value: unknown): string {
  return matching(value, DNS_SUBDOMAIN, 253, 'a DNS name: labels of lower-case letters, digits and "-", joined by "."');
}

/** The domain of the Services of a cluster, or of a cluster set: `svc.cluster.local`. Kubernetes puts `svc` first. */
export function parseServiceDomain(value: unknown): string {
  const name = parseDnsSubdomain(value);
  if (name.startsWith('svc.')) return name;
  throw ValidationError.of(value, `the domain of Services, which begins with "svc.", here svc.${name}`);
}

/** The value of a Kubernetes label. */
export function parseLabelValue(value: unknown): string {
  return matching(
    value,
    /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
    LABEL_LENGTH,
    'the value of a Kubernetes label: letters, digits, "-", "_" and ".", at most 63 characters',
  );
}

/** The key of a Kubernetes label, with or without a prefix. */
export function parseLabelKey(value: unknown): string {
  const wanted = 'the key of a Kubernetes label: [prefix/]name, the name at most 63 characters';
  const [prefix, name] = typeof value === 'string' && value.includes('/') ? value.split(/\/(.*)/s) : [undefined, value];
  if (prefix !== undefined) matching(prefix, DNS_SUBDOMAIN, 253, wanted);
  matching(name, /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/, LABEL_LENGTH, wanted);
  return value as string;
}

/** A key of a Secret or a ConfigMap. */
export function parseDataKey(value: unknown): string {
  return matching(value, /^(?!\.\.?$|\.\.)[-._a-zA-Z0-9]+$/, 253, 'a key of letters, digits, "-", "_" and "."');
}

/** The name of a BGP group, safe to write unquoted into the configuration of either router. */
export function parseGroupName(value: unknown): string {
  return matching(
    value,
    /^[A-Za-z][-A-Za-z0-9_]*$/,
    LABEL_LENGTH,
    'the name of a BGP group: letters, digits, "-" and "_", starting with a letter, at most 63 characters',
  );
}

function matching(value: unknown, pattern: RegExp, length: number, wanted: string): string {
  if (typeof value !== 'string' || value.length > length || !pattern.test(value))
    throw ValidationError.of(value, wanted);
  return value;
}
