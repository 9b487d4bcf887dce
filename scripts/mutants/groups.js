'use strict';
// What is changed, and the tests that must notice.

/** @type {Readonly<Record<string, { code: readonly string[], tests: readonly string[], examples?: number }>>} */
const GROUPS = {
  // How routes spread, what a failure costs, what a pod has room for. Each example is a network with all its failures.
  proof: { code: ['lib/proof'], tests: ['test/proof', 'test/bad-input/proof.test.ts'], examples: 6 },
  // Routers, nodes and sessions of an app.
  model: { code: ['lib/model'], tests: ['test/model'] },
  // What the constructs and the runtime derive from settings.
  settings: {
    code: ['lib/settings', 'lib/topology/router-group.ts', 'lib/configuration'],
    // Not those that keep what a template renders, or make apps while they are loaded: a change must not see what another made.
    tests: [
      'test/settings',
      'test/configuration/as-path-pattern.test.ts',
      'test/configuration/mesh-key.test.ts',
      'test/configuration/pod-configuration.test.ts',
      'test/configuration/template-context.test.ts',
      'test/model/router-model.test.ts',
      'test/topology',
    ],
  },
  // MetalLB, and rules between constructs.
  metallb: {
    code: ['lib/reachability', 'lib/registry', 'lib/rules'],
    tests: ['test/reachability', 'test/rules', 'test/bad-input'],
  },
  // AS numbers, addresses, prefixes, names, communities.
  addressing: { code: ['lib/addressing'], tests: ['test/addressing'] },
  // Configurations of routers outside.
  neighbors: { code: ['lib/neighbors'], tests: ['test/neighbors'] },
  // Who is there, and whom to peer with.
  peers: {
    code: ['crpd-image/runtime/peers', 'crpd-image/runtime/discovery/membership.ts'],
    tests: [
      'test/runtime/peers',
      'test/runtime/discovery/membership.test.ts',
      'test/runtime/discovery/membership-memory.test.ts',
      'test/runtime/discovery/membership-pace.test.ts',
      'test/runtime/discovery/membership-properties.test.ts',
    ],
  },
};

/** Tests that start programs: each change would wait for them. */
const STARTS_PROGRAMS = [
  'test/neighbors/frr.test.ts',
  'test/neighbors/racks.test.ts',
  'test/runtime/configuration/frr-template.test.ts',
  'test/configuration/jinja.test.ts',
  'test/runtime/discovery/dns-faults.test.ts',
  'test/runtime/discovery/dns-lookup.test.ts',
  'test/runtime/discovery/dns-servers.test.ts',
  'test/runtime/discovery/endpoint-slices.test.ts',
  'test/runtime/discovery/with-fallback.test.ts',
];

module.exports = { GROUPS, STARTS_PROGRAMS };
