import { IpPrefix } from '../addressing';
import { Environment, SETTINGS } from '../settings';
import { DiscoveredGroup, podOf } from './pod-configuration';
import { defaultTemplate } from './default-template';
import { renderTemplate, Template } from './render';
import { KEY_STAND_IN, podAddresses, standIns } from './stand-ins';
import { templateContext } from './template-context';

/** What the pods of a workload have in common. */
export interface WorkloadInput {
  readonly router: 'crpd' | 'frr';
  /** The kind of the workload: `DaemonSet`. */
  readonly kind: string;
  readonly name: string;
  /** The variables in the manifest; what Kubernetes and Secrets add is not needed. */
  readonly environment: Environment;
  /** The text of the file of further groups. */
  readonly groupsFile: string;
  /** An operator's template; without one, that of the image. */
  readonly template?: Template;
  /** Where pods have their addresses from. */
  readonly podNetworks: readonly IpPrefix[];
  readonly namespace?: string;
}

/** Stands for a node in {@link workloadText}. */
const SOME_NODE = 'n1';

/** How a router's configuration writes a comment, where a group begins, and a neighbor that is found. */
const GRAMMARS = {
  frr: {
    comment: (text: string) => `! ${text}`,
    start: ({ name }: DiscoveredGroup) => `neighbor ${name} peer-group`,
    inside: '',
    neighbor: ({ kind, name }: DiscoveredGroup) =>
      kind === 'clients' ? `bgp listen range ADDRESS/LENGTH peer-group ${name}` : `neighbor ADDRESS peer-group ${name}`,
  },
  crpd: {
    comment: (text: string) => `/* ${text} */`,
    start: ({ name }: DiscoveredGroup) => `group ${name} {`,
    inside: '    ',
    neighbor: () => 'neighbor ADDRESS;',
  },
} as const;

/**
 * The configuration that `meshrr init` renders in a pod of a workload, with placeholders for what only a pod knows, and a
 * comment in each group in which the runtime adds the neighbors that it finds.
 *
 * @throws SettingError for an environment or groups that a pod refuses, ConfigurationError for a template that does not
 *   render
 */
export function workloadText(input: WorkloadInput): string {
  const { router, kind, name, environment, groupsFile, namespace } = input;
  const orders = podAddresses(input.podNetworks);
  const [podIp] = orders.find(([{ family }]) => family === 4) ?? orders[0];
  const [listed] = environment[SETTINGS.routerIds.variable]?.split('=') ?? [];
  const instance = listed ?? (kind === 'StatefulSet' ? `${name}-0` : SOME_NODE);
  const given = standIns({ addresses: [podIp], instance, namespace });
  const { settings, model } = podOf({ ...environment, ...given }, 'read', {
    groups: () => groupsFile,
    key: () => KEY_STAND_IN,
  });
  const text = renderTemplate(input.template ?? defaultTemplate(router), templateContext(settings, model));
  const { comment } = GRAMMARS[router];
  const header = [
    `The configuration of the router in each pod of ${kind} ${name}, as the pod renders it.`,
    `${podIp.text} stands for the address of the pod.`,
    ...(model.routerId.text === podIp.text
      ? []
      : [`${model.routerId.text} is the BGP identifier of the pod of ${instance}.`]),
    ...(router === 'crpd' ? ['The hash of the root password stands for that in the Secret.'] : []),
    ...(model.clients.some(({ key }) => key === KEY_STAND_IN)
      ? [`${KEY_STAND_IN} stands for the key in a Secret.`]
      : []),
  ];
  return `${header.map(comment).join('\n')}\n${model.discovered.reduce((done, group) => marked(done, router, group), text)}`;
}

/** The text with a comment at the start of a group, where the text has the group. */
function marked(text: string, router: 'crpd' | 'frr', group: DiscoveredGroup): string {
  const { comment, start, inside, neighbor } = GRAMMARS[router];
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.trim() === start(group));
  if (at < 0) return text;
  const indent = `${/^ */.exec(lines[at])?.[0]}${inside}`;
  const found = group.service
    ? `Each router behind the Service ${group.service.name}: ${neighbor(group)}`
    : `The routers at ${group.addresses?.map(({ text: address }) => address).join(', ')}: ${neighbor(group)}`;
  return [...lines.slice(0, at + 1), `${indent}${comment(found)}`, ...lines.slice(at + 1)].join('\n');
}
