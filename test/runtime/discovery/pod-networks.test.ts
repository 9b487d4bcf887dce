import { parsePrefix } from '../../../lib/addressing';
import { PodNetworks } from '../../../crpd-image/runtime/discovery/pod-networks';
import { EMPTY, FAILED, found } from './group';

const networks = new PodNetworks(['10.42.0.0/16', '2001:db8::/64'].map(parsePrefix));

describe('answers', () => {
  test('within the pod networks are passed on as they are', () => {
    const answer = found('10.42.0.1', '10.42.255.255', '2001:db8::1');
    expect(networks.filter(answer).answer).toBe(answer);
    expect(networks.filter(answer).outside).toBeUndefined();
  });

  test('lose the addresses outside of them, and the first one is reported', () => {
    expect(networks.filter(found('10.41.255.255', '10.42.0.1', '10.43.0.0', '2001:db8:0:1::1'))).toEqual({
      answer: found('10.42.0.1'),
      outside: '10.41.255.255',
    });
  });

  test('that come again give the same endpoints again, by which others see that nothing has changed', () => {
    const answer = found('10.42.0.1', '10.43.0.0');
    expect(networks.filter(answer).answer).toBe(networks.filter({ ...answer }).answer);
  });

  test('with nothing else in them have failed', () => {
    expect(networks.filter(found('10.43.0.1'))).toEqual({
      answer: { kind: 'failed', reason: 'only addresses outside of the pod networks' },
      outside: '10.43.0.1',
    });
  });

  test.each([FAILED, EMPTY])('without addresses are passed on', (answer) => {
    expect(networks.filter(answer)).toEqual({ answer });
  });

  test('are passed on if no networks are given', () => {
    const answer = found('192.0.2.1');
    expect(new PodNetworks(undefined).filter(answer)).toEqual({ answer });
  });
});
