import { createDiscovery } from '../../../crpd-image/runtime/discovery/create-discovery';
import { DnsDiscovery } from '../../../crpd-image/runtime/discovery/dns-lookup';
import { parseAddress } from '../../../lib/addressing';

const podIp = parseAddress('10.42.0.1');

test('DNS is the discovery of the default settings', async () => {
  const events = { onNotice: () => {}, onFallback: () => {}, onChange: () => {} };
  expect(await createDiscovery({ discovery: 'dns', podIp }, events)).toBeInstanceOf(DnsDiscovery);
});

test('EndpointSlices have DNS behind them', async () => {
  const onFallback = jest.fn();
  const events = { onNotice: () => {}, onFallback, onChange: () => {} };
  const discovery = await createDiscovery({ discovery: 'endpointslice', podIp }, events, {});
  const underWay = discovery.lookup({ name: 'core', namespace: 'default', rootDomain: 'x'.repeat(64) });
  expect(await underWay).toEqual({ kind: 'failed', reason: 'not a valid DNS name' });
  expect(onFallback.mock.calls).toEqual([['core.default', expect.stringMatching(/./)]]);
  discovery.close();
});

test('of a Service in the domain of a cluster set DNS alone is asked: EndpointSlices list no pods of other clusters', async () => {
  const onFallback = jest.fn();
  const events = { onNotice: () => {}, onFallback, onChange: () => {} };
  const discovery = await createDiscovery({ discovery: 'endpointslice', podIp }, events, {});
  const lookup = jest.spyOn(DnsDiscovery.prototype, 'lookup').mockResolvedValue({ kind: 'failed', reason: 'of DNS' });
  const underWay = discovery.lookup({ name: 'core', namespace: 'default', rootDomain: 'svc.clusterset.local' });
  expect(await underWay).toEqual({ kind: 'failed', reason: 'of DNS' });
  expect(lookup).toHaveBeenCalledTimes(1);
  expect(onFallback).not.toHaveBeenCalled();
  lookup.mockRestore();
  discovery.close();
});
