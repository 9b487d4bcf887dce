import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import {
  ConfigurationError,
  KEY_STAND_IN,
  Pod,
  podAddresses,
  podOf,
  renderTemplate,
  standIns,
  templateContext,
} from '../configuration';
import { ValidationError } from '../input';
import { DeclaredPod, Problem, problem, registryOf } from '../registry';
import {
  Environment,
  formatEnvironment,
  formatPeerGroups,
  SettingError,
  settingNames,
  settingOf,
  SETTINGS,
} from '../settings';
import { FinalManifests, variablesIn } from './manifests';

/** The most bytes of a variable with its name, "=" and the byte after it: MAX_ARG_STRLEN of Linux on pages of 4 KiB. */
const MOST_BYTES = 128 * 1024;

/**
 * What the pods of an app would refuse to start with: the settings in their manifests, after all patches, read as `init`
 * reads them; with an address of each pod network as the first one.
 */
export function refusedByPods(app: IConstruct, manifests: FinalManifests): readonly Problem[] {
  return registryOf(app).declared.pods.flatMap((pod) => firstRefusal(pod, manifests.of(pod.object)) ?? []);
}

function firstRefusal(declared: DeclaredPod, manifest: unknown): Problem | undefined {
  const { construct, object, podNetworks, groups } = declared;
  const { path } = object.node;
  try {
    for (const addresses of podAddresses(podNetworks)) {
      const { namespace } = Chart.of(object);
      const [instance = 'node'] = Object.keys(declared.settings().routerIds ?? {});
      const env = environmentOf(declared, manifest, standIns({ addresses, instance, namespace }));
      for (const [name, text = ''] of Object.entries(env)) {
        const bytes = Buffer.byteLength(`${name}=${text}`) + 1;
        if (bytes > MOST_BYTES) return problem(path, name, `${bytes} bytes`, `at most ${MOST_BYTES}, what Linux takes`);
      }
      renderOwn(declared, podOf(env, 'read', { groups: () => formatPeerGroups(groups), key: () => KEY_STAND_IN }));
    }
    return undefined;
  } catch (error) {
    if (error instanceof SettingError) return { path, error: error.refusal.within(error.variable) };
    if (error instanceof ValidationError) return { path: construct.node.path, error };
    throw error;
  }
}

/** The variables that Kubernetes sets from a field of the pod, by the field. */
const BY_FIELD = new Map(
  settingNames.flatMap((name) => {
    const { supplier, variable } = settingOf(name);
    return typeof supplier === 'object' ? [[supplier.field, variable]] : [];
  }),
);

/** The environment of a pod. What comes from an object that is not known is taken to be what the model has. */
function environmentOf({ settings }: DeclaredPod, manifest: unknown, given: Environment): Environment {
  const own = settings();
  const known = formatEnvironment(own);
  const variables = variablesIn(manifest, own.router ?? 'crpd').map(({ name, value, valueFrom }) => {
    const variable = valueFrom && BY_FIELD.get(valueFrom.fieldRef?.fieldPath ?? '');
    return [name, value ?? given[variable ?? name] ?? known[name]];
  });
  const { variable: password } = SETTINGS.encryptedRootPassword;
  return { [password]: given[password], ...Object.fromEntries(variables) };
}

/** @throws ValidationError for an operator's template that does not render */
function renderOwn({ template }: DeclaredPod, { settings, model }: Pod): void {
  if (template === undefined || template === 'elsewhere') return;
  try {
    renderTemplate(template, templateContext(settings, model));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw ValidationError.of(template.path, `a template that renders: ${error.reason}`).within('template.file');
  }
}
