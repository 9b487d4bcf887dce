import { Status } from './status';

/** The type of a field: a scalar, an object of fields, or a list of one type. */
type Shape = 'text' | 'number' | 'flag' | 'time' | { readonly [field: string]: Shape } | readonly [Shape];

const CHANGE = { action: 'text', group: 'text', address: 'text' } as const;
const PEER = { address: 'text', discovered: 'flag', configured: 'flag' } as const;

/** The fields that other commands need. Others may be there, too. */
const STATUS: Shape = {
  time: 'time',
  startedAt: 'time',
  router: { kind: 'text', reachable: 'flag', autonomousSystem: 'number', routerId: 'text' },
  readiness: { ready: 'flag', reason: 'text' },
  groups: [{ name: 'text', kind: 'text', service: 'text', peers: [PEER] }],
  clients: { established: 'number', total: 'number' },
  problems: ['text'],
};
const LAST_CHANGE: Shape = { time: 'time', changes: [CHANGE] };

/** Whether a value is a status that a daemon of this version wrote. */
export function isStatus(value: unknown): value is Status {
  if (!fits(value, STATUS)) return false;
  const { lastChange } = value as Partial<Status>;
  return lastChange === undefined || fits(lastChange, LAST_CHANGE);
}

function fits(value: unknown, shape: Shape): boolean {
  if (shape === 'text') return typeof value === 'string';
  if (shape === 'number') return typeof value === 'number';
  if (shape === 'flag') return typeof value === 'boolean';
  if (shape === 'time') return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  if (isList(shape)) return Array.isArray(value) && value.every((item) => fits(item, shape[0]));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(shape).every(([name, field]) => fits((value as Record<string, unknown>)[name], field));
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
