import { NEIGHBOR_PLATFORMS, vrfRefusal } from '../../lib/neighbors';

// Names that a platform keeps for itself: Junos has "master" for its main instance, IOS-XR and EOS take "all" for a word
// of their commands, FRR takes the device "lo", and "default" is a word to each.

const RESERVED = {
  junos: ['default', 'master'],
  iosxr: ['default', 'all'],
  frr: ['default', 'all', 'lo'],
  eos: ['default', 'all'],
};
const names = [...new Set(Object.values(RESERVED).flat())];

describe.each(NEIGHBOR_PLATFORMS)('a VRF on %s', (platform) => {
  test.each(names)('named %s is refused just where the platform keeps that name', (name) => {
    const wanted = RESERVED[platform].includes(name) ? `a name that ${platform} does not keep for itself` : undefined;
    expect(vrfRefusal(platform, name)).toBe(wanted);
  });

  test('may have a name that holds such a word', () => {
    for (const name of names) expect(vrfRefusal(platform, `${name}-1`)).toBeUndefined();
  });
});

test('a router of any platform has a VRF that each platform takes', () => {
  for (const name of names) {
    expect(vrfRefusal('generic', name)).toBe('a name that generic does not keep for itself');
  }
  expect(vrfRefusal('generic', 'DCI')).toBeUndefined();
});

test.each(['frr', 'generic'] as const)(
  'on %s a VRF is an interface of Linux, with a name of 15 characters',
  (platform) => {
    expect(vrfRefusal(platform, 'a'.repeat(15))).toBeUndefined();
    expect(vrfRefusal(platform, 'a'.repeat(16))).toBe('a name of at most 15 characters, as interfaces of Linux have');
  },
);

test.each(['junos', 'iosxr', 'eos'] as const)('on %s the name of a VRF may be longer', (platform) => {
  expect(vrfRefusal(platform, 'a'.repeat(16))).toBeUndefined();
});
