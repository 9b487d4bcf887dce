import { Evidence, likelyCause, needsDial } from '../../../crpd-image/runtime/peers/likely-cause';
import { Attempts } from '../../../crpd-image/runtime/router/driver';

const evidence = (attempts: Partial<Attempts>, others: Partial<Evidence> = {}): Evidence => ({
  kind: 'upstream',
  keyed: false,
  attempts: { address: '10.42.0.2', state: 'Active', passive: false, closed: false, ...attempts },
  ...others,
});

describe('the likely cause of a session that does not come up', () => {
  test.each<[string, Evidence, string]>([
    [
      'another AS',
      evidence({ notification: 'sent OPEN Message Error/Bad Peer AS' }),
      'the AS numbers differ (sent OPEN',
    ],
    [
      'one identifier',
      evidence({ notification: 'sent OPEN Message Error/Bad BGP Identifier' }),
      'the same BGP identifier',
    ],
    ['a refusal', evidence({ notification: 'received Cease/Connection Rejected' }), 'does not accept this router'],
    [
      'any other',
      evidence({ notification: 'received Cease/Out of Resources' }),
      'ends it (received Cease/Out of Resources)',
    ],
    ['not in the range', evidence({ closed: true }), 'this router is not in its client ranges'],
    ['not in the mesh', evidence({ closed: true }, { kind: 'mesh' }), 'its mesh does not list this router'],
    ['a passive end', evidence({ passive: true }, { kind: 'mesh', keyed: true }), 'waits for its connection'],
    ['no listener', evidence({}, { answered: 'refused' }), 'nothing listens'],
    ['no route', evidence({}, { answered: 'unreachable' }), 'no route to it'],
    ['no answer', evidence({ state: 'Connect' }, { answered: 'silent' }), 'no such host, or a NetworkPolicy'],
    ['no key', evidence({}, { kind: 'mesh', keyed: true, answered: 'accepted' }), 'ignores the TCP MD5 key'],
    ['another key', evidence({}, { kind: 'mesh', keyed: true, answered: 'silent' }), 'another TCP MD5 key'],
    ['a connection', evidence({}, { answered: 'accepted' }), 'it accepts the connection, but'],
    ['nothing', evidence({ state: 'OpenSent' }), 'the state is OpenSent'],
  ])('%s', (_, given, said) => {
    const cause = likelyCause(given);
    expect(cause).toContain(said);
    expect(cause).not.toMatch(/\n/);
  });

  test('says nothing of keys where there is none', () => {
    for (const answered of ['refused', 'unreachable', 'silent', 'accepted'] as const)
      expect(likelyCause(evidence({}, { answered }))).not.toContain('MD5');
  });

  test('needs a connection of its own only if the router does not know more', () => {
    const needs = (attempts: Partial<Attempts>) => needsDial(evidence(attempts).attempts);
    expect([{}, { passive: true }, { closed: true }, { notification: 'sent Cease' }].map(needs)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
