import { withDefault, shapeOf } from '../input';
import { RUNTIME } from '../settings';
import { checkSecretKey, Router, RouterPod, RouterProps, routerShape, SecretKey } from './router';

/** What {@link Crpd} takes. */
export interface CrpdProps extends RouterProps {
  /**
   * The Secret with the root password as a crypt hash (`$6$…`). There is no default password.
   * @default { secretName: 'crpd-root-password', key: 'encrypted-password' }
   */
  readonly rootPassword?: SecretKey;
  /**
   * The Secret with the license file.
   * @default { secretName: 'crpd-license', key: 'junos_sfnt.lic' }
   */
  readonly license?: SecretKey;
}

const checkProps = shapeOf<CrpdProps>()({
  ...routerShape({ imagePullSecrets: ['regcred'], cpu: '500m', memory: '1Gi' }),
  rootPassword: withDefault(checkSecretKey, { secretName: 'crpd-root-password', key: 'encrypted-password' }),
  license: withDefault(checkSecretKey, { secretName: 'crpd-license', key: 'junos_sfnt.lic' }),
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
    const { rootPassword, license, ...common } = checkProps(this.props);
    return {
      ...common,
      kind: this.kind,
      rootPassword,
      license,
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
