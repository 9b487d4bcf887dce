import { App, Testing } from 'cdk8s';
import { AppDefinition, proofOf } from '../../lib';
import { evpnOverDataCenters } from './evpn-over-data-centers';
import { exchangeOf } from './exchange';
import { regionsInNamespaces } from './regions-in-namespaces';
import { threeDualStackRegionsOf } from './three-dual-stack-regions';
import { threeTiers } from './three-tiers';

// Networks as a new user would model them: each is one short file.

test.each<[string, AppDefinition, { workloads: number; clients: number; learned: number }]>([
  // Each client learns the two routes of each other one, of which there are 179, and so on.
  [
    'three dual-stack regions with 180 clients',
    threeDualStackRegionsOf(60),
    { workloads: 7, clients: 180, learned: 2 * 179 },
  ],
  ['an exchange of 40 members', exchangeOf(40), { workloads: 2, clients: 40, learned: 2 * 39 }],
  ['EVPN over four data centers', evpnOverDataCenters, { workloads: 8, clients: 4, learned: 3 }],
  ['three tiers', threeTiers, { workloads: 11, clients: 8, learned: 7 }],
  ['regions in different namespaces', regionsInNamespaces, { workloads: 7, clients: 6, learned: 5 }],
])('%s: every client learns what all others announce, also after any single failure', (_, define, wanted) => {
  const app = new App();
  define(app);
  const objects = app.charts.flatMap((chart) => Testing.synth(chart) as { readonly kind: string }[]);
  const { clients, findings } = proofOf(app);
  expect({
    workloads: objects.filter(({ kind }) => /^(Deployment|DaemonSet|StatefulSet)$/.test(kind)).length,
    clients: clients.length,
    learned: [...new Set(clients.map(({ learned }) => learned))],
    findings: findings.flatMap(({ severity, message }) => (severity === 'accepted' ? [] : message)),
  }).toEqual({ ...wanted, learned: [wanted.learned], findings: [] });
});
