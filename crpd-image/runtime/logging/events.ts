/**
 * The names of all log events, for searches and alerts; the README of the image describes each. The runtime imports
 * only types from here, so that the list takes no memory.
 */
export const EVENTS = [
  'configuration',
  'foreign-clients-filtered',
  'log-dropped',
  'started',
  'synchronized',
  'ready',
  'stopped',
  'peers-changed',
  'members-changed',
  'members-invalid',
  'member-refused',
  'rtr-unreachable',
  'session-established',
  'session-lost',
  'session-missing',
  'assumption-failed',
  'discovery-failed',
  'service-empty',
  'discovery-fallback',
  'answers-not-kept',
  'self-missing',
  'address-unusable',
  'address-in-two-groups',
  'unlisted-client',
  'addresses-outside',
  'routers-left-out',
  'router-reached',
  'router-unreachable',
  'frr-vtysh-fallback',
  'frr-key-not-set',
  'router-not-prepared',
  'change-refused',
  'handover-waiting',
  'handover-released',
  'lease-unreachable',
  'draining',
  'drained',
  'undrained',
  'probes-unanswered',
  'runtime-missing',
  'status-not-written',
  'internal-error',
] as const;

export type EventName = (typeof EVENTS)[number];

/** The name of a line of the log: an event, or the end of a fault. */
export type LoggedEvent = EventName | `${EventName}-ended`;
