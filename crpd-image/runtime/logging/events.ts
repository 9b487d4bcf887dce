/**
 * The names of all events in the log, which people search and alert by: the README of the image has a line on each. Code
 * imports types from here alone, so that the list itself takes no memory.
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
  'session-established',
  'session-lost',
  'discovery-failed',
  'service-empty',
  'discovery-fallback',
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
  'draining',
  'undrained',
  'status-not-written',
  'internal-error',
] as const;

/** An event, or a fault that lasts. */
export type EventName = (typeof EVENTS)[number];

/** What a line of the log may be called: an event, or the end of a fault. */
export type LoggedEvent = EventName | `${EventName}-ended`;
