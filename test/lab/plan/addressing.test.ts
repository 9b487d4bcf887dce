import { parseAddress, parsePrefix, covers } from '../../../lib/addressing';
import { Objects } from '../../../lab/manifests/objects';
import { addressingFor } from '../../../lab/plan/addressing';
import { planOfApp } from '../support/describe-lab';

const { objects } = planOfApp('two-regions-hrr-metallb-frr');

/** The objects with a variable of all workloads changed. */
function withRange(range: string, variable = 'MESHRR_POD_NETWORKS'): Objects {
  const workloads = objects.workloads.map((workload) => {
    const variables = workload.pod.variables.map((one) =>
      one.name === variable ? { name: one.name, value: range } : one,
    );
    return { ...workload, pod: { ...workload.pod, variables } };
  });
  return { ...objects, workloads };
}

test('pods have addresses in the networks that they are told', () => {
  const { podNetworks, pod, podPrefixes } = addressingFor(withRange('10.99.0.0/16'));
  expect(podNetworks.map(({ text }) => text)).toEqual(['10.99.0.0/16']);
  expect(pod(2, 3)).toEqual(['10.99.2.3']);
  expect(podPrefixes(2)).toEqual(['10.99.2.0/24']);
});

test('pods have IPv6, too, where the app has a use for it', () => {
  const { podNetworks, pod, node, podPrefixes } = addressingFor(withRange('10.99.0.0/16,2001:db8:42::/48'));
  expect(podNetworks.map(({ family }) => family)).toEqual([4, 6]);
  expect(pod(2, 3)).toEqual(['10.99.2.3', '2001:db8:42:2::3']);
  expect(podPrefixes(2)[1]).toBe('2001:db8:42:2::/64');
  expect(node(1)).toEqual(['172.31.0.1', 'fd00:172:31::1']);
});

test('each node has addresses for its own pods alone', () => {
  const { pod, podPrefixes } = addressingFor(objects);
  for (const [i, j] of [
    [1, 1],
    [1, 2],
    [7, 250],
  ]) {
    expect(covers(parsePrefix(podPrefixes(i)[0]), parseAddress(pod(i, j)[0]))).toBe(true);
    expect(covers(parsePrefix(podPrefixes(i + 1)[0]), parseAddress(pod(i, j)[0]))).toBe(false);
  }
});

test('addresses that the lab itself has are refused, and networks too small for nodes', () => {
  expect(() => addressingFor(withRange('10.99.0.0/16,172.31.7.0/24', 'MESHRR_CLIENTRANGE'))).toThrow(
    'got 172.31.7.0/24, want addresses apart from 172.31.0.0/16, which the lab itself uses',
  );
  expect(() => addressingFor(withRange('10.99.0.0/22'))).toThrow(
    'got 10.99.0.0/22 for pods, want a network of at least /20: a node takes a part of it',
  );
});
