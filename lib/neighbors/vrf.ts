import { Platform } from '../model';

/** The longest name of an interface of Linux, which a VRF of FRR is. */
const LINUX_NAME_LENGTH = 15;

/** Names that a platform keeps for itself. */
const RESERVED: Readonly<Record<Exclude<Platform, 'generic'>, readonly string[]>> = {
  junos: ['default', 'master'],
  iosxr: ['default', 'all'],
  frr: ['default', 'all', 'lo'],
  eos: ['default', 'all'],
};

/** What would be accepted in place of the name of a VRF, where the platform refuses it. `generic` is all of them. */
export function vrfRefusal(platform: Platform, vrf: string): string | undefined {
  const platforms = platform === 'generic' ? (['junos', 'iosxr', 'frr', 'eos'] as const) : [platform];
  if (platforms.some((each) => RESERVED[each].includes(vrf))) return `a name that ${platform} does not keep for itself`;
  if (platforms.includes('frr') && vrf.length > LINUX_NAME_LENGTH) {
    return `a name of at most ${LINUX_NAME_LENGTH} characters, as interfaces of Linux have`;
  }
  return undefined;
}
