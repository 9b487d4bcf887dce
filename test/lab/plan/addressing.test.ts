import { parseAddress, parsePrefix, covers } from '../../../lib/addressing';
import { BgpTopology } from '../../../lib';
import { addressingFor } from '../../../lab/plan/addressing';
import { planOfApp } from '../support/describe-lab';

const { topology } = planOfApp('two-regions-hrr-metallb-frr');

const withPodNetworks = (...texts: readonly string[]): BgpTopology => ({
  ...topology,
  groups: topology.groups.map((group) => ({ ...group, podNetworks: texts.map(parsePrefix) })),
});

const withClientRange = (text: string): BgpTopology => ({
  ...topology,
  groups: topology.groups.map((group) => ({
    ...group,
    clients: group.clients.map((clients) => ({ ...clients, ranges: [parsePrefix(text)] })),
  })),
});

test('pods have addresses in the networks of the topology', () => {
  const { podNetworks, pod, podPrefixes } = addressingFor(withPodNetworks('10.99.0.0/16'));
  expect(podNetworks.map(({ text }) => text)).toEqual(['10.99.0.0/16']);
  expect(pod(2, 3)).toEqual(['10.99.2.3']);
  expect(podPrefixes(2)).toEqual(['10.99.2.0/24']);
});

test('pods have IPv6 addresses where the app uses IPv6', () => {
  const { podNetworks, pod, node, podPrefixes } = addressingFor(withPodNetworks('10.99.0.0/16', '2001:db8:42::/48'));
  expect(podNetworks.map(({ family }) => family)).toEqual([4, 6]);
  expect(pod(2, 3)).toEqual(['10.99.2.3', '2001:db8:42:2::3']);
  expect(podPrefixes(2)[1]).toBe('2001:db8:42:2::/64');
  expect(node(1)).toEqual(['172.31.0.1', 'fd00:172:31::1']);
});

test('the pods of each node have their own prefixes', () => {
  const { pod, podPrefixes } = addressingFor(topology);
  for (const [i, j] of [
    [1, 1],
    [1, 2],
    [7, 250],
  ]) {
    expect(covers(parsePrefix(podPrefixes(i)[0]), parseAddress(pod(i, j)[0]))).toBe(true);
    expect(covers(parsePrefix(podPrefixes(i + 1)[0]), parseAddress(pod(i, j)[0]))).toBe(false);
  }
});

test('addresses in the network of the lab are rejected, and networks that are too small for nodes', () => {
  expect(() => addressingFor(withClientRange('172.31.7.0/24'))).toThrow(
    'got 172.31.7.0/24, want addresses outside 172.31.0.0/16, which the lab uses',
  );
  expect(() => addressingFor(withPodNetworks('10.99.0.0/22'))).toThrow(
    'got 10.99.0.0/22 for pods, want a prefix length of 20 or less: each node has a part of it',
  );
});
