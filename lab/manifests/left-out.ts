import { RUNTIME } from '../../lib/settings';

/** The label that Kubernetes gives each namespace: its name. */
export const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';

/** A part of a manifest, of which nothing is known yet. */
type Part = Readonly<Record<string, unknown>>;

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null && !Array.isArray(value);
const partsOf = (value: unknown): readonly Part[] => (Array.isArray(value) ? value.filter(isPart) : []);
const hasName = (name: unknown) => (one: Part) => one.name === name;

/** What is left of a manifest, and what was left out of it, in words. */
interface Reduced {
  readonly rest: unknown;
  readonly leftOut: readonly string[];
}

/**
 * An object without what an app adds to pods and policies and the lab does not run: other containers, and pods that are
 * not of the app. The rest is checked strictly.
 */
export function withoutAdditions(object: Part): Reduced {
  const { spec } = object;
  if (!isPart(spec)) return { rest: object, leftOut: [] };
  const { template, ingress } = spec;
  if (isPart(template) && isPart(template.spec)) {
    const { rest, leftOut } = reducedPod(template.spec);
    return { rest: { ...object, spec: { ...spec, template: { ...template, spec: rest } } }, leftOut };
  }
  if (ingress === undefined) return { rest: object, leftOut: [] };
  const { rest, leftOut } = reducedRules(partsOf(ingress));
  return { rest: { ...object, spec: { ...spec, ingress: rest } }, leftOut };
}

/** The namespace, if a selector is that of one by its name. */
const nameOf = ({ matchLabels, ...others }: Part) =>
  isPart(matchLabels) && Object.keys({ ...matchLabels, ...others }).join() === NAMESPACE_LABEL;

/** Rules for pods of the app, for every pod, and for networks. Pods that labels of namespaces select are not in the lab. */
function reducedRules(rules: readonly Part[]): Reduced {
  const isForeign = ({ namespaceSelector }: Part) =>
    isPart(namespaceSelector) && Object.keys(namespaceSelector).length > 0 && !nameOf(namespaceSelector);
  const foreign = rules.flatMap(({ from }) => partsOf(from).filter(isForeign));
  const rest = rules.flatMap((rule) => {
    if (rule.from === undefined) return [rule];
    const from = partsOf(rule.from).filter((peer) => !isForeign(peer));
    // A rule without peers would be one for everybody.
    return from.length > 0 ? [{ ...rule, from }] : [];
  });
  return {
    rest,
    leftOut: foreign.map(({ namespaceSelector }) => `peers in namespaces ${JSON.stringify(namespaceSelector)}`),
  };
}

function reducedPod(spec: Part): Reduced {
  const { initContainers, dnsPolicy, dnsConfig, hostAliases, ...kept } = spec;
  const [router, ...others] = partsOf(spec.containers);
  if (router === undefined) return { rest: spec, leftOut: [] };
  // Containers with host ports are those of the construct.
  const holders = others.filter(({ ports }) => partsOf(ports).some(({ hostPort }) => hostPort !== undefined));
  const besides = others.filter((one) => !holders.includes(one));

  const mounts = partsOf(router.volumeMounts);
  const isKey = ({ mountPath }: Part) => String(mountPath).startsWith(`${RUNTIME.keyFolder}/`);
  const runs = ({ name, emptyDir, configMap, secret }: Part) => {
    if (emptyDir !== undefined) return true;
    if (secret !== undefined) return mounts.filter(hasName(name)).every(isKey);
    const items = isPart(configMap) ? partsOf(configMap.items) : [];
    const isFile = ({ mountPath, subPath }: Part) =>
      subPath === items[0].path || (subPath === undefined && `${mountPath}/${items[0].path}` === RUNTIME.membersFile);
    return items.length === 1 && mounts.filter(hasName(name)).every(isFile);
  };
  const volumes = partsOf(spec.volumes);
  const unmounted = volumes.filter((one) => !runs(one));
  const variables = partsOf(router.env);
  const unset = variables.filter(({ valueFrom }) => isPart(valueFrom) && valueFrom.fieldRef === undefined);
  const { securityContext } = spec;
  const rest = {
    ...kept,
    // A container runtime takes the user of the image where the manifest names none.
    ...(isPart(securityContext) && { securityContext: { ...OF_IMAGE, ...securityContext } }),
    containers: [
      {
        ...router,
        env: variables.filter((one) => !unset.includes(one)),
        volumeMounts: mounts.filter(({ name }) => !unmounted.some(hasName(name))),
      },
      ...holders,
    ],
    volumes: volumes.filter(runs).map((one) => (isPart(one.emptyDir) ? { ...one, emptyDir: {} } : one)),
  };
  const named = (what: string, parts: readonly Part[]) => parts.map(({ name }) => `${what} ${String(name)}`);
  const fields = Object.entries({ dnsPolicy, dnsConfig, hostAliases }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  return {
    rest,
    leftOut: [
      ...named('init container', partsOf(initContainers)),
      ...named('container', besides),
      ...named('volume', unmounted),
      ...named('variable', unset),
      ...fields,
    ],
  };
}

const OF_IMAGE = { runAsUser: RUNTIME.frrUser, runAsGroup: RUNTIME.frrUser, fsGroup: RUNTIME.frrUser };
