import { murmur3 } from '../settings';

/**
 * The key of TCP MD5 (RFC 2385) on sessions of a mesh: the same on every router of it, and another on every other mesh.
 * It is derived from public names and guards no secret: it keeps a router of the mesh that dials first from being
 * accepted as a client.
 *
 * @returns 32 hexadecimal digits, which no router's configuration has to quote
 */
export function meshKey(autonomousSystem: number, service: string, namespace: string): string {
  const names = `meshrr mesh ${service}.${namespace} AS ${autonomousSystem}`;
  return [0, 1, 2, 3].map((seed) => murmur3(names, seed).toString(16).padStart(8, '0')).join('');
}
