import { EndOfRib } from '../driver';
import { shownIn } from './attempts';

/** The only family of a session without multiprotocol extensions (RFC 4760). */
const PLAIN = 'ipv4Unicast';

/**
 * Reads `show bgp neighbors ADDRESS json`: whether End-of-RIB was received in each family that both ends have advertised.
 * bgpd forgets it when the session ends. It sends End-of-RIB only to a neighbor with the capability for graceful restart
 * (8.4), or shows it only from such a neighbor (10.3).
 *
 * @returns undefined if the neighbor does not exist, or the text is not of this form
 */
export function endOfRibIn(text: string, address: string): EndOfRib | undefined {
  const shown = shownIn(text, address);
  if (shown === undefined) return undefined;
  const { multiprotocolExtensions = {}, gracefulRestart } = shown.neighborCapabilities ?? {};
  const families = Object.entries(multiprotocolExtensions).flatMap(([family, by]) =>
    'advertisedAndReceived' in by ? [family] : [],
  );
  const received = shown.gracefulRestartInfo?.endOfRibRecv ?? {};
  if ((families.length > 0 ? families : [PLAIN]).every((family) => received[family] === true)) return 'received';
  return gracefulRestart === 'advertisedAndReceived' || gracefulRestart === 'received' ? 'missing' : 'none';
}
