import {
  Crpd,
  HierarchicalRouteReflectors,
  inCluster,
  MetalLBBgpPeering,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { BgpTopology } from '../../lib/model';
import { Report, reportFor } from '../../lib/report';
import { frr, peering, region } from '../../test-support/examples';
import { topologyBy, topologyIn } from '../../test-support/topology';
import { App, Chart } from 'cdk8s';
import { FORTY, FOUR, hierarchyOf, routeServers } from './topologies';
import { someProof } from './proof';

const four = hierarchyOf(FOUR);
const full = (topology = four): Report =>
  reportFor({
    ...{ name: 'app', topology, proof: someProof(topology), pictureFile: 'topology.svg' },
    configurations: [
      { router: 'pe0', platform: 'junos', file: 'neighbors/pe0.junos.conf' },
      { router: 'beside a node', platform: 'frr', file: 'neighbors/beside a node.frr.conf' },
    ],
  });

/** The page as somebody reads it, without marks. */
const textOf = ({ html }: Report) =>
  html
    .replace(/<style>[^]*?<\/style>|<[^>]+>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');

const commandsIn = ({ html }: Report) =>
  [...html.matchAll(/<pre[^>]*><code>([^]*?)<\/code>/g)].map(([, text]) => textOf({ html: text, svg: '' }));

describe('a page', () => {
  test('is the same for the same data', () => {
    expect(full()).toEqual(full(hierarchyOf(FOUR)));
  });

  test('needs nothing beside it', () => {
    const { html } = full();
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\son\w+=/i);
    const links = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => link);
    expect(links.filter((link) => !link.startsWith('#')).sort()).toEqual([
      'neighbors/beside%20a%20node.frr.conf',
      'neighbors/pe0.junos.conf',
      'topology.svg',
    ]);
  });

  test('names nothing of the day or the machine', () => {
    expect(full().html).not.toMatch(/20\d\d-\d\d|\d\d:\d\d:\d\d|\/tmp|\/home/);
  });

  test('is of a size that mails and reviews can bear', () => {
    expect(full(hierarchyOf(FORTY)).html.length).toBeLessThan(150_000);
  });

  test('has the picture that is in the other file', () => {
    const { html, svg } = full();
    expect(html).toContain(svg);
  });

  test('tells the findings of the proof, and why one is accepted', () => {
    const text = textOf(full());
    expect(text).toContain('a route from pe0 reaches pe1 only through meshrr-core-0.');
    expect(text).toContain('Accepted: the <core> is elsewhere & known');
    expect(text).toMatch(
      /refuted\s+Not every client learns every route that it should\.\s+1 error\s+1 warning\s+1 accepted/,
    );
    expect(text).toContain('1 of 8 single failures costs a client a route.');
    expect(text).toMatch(/pod meshrr-core-0\s*6 routes\s*pe0, pe1; without any session: pe0/);
    expect(text).toMatch(
      /up to\s+about 7 seconds[^]*?everything\s*3 routes\s*pe0; without any session: pe0\s*all but side b\s*nothing\s*–/,
    );
    expect(text).toMatch(
      /1 of 3 pairs of failures costs a client a route\. 1 more were not looked at[^]*?pod a and pod b\s*9 routes\s*pe1/,
    );
    expect(text).toMatch(/BGP sessions\s*8\s*17[^]*?106 %\s*license/);
  });

  test('says nothing of routes where nothing was proven', () => {
    const { html } = reportFor({ name: 'app', topology: four });
    expect(html).not.toMatch(/id="(proof|failures|budgets)"/);
  });

  test('says that nodes and routers outside are assumed, where they are', () => {
    const page = reportFor({ name: 'app', topology: routeServers(1, 0) });
    const text = textOf(page);
    expect(text).toContain('Not declared and therefore assumed: 2 nodes and 2 routers outside.');
    expect(text).toContain('The nodes here are assumed: put the names of yours in their place.');
    expect(text).toContain('client-pair-0-1 (assumed)');
  });
});

