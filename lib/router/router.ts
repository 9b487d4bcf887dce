import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { ConstructSettings, parseQuantity, Quantity } from '../settings';
import { parseDataKey, parseDnsSubdomain } from '../addressing';
import {
  Check,
  distinct,
  redacted,
  instanceOf,
  list,
  oneOf,
  optional,
  withDefault,
  ValidationError,
  shapeOf,
} from '../input';

/** One key of a Secret that exists in the namespace of the pods. */
export interface SecretKey {
  readonly secretName: string;
  readonly key: string;
}

/** What a pod asks of its node, as Kubernetes quantities. There is no CPU limit: throttling breaks hold timers. */
export interface RouterResources {
  /** CPU to reserve: `'500m'`. */
  readonly cpu?: string;
  /** Memory to reserve: `'1Gi'`. */
  readonly memory?: string;
  /**
   * Memory at which the pod is killed; `false` for none.
   * @default - on FRR, enough for all that `runtime.peerLimit` and `runtime.clientLimit` allow and for two million
   *   paths; on cRPD, for which no figures are published, none
   */
  readonly memoryLimit?: string | false;
}

/** {@link RouterResources}, read: a limit that is not given is still to be computed, where it can be. */
export interface PodResources {
  readonly cpu: string;
  readonly memory: Quantity;
  readonly memoryLimit?: Quantity | false;
}

/** What every router takes. */
export interface RouterProps {
  /** The image, with a tag other than `latest` or a digest: `registry.example.com/meshrr/frr:1.0.0`. */
  readonly image: string;
  /**
   * When to pull the image.
   * @default - that of Kubernetes, IfNotPresent
   */
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /**
   * Names of Secrets with the credentials of the registry.
   * @default - see the router
   */
  readonly imagePullSecrets?: readonly string[];
  /** @default - see the router */
  readonly resources?: RouterResources;
}

/** What a router brings into its pod. */
export interface RouterPod {
  readonly kind: 'crpd' | 'frr';
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly imagePullSecrets: readonly string[];
  readonly resources: PodResources;
  /** Ports of its management, by name; none where it has no such access. */
  readonly managementPorts: Readonly<Record<string, number>>;
  /** The longest that the router may take to answer for the first time, in seconds. */
  readonly startupSeconds: number;
  readonly podSecurityContext?: k8s.PodSecurityContext;
  readonly securityContext: k8s.SecurityContext;
  /** Where the root password hash comes from; a router without logins has none. */
  readonly rootPassword?: SecretKey;
  /** Where the license comes from; a router that needs none has none. */
  readonly license?: SecretKey;
  /** Settings that the router brings along. */
  readonly settings: Pick<ConstructSettings, 'routeServerClient' | 'ribSharding' | 'updateThreading'>;
  readonly volumes: readonly k8s.Volume[];
  readonly volumeMounts: readonly k8s.VolumeMount[];
  /** Whether the folder of the configuration needs a volume even where nothing is to persist. */
  readonly configurationNeedsVolume: boolean;
}

/**
 * The router of a pod: `new Crpd({ … })` or `new Frr({ … })`. One may serve for many constructs.
 *
 * What it was given is checked where it is used, so that a message can name the construct.
 */
export abstract class Router {
  abstract readonly kind: 'crpd' | 'frr';
  private checked?: RouterPod;

  /** What the router brings into its pod. @throws ValidationError */
  get pod(): RouterPod {
    return (this.checked ??= this.check());
  }

  protected abstract check(): RouterPod;
}

/** Reads the `router` prop of a construct. */
export const checkRouter: Check<RouterPod> = (value) =>
  instanceOf(Router, 'new Crpd({ … }) or new Frr({ … })')(value).pod;

export const checkSecretKey: Check<SecretKey> = redacted(
  shapeOf<SecretKey>()({ secretName: parseDnsSubdomain, key: parseDataKey }),
  '{ secretName, key } of a Secret',
);

/** The kubelet tries them one after the other. */
const MOST_PULL_SECRETS = 20;

const checkPullSecret = redacted(parseDnsSubdomain, 'the name of a Secret with the credentials of the registry');

/** An image reference that names one image for good; `latest` would mix versions within a mesh after a pull. */
const checkImage: Check<string> = (value) => {
  const wanted = 'an image with a tag other than latest, or a digest: registry.example.com/meshrr/frr:1.0.0';
  const component = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*';
  const registry = `[A-Za-z0-9]+(?:[.-]+[A-Za-z0-9]+)*(?::\\d{1,5})?`;
  const image = `(?:${registry}/)?${component}(?:/${component})*(?::(\\w[\\w.-]{0,127}))?(@sha256:[a-f0-9]{64})?`;
  const found = typeof value === 'string' ? new RegExp(`^${image}$`).exec(value) : null;
  // A reference with a user and password before the "@" is no image, and no text for a message.
  if (!found && typeof value === 'string' && value.includes('@')) throw ValidationError.ofSecret(wanted);
  const [, tag, digest] = found ?? [];
  if (!(digest || (tag && tag !== 'latest'))) throw ValidationError.of(value, wanted);
  return value as string;
};

const checkResources = shapeOf<RouterResources>()({
  cpu: optional((value) => parseQuantity(value).text),
  memory: optional(parseQuantity),
  memoryLimit: optional((value): Quantity | false => (value === false ? value : parseQuantity(value))),
});

/** The checks of {@link RouterProps}, with what a router asks for by default. */
export function routerShape(defaults: { imagePullSecrets: readonly string[]; cpu: string; memory: string }) {
  return {
    image: checkImage,
    imagePullPolicy: optional(oneOf('Always', 'IfNotPresent', 'Never')),
    imagePullSecrets: withDefault(distinct(list(checkPullSecret, 0, MOST_PULL_SECRETS)), defaults.imagePullSecrets),
    resources: (value: unknown): PodResources => {
      const { cpu = defaults.cpu, memory = parseQuantity(defaults.memory), memoryLimit } = checkResources(value ?? {});
      if (memoryLimit && memoryLimit.value < memory.value) {
        const allowed = `at least ${memory.text}, the memory that is reserved`;
        throw ValidationError.of(memoryLimit.text, allowed).within('memoryLimit');
      }
      return { cpu, memory, memoryLimit };
    },
  };
}
