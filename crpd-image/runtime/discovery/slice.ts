import { inside, list, ValidationError } from '../../../lib/input';
import { Endpoint } from './discovery';

/** The part of an EndpointSlice (discovery.k8s.io/v1) that the runtime needs. */
export interface Slice {
  readonly name: string;
  /** Undefined for `FQDN`, which is not an address type. */
  readonly family?: 4 | 6;
  /** The endpoints that DNS would list, and those that still serve while they terminate. Addresses are unchanged. */
  readonly endpoints: readonly Endpoint[];
}

/** An endpoint, and the pod and node that it is. */
export interface Listed {
  readonly address: string;
  readonly pod?: string;
  readonly node?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an EndpointSlice. Unknown fields are ignored, because the API grows.
 *
 * @param leaveOut which endpoints do not count
 * @throws ValidationError for anything else: a partial list would look as if endpoints had disappeared
 */
export function readSlice(value: unknown, leaveOut: (listed: Listed) => boolean = () => false): Slice {
  const slice = fields(value);
  const type = inside('addressType', () => text(slice.addressType));
  // A slice without endpoints has null here.
  const endpoints = inside('endpoints', () =>
    list((one) => readEndpoint(one, leaveOut), 0, Infinity)(slice.endpoints ?? []),
  );
  return {
    name: inside('metadata', () => inside('name', () => text(fields(slice.metadata).name))),
    family: type === 'IPv4' ? 4 : type === 'IPv6' ? 6 : undefined,
    endpoints: endpoints.filter((endpoint) => endpoint !== undefined),
  };
}

/** The resource version of an object or a list, where a watch continues. @throws ValidationError */
export function readVersion(value: unknown): string {
  return inside('metadata', () =>
    inside('resourceVersion', () => text(fields(fields(value).metadata).resourceVersion)),
  );
}

/** Reads an object. @throws ValidationError for anything else */
export function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw ValidationError.of(value, 'an object');
  return value as Fields;
}

/** Takes the first address of an endpoint, like kube-proxy: all of them reach the same endpoint. */
function readEndpoint(value: unknown, leaveOut: (listed: Listed) => boolean): Endpoint | undefined {
  const endpoint = fields(value);
  const [address] = inside('addresses', () => list(text, 1)(endpoint.addresses));
  const zone = inside('zone', () => optionalText(endpoint.zone));
  const node = inside('nodeName', () => optionalText(endpoint.nodeName));
  const pod = inside('targetRef', () => optionalText(fields(endpoint.targetRef ?? {}).name));
  const { listed, terminating } = inside('conditions', () => readConditions(fields(endpoint.conditions ?? {})));
  if (!listed || leaveOut({ address, pod, node })) return undefined;
  const redundancyGroup = zone || node;
  return { address, ...(redundancyGroup && { redundancyGroup }), ...(terminating && { departing: true }) };
}

/**
 * Whether an endpoint counts as present. DNS uses `ready`, which is always true if the Service publishes addresses that
 * are not ready, even of a terminating pod. Otherwise a terminating pod that still serves keeps its sessions until it
 * is gone.
 */
function readConditions(conditions: Fields) {
  const ready = condition(conditions.ready) ?? true;
  const terminating = condition(conditions.terminating) ?? false;
  return { listed: ready || (terminating && condition(conditions.serving) === true), terminating };
}

function condition(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw ValidationError.of(value, 'true or false');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw ValidationError.of(value, 'a text');
  return value;
}

function optionalText(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return text(value);
}
