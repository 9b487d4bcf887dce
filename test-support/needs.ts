// eslint-disable-next-line @typescript-eslint/no-require-imports
const { parts, present } = require('../scripts/real-parts') as {
  parts: Record<string, unknown>;
  present(name: string): boolean;
};

export type Part =
  | 'root'
  | 'bgpd'
  | 'dnsmasq'
  | 'named'
  | 'openssl'
  | 'jinja2'
  | 'pyez'
  | 'sshd'
  | 'netconfd'
  | 'ip'
  | 'debootstrap'
  | 'buildah'
  | 'bird'
  | 'gobgpd'
  | 'curl'
  | 'nft'
  | 'chromium'
  | 'prometheus'
  | 'stayrtr'
  | 'frr-rpki'
  | 'faketime'
  | 'runc';

/** Whether a part is on this machine. */
export function has(part: Part): boolean {
  return part in parts && present(part);
}

/**
 * Tests that need real programs. If one is missing, the tests are skipped, and `npm test` has reported that; with the
 * variable CI they fail.
 */
export function describeWith(needed: readonly Part[], name: string, tests: () => void): void {
  const missing = needed.filter((part) => !has(part));
  if (missing.length === 0) describe(name, tests);
  else if (process.env.CI) test(name, () => expect(`missing: ${missing.join(', ')}`).toBe(''));
  else describe.skip(`${name} (left out: ${missing.join(', ')} missing)`, tests);
}
