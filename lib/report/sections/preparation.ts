import {
  append,
  BgpTopology,
  ClusterNode,
  counted,
  formOf,
  grouped,
  listed,
  MetalLBBackend,
  NeededSecret,
  RouterGroup,
  sorted,
} from '../../model';
import { hostPrefix } from '../../addressing';
import { Section, topic } from '../elements';
import { Content, html } from '../markup';
import { helm, kubectl, word } from './shell';

/** Namespaces that every cluster has. */
const THERE_ALREADY = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** What must be there before anything is applied. */
export function preparation(topology: BgpTopology): Section {
  return {
    id: 'preparation',
    heading: 'Before the rollout',
    content: [image(topology), namespaces(topology), labels(topology), secrets(topology), reachability(topology)],
  };
}

/** Where the pods get their image from, and their addresses, which the app must know. */
function image({ groups }: BgpTopology): Content {
  const routers = sorted([...new Set(groups.map(({ router }) => router))], (router) => router);
  const builds = routers.flatMap((router) => [
    `npm run image -- ${router}${router === 'crpd' ? ' --from IMAGE' : ''} --tag TAG`,
    'docker push TAG',
  ]);
  const networks = sorted([...new Set(groups.flatMap((group) => group.podNetworks.map(({ text }) => text)))], (n) => n);
  const clusters = [...new Set(groups.map(({ cluster }) => cluster))];
  const podNetworks = clusters.map(
    (cluster) => `${kubectl(cluster)} get nodes -o jsonpath='{range .items[*]}{.spec.podCIDRs}{"\\n"}{end}'`,
  );
  const publicly = routers.includes('crpd') ? ' Do not push cRPD to a public registry: it may not be published.' : '';
  const build = `Build it in a clone of cdk8s-meshrr and push it, under the tag that the app names.${publicly}`;
  const pods = `The app says that pods have addresses of ${listed(networks)}. Each node's share is below. It is empty or wrong where the network plug-in has pools of its own, as Calico and Cilium may: look there.`;
  return [topic('Image', build, ['docker login REGISTRY', ...builds]), topic('Pod networks', pods, podNetworks)];
}

function namespaces({ groups }: BgpTopology): Content {
  const places = grouped(
    groups.filter(({ namespace }) => namespace !== undefined && !THERE_ALREADY.includes(namespace)),
    ({ cluster, namespace }) => JSON.stringify([cluster, namespace]),
  );
  const names = [...new Set(groups.flatMap(({ namespace }) => namespace ?? []))];
  const named = [
    ...(names.length === 0 ? [] : [`the namespace${names.length > 1 ? 's' : ''} ${listed(names)}`]),
    ...(groups.every(({ namespace }) => namespace !== undefined) ? [] : ["the namespace of kubectl's current context"]),
  ];
  const lines = [...places.values()].flatMap((here) => {
    const [{ cluster, namespace }] = here;
    const level = here.some(isPrivileged) ? 'privileged' : 'restricted';
    const name = word(namespace as string);
    return [
      `${kubectl(cluster)} create namespace ${name}`,
      `${kubectl(cluster)} label namespace ${name} pod-security.kubernetes.io/enforce=${level}`,
    ];
  });
  const privileged = groups.some(isPrivileged)
    ? ' It must allow privileged pods or host ports, where a Pod Security Standard is enforced.'
    : '';
  return topic('Namespace', `The pods run in ${listed(named)}.${privileged}`, lines);
}

/** cRPD runs privileged; all but that level of the Pod Security Standards forbid host ports and the network of the node. */
const isPrivileged = ({ router, reachedBy }: RouterGroup) => router === 'crpd' || formOf(reachedBy)?.isOnNodes;

function labels({ nodes }: BgpTopology): Content {
  const assumed = nodes.some((node) => node.assumed);
  const sentence = assumed
    ? 'Labels say which pods run where. The nodes here are assumed: put the names of yours in their place. More nodes may have the same labels.'
    : 'Labels say which pods run where.';
  const lines = [...grouped(nodes, ({ cluster }) => cluster).values()].flatMap(labelCommands);
  return topic('Labels of nodes', sentence, lines);
}

/** Labels that the same nodes have are set together. Those that Kubernetes sets are left out. */
function labelCommands(nodes: readonly ClusterNode[]): readonly string[] {
  const nodesOf = new Map<string, string[]>();
  for (const { name, labels: all } of nodes) {
    for (const label of Object.entries(all)) {
      if (isOfKubernetes(label[0])) continue;
      append(nodesOf, label.join('='), name);
    }
  }
  const together = grouped(
    sorted([...nodesOf], ([label]) => label),
    ([, names]) => JSON.stringify(names),
  );
  return [...together.values()].map((same) => {
    const names = same[0][1].map(word).join(' ');
    return `${kubectl(nodes[0].cluster)} label nodes ${names} ${same.map(([label]) => word(label)).join(' ')}`;
  });
}

const isOfKubernetes = (key: string) => /^([^/]*\.)?(kubernetes|k8s)\.io\//.test(key);

