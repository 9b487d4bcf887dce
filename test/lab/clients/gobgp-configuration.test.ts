import { gobgpConfiguration } from '../../../lab/clients/gobgp-configuration';

test('the whole text: eBGP goes over several hops', () => {
  const text = gobgpConfiguration({
    name: 'leaf',
    implementation: 'gobgp',
    autonomousSystem: 4200000101,
    routerId: '10.0.0.2',
    families: ['inet', 'evpn'],
    neighbors: [
      { address: '10.98.0.1', localAddress: '10.0.0.2', autonomousSystem: 4200000001 },
      { address: '2001:db8:98::1', localAddress: '2001:db8::2', autonomousSystem: 4200000101 },
    ],
    announcements: [],
    holdSeconds: 30,
  });
  expect(text).toBe(`\
[global.config]
as = 4200000101
router-id = "10.0.0.2"
port = -1
[[policy-definitions]]
name = "own"
[[policy-definitions.statements]]
name = "own"
[policy-definitions.statements.conditions.bgp-conditions]
route-type = "local"
[policy-definitions.statements.actions]
route-disposition = "accept-route"
[global.apply-policy.config]
export-policy-list = ["own"]
default-export-policy = "reject-route"
[[neighbors]]
[neighbors.config]
neighbor-address = "10.98.0.1"
peer-as = 4200000001
[neighbors.transport.config]
local-address = "10.0.0.2"
[neighbors.timers.config]
hold-time = 30
keepalive-interval = 10
connect-retry = 1
[neighbors.ebgp-multihop.config]
enabled = true
[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "ipv4-unicast"
[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "l2vpn-evpn"
[[neighbors]]
[neighbors.config]
neighbor-address = "2001:db8:98::1"
peer-as = 4200000101
[neighbors.transport.config]
local-address = "2001:db8::2"
[neighbors.timers.config]
hold-time = 30
keepalive-interval = 10
connect-retry = 1
[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "ipv4-unicast"
[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "l2vpn-evpn"
`);
});
