import { parseAddress } from '../../../lib/addressing';

/** What a router's configuration says of the pod that it is in. Both are canonical texts of addresses. */
export interface Identity {
  /** An IPv4 address; the cluster id of a route reflector, too. */
  readonly routerId: string;
  readonly podIp: string;
}

/** A persisted configuration, made fit for the pod that it is in now. */
export interface CarriedOver {
  readonly text: string;
  /** What was changed, in words; empty where the text is as it was. */
  readonly changes: readonly string[];
}

/** Whether a word of a configuration is this address, however it is spelled. */
export function isAddress(word: string, address: string): boolean {
  if (word === address) return true;
  try {
    return parseAddress(word).text === address;
  } catch {
    return false;
  }
}
