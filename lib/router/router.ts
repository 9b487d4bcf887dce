import type { Size } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { ConstructSettings, parseQuantity, Quantity, SecretKey } from '../settings';
import { parseDnsSubdomain } from '../addressing';
import {
  Check,
  distinct,
  instanceOf,
  list,
  oneOf,
  optional,
  quantityText,
  redacted,
  resourceName,
  shapeOf,
  ValidationError,
  withDefault,
} from '../input';

/** What a pod asks of its node. */
export interface RouterResources {
  /**
   * CPU to reserve.
   * @default - '100m' on FRR, '500m' on cRPD
   * @example kplus.Cpu.millis(500), or '500m'
   */
  readonly cpu?: string | kplus.Cpu;
  /**
   * CPU at which the router is throttled, for namespaces that demand a limit: a router that waits for CPU may miss its hold
   * timers.
   * @default - none
   * @example kplus.Cpu.units(4), or '4'
   */
  readonly cpuLimit?: string | kplus.Cpu;
  /**
   * Memory to reserve.
   * @default - '256Mi' on FRR, '1Gi' on cRPD
   * @example Size.gibibytes(1), or '1Gi'
   */
  readonly memory?: string | Size;
  /**
   * Memory at which the pod is killed; `false` for none.
   * @default - on FRR, enough for all that `runtime.peerLimit` and `runtime.clientLimit` allow and for two million
   *   paths; on cRPD, for which no figures are published, none
   * @example Size.gibibytes(2), or '2Gi'
   */
  readonly memoryLimit?: string | Size | false;
}

/** {@link RouterResources}, read: a limit that is not given is still to be computed, where it can be. */
export interface PodResources {
  readonly cpu: string;
  readonly cpuLimit?: string;
  readonly memory: Quantity;
  readonly memoryLimit?: Quantity | false;
}

/** What every router takes. */
export interface RouterProps {
  /**
   * The image, with a tag other than `latest` or a digest: `registry.example.com/meshrr/frr:1.0.0`.
   * @example 'registry.example.com/meshrr/frr:1.0.0'
   */
  readonly image: string;
  /**
   * When to pull the image.
   * @default - that of Kubernetes, IfNotPresent
   */
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /**
   * Secrets with the credentials of the registry, by name or as constructs.
   * @default - see the router
   * @example ['regcred']
   */
  readonly imagePullSecrets?: readonly (string | kplus.ISecret)[];
  /**
   * CPU and memory of the container.
   * @default - see the router
   * @example { cpu: '2', memory: '1Gi' }
   */
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
  /** The same in the network of its node; a router without it cannot share that. */
  readonly onHostNetwork?: Required<Pick<RouterPod, 'podSecurityContext' | 'securityContext'>>;
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

/** The kubelet tries them one after the other. */
const MOST_PULL_SECRETS = 20;

const checkPullSecret = redacted(
  resourceName('Secret', parseDnsSubdomain),
  'the name of a Secret with the credentials of the registry',
);

/** An image reference that names one image for good; `latest` would mix versions within a mesh after a pull. */
const checkImage: Check<string> = (value) => {
  const wanted = 'an image with a tag other than latest, or a digest: registry.example.com/meshrr/frr:1.0.0';
  const component = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*';
  const registry = `(?:[A-Za-z0-9]+(?:[.-]+[A-Za-z0-9]+)*|\\[[0-9a-f:]+\\])(?::\\d{1,5})?`;
  const image = `(?:${registry}/)?${component}(?:/${component})*(?::(\\w[\\w.-]{0,127}))?(@sha256:[a-f0-9]{64})?`;
  const found = typeof value === 'string' ? new RegExp(`^${image}$`).exec(value) : null;
  // A reference with a user and password before the "@" is no image, and no text for a message.
  if (!found && typeof value === 'string' && value.includes('@')) throw ValidationError.ofSecret(wanted);
  const [, tag, digest] = found ?? [];
  if (!(digest || (tag && tag !== 'latest'))) throw ValidationError.of(value, wanted);
  return value as string;
};

const checkQuantity: Check<Quantity> = (value) => parseQuantity(quantityText(value));

const checkResources = shapeOf<RouterResources>()({
  cpu: optional(checkQuantity),
  cpuLimit: optional(checkQuantity),
  memory: optional(checkQuantity),
  memoryLimit: optional((value): Quantity | false => (value === false ? value : checkQuantity(value))),
});

function rejectBelow(prop: string, limit: Quantity | false | undefined, reserved: Quantity, what: string): void {
  if (!limit || limit.value >= reserved.value) return;
  throw ValidationError.of(limit.text, `at least ${reserved.text}, the ${what} that is reserved`).within(prop);
}

/** The checks of {@link RouterProps}, with what a router asks for by default. */
export function routerShape(defaults: { imagePullSecrets: readonly string[]; cpu: string; memory: string }) {
  return {
    image: checkImage,
    imagePullPolicy: optional(oneOf('Always', 'IfNotPresent', 'Never')),
    imagePullSecrets: withDefault(distinct(list(checkPullSecret, 0, MOST_PULL_SECRETS)), defaults.imagePullSecrets),
    resources: (value: unknown): PodResources => {
      const given = checkResources(value ?? {});
      const {
        cpu = parseQuantity(defaults.cpu),
        memory = parseQuantity(defaults.memory),
        cpuLimit,
        memoryLimit,
      } = given;
      rejectBelow('cpuLimit', cpuLimit, cpu, 'CPU');
      rejectBelow('memoryLimit', memoryLimit, memory, 'memory');
      return { cpu: cpu.text, cpuLimit: cpuLimit?.text, memory, memoryLimit };
    },
  };
}