describe('what to do before the rollout', () => {
  test('is to build and push the image, and to look for the pod network', () => {
    const [images, networks] = commandsIn(full());
    expect(images.split('\n')).toEqual(['docker login REGISTRY', 'npm run image -- frr --tag TAG', 'docker push TAG']);
    expect(networks).toBe('kubectl get nodes -o jsonpath=\'{range .items[*]}{.spec.podCIDRs}{"\\n"}{end}\'');
    expect(textOf(full())).toContain('The app says that pods have addresses of 10.42.0.0/16.');
    expect(textOf(full())).not.toContain('public registry');
  });

  test('is to keep an image of cRPD out of public registries', () => {
    const page = reportFor({ name: 'app', topology: crpd });
    expect(commandsIn(page)[0].split('\n')).toContain('npm run image -- crpd --from IMAGE --tag TAG');
    expect(textOf(page)).toContain('Do not push cRPD to a public registry');
  });

  test('is to put the addresses of host ports on their nodes', () => {
    const [, , , , lines] = commandsIn(full(hierarchyOf({ ...FOUR, metallb: false })));
    expect(lines.split('\n')).toEqual([
      '# on region-0-a0',
      'ip address add 192.0.2.1/32 dev lo',
      '# on region-0-b0',
      'ip address add 192.0.2.2/32 dev lo',
    ]);
    expect(textOf(full(hierarchyOf({ ...FOUR, metallb: true })))).not.toContain('dev lo');
  });

  test('is to label nodes, those alike together and without the labels that Kubernetes sets', () => {
    expect(commandsIn(full())[3].split('\n')).toEqual([
      'kubectl label nodes core-0.example.net core-1.example.net meshrr_region_core=true',
      'kubectl label nodes region-0-a0 region-0-b0 meshrr_region_region-0=true',
      'kubectl label nodes core-0.example.net region-0-a0 side=a',
      'kubectl label nodes core-1.example.net region-0-b0 side=b',
    ]);
  });

  test('is to make the namespace', () => {
    expect(commandsIn(full())[2].split('\n')).toEqual([
      'kubectl create namespace meshrr',
      'kubectl label namespace meshrr pod-security.kubernetes.io/enforce=privileged',
    ]);
  });

  describe('says where the pods run', () => {
    const sentence = (...namespaces: (string | undefined)[]) => {
      const topology = topologyBy((app: App) =>
        namespaces.forEach((namespace, i) => {
          const chart = new Chart(app, `bgp-${i}`, { namespace });
          new RouteReflectorRegion(chart, `region-${i}`, { ...region, router: frr, replicas: 1 });
        }),
      );
      return /The pods run in [^.]*\./.exec(textOf(reportFor({ name: 'app', topology })))?.[0];
    };

    test.each([
      [['meshrr'], 'The pods run in the namespace meshrr.'],
      [['5g-core', 'meshrr', '5g-core'], 'The pods run in the namespaces 5g-core and meshrr.'],
      [[undefined], "The pods run in the namespace of kubectl's current context."],
      [['meshrr', undefined], "The pods run in the namespace meshrr and the namespace of kubectl's current context."],
    ])('in namespaces %p', (namespaces, expected) => {
      expect(sentence(...namespaces)).toBe(expected);
    });
  });

  describe('is to install MetalLB', () => {
    const installs = (charts: (app: App) => readonly Chart[], props: object) => {
      const topology = topologyBy((app: App) => {
        charts(app).forEach((chart, i) => {
          const metallb = new MetalLBBgpPeering(chart, 'peering', { ...peering, ...props });
          const sides = { a: { addresses: [`192.0.2.${i + 1}`] } };
          const [clientRanges, reachability] = [['198.51.100.0/24'], Reachability.metalLB(metallb)];
          new RouteReflectorRegion(chart, 'r', { ...region, router: frr, clientRanges, reachability, sides });
        });
      });
      const all = commandsIn(reportFor({ name: 'app', topology }))
        .join('\n')
        .split('\n');
      return all.filter((line) => line.startsWith('helm') && line.includes(' install '));
    };

    test.each([
      [{}, '-n metallb-system', 'frrk8s.enabled=true', 'speaker.frr.enabled=false'],
      [{ namespace: '5g-lb', backend: 'frr' }, '-n 5g-lb', 'frrk8s.enabled=false', 'speaker.frr.enabled=true'],
      [{ backend: 'native' }, '-n metallb-system', 'frrk8s.enabled=false', 'speaker.frr.enabled=false'],
    ])('where and as the app says: %p', (props, place, ...values) => {
      const set = values.map((value) => `--set ${value}`).join(' ');
      expect(installs((app) => [new Chart(app, 'c', { namespace: 'bgp' })], props)).toEqual([
        `helm install ${place} --create-namespace metallb metallb/metallb ${set}`,
      ]);
    });

    test('in each cluster of its own', () => {
      const clusters = ['east', 'west side'];
      const lines = installs((app) => clusters.map((name) => inCluster(new Chart(app, name), name)), {});
      expect(lines.map((line) => line.slice(0, line.indexOf(' -n ')))).toEqual([
        'helm --kube-context east install',
        "helm --kube-context 'west side' install",
      ]);
    });
  });

  const crpd = topologyBy((app: App) => {
    const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
      myAsn: 64497,
      peers: { tor: { peerAsn: 64498, peerAddress: '192.0.2.254', passwordSecret: 'tor-password' } },
    });
    new HierarchicalRouteReflectors(new Chart(app, 'bgp', { namespace: 'meshrr' }), 'bgp', {
      ...{ router: new Crpd({ image: 'registry.example.com/meshrr/crpd:1.0.0' }), autonomousSystem: 64496 },
      podNetworks: ['10.42.0.0/16'],
      regions: {
        east: {
          ...{ clientRanges: ['198.51.100.0/24'], reachability: Reachability.metalLB(metallb) },
          sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
        },
      },
    });
  });

  test('is to create each Secret once, by its names', () => {
    const [, , , , secrets] = commandsIn(reportFor({ name: 'app', topology: crpd }));
    expect(secrets.split('\n')).toEqual([
      'kubectl -n meshrr create secret docker-registry regcred --docker-server=REGISTRY --docker-username=USER --docker-password=PASSWORD',
      'kubectl -n meshrr create secret generic crpd-root-password --from-literal=encrypted-password="$(openssl passwd -6)"',
      'kubectl -n meshrr create secret generic crpd-license --from-file=junos_sfnt.lic=FILE',
      'kubectl -n metallb-system create secret generic tor-password --type=kubernetes.io/basic-auth --from-literal=password=PASSWORD',
    ]);
  });
});

