import { shownIn } from './attempts';

/** The only family of a session without multiprotocol extensions (RFC 4760). */
const PLAIN = 'ipv4Unicast';

/**
 * Reads `show bgp neighbors ADDRESS json`: whether End-of-RIB is missing in a family that both ends have advertised.
 * bgpd forgets what it has received when the session ends. A neighbor without the capability for graceful restart sends
 * none.
 */
export function lacksEndOfRib(text: string, address: string): boolean {
  const shown = shownIn(text, address);
  if (shown === undefined) return false;
  const families = Object.entries(shown.neighborCapabilities?.multiprotocolExtensions ?? {}).flatMap(([family, by]) =>
    'advertisedAndReceived' in by ? [family] : [],
  );
  const received = shown.gracefulRestartInfo?.endOfRibRecv ?? {};
  return (families.length > 0 ? families : [PLAIN]).some((family) => received[family] !== true);
}
