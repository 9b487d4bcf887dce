import type * as kplus from 'cdk8s-plus-28';
import { flag, optional, withDefault, shapeOf } from '../input';
import { checkSecretKey, checkThreads, MOST_SHARDS, MOST_UPDATE_THREADS, RUNTIME, SecretKey } from '../settings';
import { Router, RouterPod, RouterProps, routerShape } from './router';

/** What {@link Crpd} takes. */
export interface CrpdProps extends RouterProps {
  /**
   * The Secret with the root password as a crypt hash (`$6$…`). There is no default password.
   * @default { secretName: 'crpd-root-password', key: 'encrypted-password' }
   * @example { secret: kplus.Secret.fromSecretName(chart, 'root', 'crpd-root'), key: 'hash' }
   */
  readonly rootPassword?: SecretKey | kplus.SecretValue;
  /**
   * The Secret with the license file.
   * @default { secretName: 'crpd-license', key: 'junos_sfnt.lic' }
   * @example { secretName: 'crpd-license', key: 'junos_sfnt.lic' }
   */
  readonly license?: SecretKey | kplus.SecretValue;
  /**
   * Whether clients of a route server get AS path and MED of routes as they came (`route-server-client`, RFC 7947). The
   * next hop is kept in any case. Without effect on route reflectors.
   * @default - true without EVPN, false with it: Juniper promises it of routes from a directly connected eBGP peer only
   */
  readonly routeServerClient?: boolean;
  /**
   * Whether BGP works on IPv4 and IPv6 routes in several threads (`rib-sharding`): `true` for one on each core of the
   * node, or their number, 1 to 31. Juniper advises at least 4 cores and 16 GB; reserve them by `resources`.
   * @default false
   */
  readonly ribSharding?: boolean | number;
  /**
   * Whether BGP writes updates in several threads (`update-threading`): `true` for one on each core of the node, or their
   * number, 1 to 128.
   * @default - true with `ribSharding`, which needs it, else false
   */
  readonly updateThreading?: boolean | number;
}

const checkProps = shapeOf<CrpdProps>()({
  ...routerShape({ imagePullSecrets: ['regcred'], cpu: '500m', memory: '1Gi' }),
  rootPassword: withDefault(checkSecretKey, { secretName: 'crpd-root-password', key: 'encrypted-password' }),
  license: withDefault(checkSecretKey, { secretName: 'crpd-license', key: 'junos_sfnt.lic' }),
  routeServerClient: optional(flag),
  ribSharding: optional(checkThreads(MOST_SHARDS)),
  updateThreading: optional(checkThreads(MOST_UPDATE_THREADS)),
});

/**
 * Juniper cRPD. It needs a license, a private registry (Secret `regcred` by default) and a privileged pod, as no
 * statement of Juniper's says that it runs with less.
 */
export class Crpd extends Router {
  readonly kind = 'crpd';

  constructor(private readonly props: CrpdProps) {
    super();
  }

  protected check(): RouterPod {
    const { rootPassword, license, routeServerClient, ribSharding, updateThreading, ...common } = checkProps(
      this.props,
    );
    return {
      ...common,
      kind: this.kind,
      rootPassword,
      license,
      settings: { routeServerClient, ribSharding, updateThreading },
      managementPorts: { ssh: 22, netconf: 830 },
      startupSeconds: 300,
      securityContext: { privileged: true, allowPrivilegeEscalation: true, runAsNonRoot: false },
      volumes: [
        {
          name: 'root-password',
          secret: {
            secretName: rootPassword.secretName,
            items: [{ key: rootPassword.key, path: RUNTIME.rootPassword.file }],
            defaultMode: 0o400,
          },
        },
        {
          name: 'license',
          secret: { secretName: license.secretName, items: [{ key: license.key, path: 'junos_sfnt.lic' }] },
        },
      ],
      volumeMounts: [
        { name: 'root-password', mountPath: RUNTIME.rootPassword.folder, readOnly: true },
        { name: 'license', mountPath: RUNTIME.licenseFolder, readOnly: true },
      ],
      configurationNeedsVolume: false,
    };
  }
}