describe('the order of a rollout', () => {
  const withoutInterlock = ({ groups, ...topology }: BgpTopology): BgpTopology => ({
    ...topology,
    groups: groups.map((group) => ({ ...group, interlock: false })),
  });

  test('is all at once, also later: the pods wait for each other', () => {
    const [first, later] = commandsIn(full()).slice(-3);
    expect(first.split('\n').slice(0, -1)).toEqual(later.split('\n'));
    expect(later).toMatch(/^kubectl apply -f \.\n/);
  });

  test('is all at once, then one side after the other, without an interlock', () => {
    const [first, then, rest, drain] = commandsIn(full(withoutInterlock(four))).slice(-4);
    const wait = (workload: string) => `kubectl -n meshrr rollout status ${workload}`;
    const status = 'kubectl -n meshrr exec daemonset/meshrr-region-0-a -- meshrr status';
    const [core, a, b] = ['deployment/meshrr-core', 'daemonset/meshrr-region-0-a', 'daemonset/meshrr-region-0-b'].map(
      wait,
    );
    expect(first.split('\n')).toEqual(['kubectl apply -f .', core, a, b, status]);
    expect(then.split('\n')).toEqual([`kubectl apply -f . -l 'meshrr/side!=b'`, core, a, status]);
    expect(rest.split('\n')).toEqual(['kubectl apply -f .', b]);
    expect(drain).toBe('kubectl drain NODE --ignore-daemonsets --delete-emptydir-data');
  });

  test('waits for many workloads by their labels', () => {
    const [first, , rest] = commandsIn(full(withoutInterlock(hierarchyOf(FORTY)))).slice(-4);
    expect(first.split('\n')[1]).toBe(
      `kubectl -n meshrr get deployments,statefulsets,daemonsets -l 'app.kubernetes.io/name=meshrr' -o name | xargs -n 1 kubectl -n meshrr rollout status`,
    );
    expect(rest.split('\n')).toHaveLength(1 + 9);
  });

  test('is told for each cluster', () => {
    const topology = topologyIn((chart) => {
      for (const cluster of ['east', 'west side']) {
        const own = inCluster(new Chart(chart.node.root as App, cluster), cluster);
        new HierarchicalRouteReflectors(own, 'bgp', {
          ...{ router: new Crpd({ image: 'x/y:1' }), autonomousSystem: 64496, podNetworks: ['10.42.0.0/16'] },
          regions: {
            r: {
              ...{ clientRanges: ['198.51.100.0/24'], reachability: Reachability.hostPorts() },
              sides: { a: { addresses: ['192.0.2.1'] } },
            },
          },
        });
      }
    });
    const page = reportFor({ name: 'app', topology });
    expect(commandsIn(page).join('\n')).toContain("kubectl --context 'west side' apply -f FILES");
    expect(textOf(page)).toContain('The first rollout in the cluster east');
  });
});