const SECRET_ARGUMENTS: Readonly<Record<NeededSecret['purpose'], (key: string | undefined) => readonly string[]>> = {
  'registry credentials': () => [
    ...['docker-registry', '--docker-server=REGISTRY'],
    ...['--docker-username=USER', '--docker-password=PASSWORD'],
  ],
  'root password hash': (key) => ['generic', `--from-literal=${word(key ?? 'password')}="$(openssl passwd -6)"`],
  license: (key) => ['generic', `--from-file=${word(key ?? 'license')}=FILE`],
  'password of a BGP peer': (key) => [
    ...['generic', '--type=kubernetes.io/basic-auth', `--from-literal=${word(key ?? 'password')}=PASSWORD`],
  ],
  'key of BGP sessions': (key) => ['generic', `--from-literal=${word(key ?? 'key')}=KEY`],
};

function secrets({ groups, metallb: speakers }: BgpTopology): Content {
  const needed = [
    ...groups.flatMap(({ cluster, secrets: all }) => all.map((secret) => ({ cluster, secret }))),
    ...speakers.flatMap(({ cluster, neighbors }) =>
      neighbors.flatMap(({ passwordSecret: secret }) => (secret ? [{ cluster, secret }] : [])),
    ),
  ];
  const once = [...grouped(needed, (each) => JSON.stringify(each)).values()].map(([first]) => first);
  if (once.length === 0) return topic('Secrets', 'None are needed.');
  const placeOf = ({ cluster, secret: { name, namespace, purpose } }: (typeof once)[number]) =>
    JSON.stringify([cluster, namespace, name, purpose]);
  const lines = [...grouped(once, placeOf).values()].map((same) => {
    const [{ cluster, secret }] = same;
    const [kind] = SECRET_ARGUMENTS[secret.purpose](secret.key);
    const rest = same.flatMap(({ secret: { purpose, key } }) => SECRET_ARGUMENTS[purpose](key).slice(1));
    return [kubectl(cluster, secret.namespace), 'create secret', kind, word(secret.name), ...new Set(rest)].join(' ');
  });
  const text = `${counted(lines.length, 'Secret')} must be there: put your values in the place of the words in capitals. Manifests and this page hold only names.`;
  return topic('Secrets', text, lines);
}

/** Values for the Helm chart of MetalLB, whatever the defaults of its version are. */
const BACKEND_VALUES: Readonly<Record<MetalLBBackend, string>> = {
  native: '--set frrk8s.enabled=false --set speaker.frr.enabled=false',
  frr: '--set frrk8s.enabled=false --set speaker.frr.enabled=true',
  'frr-k8s': '--set frrk8s.enabled=true --set speaker.frr.enabled=false',
};

function reachability(topology: BgpTopology): Content {
  const { groups } = topology;
  const forms = new Set(groups.map(({ reachedBy }) => reachedBy));
  return [
    forms.has('metallb') || forms.has('layer2') ? metallb(topology) : '',
    forms.has('load-balancer') ? loadBalancers(groups) : '',
    groups.some(({ reachedBy }) => formOf(reachedBy)?.isOnNodes) ? addressesOnNodes(topology) : '',
  ];
}

function loadBalancers(groups: readonly RouterGroup[]): Content {
  const theirs = groups.filter(({ reachedBy }) => reachedBy === 'load-balancer');
  const sentences = [...grouped(theirs, ({ announcer = 'load balancer' }) => announcer)].map(([announcer, some]) => {
    const addresses = some.flatMap((group) => group.addresses.map(({ text }) => text));
    return `The ${announcer} must announce ${listed(addresses)} from the nodes with a ready pod, and keep the addresses of clients.`;
  });
  return topic('Load balancer', `${sentences.join(' ')} Nothing in the manifests does so.`);
}

function addressesOnNodes({ speakers }: BgpTopology): Content {
  const placed = speakers.filter(({ group }) => formOf(group.reachedBy)?.isOnNodes);
  const lines = sorted([...grouped(placed, ({ node }) => node.id)], ([id]) => id).flatMap(([id, here]) => {
    const addresses = new Set(here.flatMap(({ group }) => group.addresses.map(hostPrefix)));
    return [`# on ${id.replace(/\s/g, ' ')}`, ...[...addresses].map((address) => `ip address add ${address} dev lo`)];
  });
  const text = html`Each node carries the addresses of its pods on port 179, on its loopback interface. These commands
    last until the node starts again: put the addresses into its network configuration, too, for example as lines
    <code>Address=</code> of systemd-networkd for the interface lo. The routers next to a node have a static route to
    each address, as their configurations below show.`;
  return topic('Addresses on the nodes', text, lines);
}

function metallb({ metallb: speakers }: BgpTopology): Content {
  const installs = speakers.map(
    ({ cluster, namespace, backend }) =>
      `${helm(cluster)} install -n ${word(namespace)} --create-namespace metallb metallb/metallb ${BACKEND_VALUES[backend]}`,
  );
  const text = `Version 0.14.9 or later must run in ${speakers.length > 1 ? 'each cluster' : 'the cluster'}, in the namespace and with the BGP back end that the app names. Its objects are among the manifests.`;
  return topic('MetalLB', text, ['helm repo add metallb https://metallb.github.io/metallb', ...installs]);
}
