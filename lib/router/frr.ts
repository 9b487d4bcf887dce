import { shapeOf } from '../input';
import { RUNTIME } from '../settings';
import { Router, RouterPod, RouterProps, routerShape } from './router';

/** What {@link Frr} takes. */
export interface FrrProps extends RouterProps {}

const checkProps = shapeOf<FrrProps>()(routerShape({ imagePullSecrets: [], cpu: '100m', memory: '256Mi' }));

/** Folders that bgpd and the runtime write, beside that of the configuration. */
const SCRATCH = { run: '/run/frr', state: '/var/tmp/frr', tmp: '/tmp' };

/**
 * FRR, of which only bgpd runs. It needs no license, no login and no privilege: the pod passes the Pod Security
 * Standard `restricted`, unless it is reached by host ports or in the network of its node, which that standard forbids. It has no management ports (use `kubectl exec`) and no AS ranges for neighbors: the runtime
 * filters by AS path instead.
 */
export class Frr extends Router {
  readonly kind = 'frr';

  constructor(private readonly props: FrrProps) {
    super();
  }

  protected check(): RouterPod {
    const user = RUNTIME.frrUser;
    const identity = { runAsGroup: user, fsGroup: user, seccompProfile: { type: 'RuntimeDefault' } };
    const confined = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true };
    return {
      ...checkProps(this.props),
      kind: this.kind,
      settings: {},
      managementPorts: {},
      startupSeconds: 60,
      podSecurityContext: {
        ...{ runAsNonRoot: true, runAsUser: user, ...identity },
        // Port 179 without the capability NET_BIND_SERVICE; the sysctl is on the safe list of every Pod Security level.
        sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
      },
      securityContext: { ...confined, capabilities: { drop: ['ALL'] } },
      // The sysctl would be that of the node, and a capability that is added has an effect for root alone.
      onHostNetwork: {
        podSecurityContext: { runAsNonRoot: false, runAsUser: 0, ...identity },
        securityContext: { ...confined, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } },
      },
      volumes: Object.keys(SCRATCH).map((name) => ({ name, emptyDir: {} })),
      volumeMounts: Object.entries(SCRATCH).map(([name, mountPath]) => ({ name, mountPath })),
      configurationNeedsVolume: true,
    };
  }
}
