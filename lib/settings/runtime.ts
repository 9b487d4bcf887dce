/** TCP port of BGP (RFC 4271). */
export const BGP_PORT = 179;

/** The HTTP port of the runtime at the address of the pod, where the kubelet asks its probes. */
export const HTTP_PORT = { name: 'http', number: 8179 } as const;

/**
 * The probes of a pod. `/livez`: the router answers; it never depends on peers or DNS, so no outage elsewhere restarts a
 * pod. `/readyz`: the pod may have clients, and the router answers. Readiness tolerates eight seconds without an answer:
 * a restart of the runtime takes about two, and its stand-in answers after about seven.
 */
export const PROBES = {
  startup: { path: '/livez', periodSeconds: 2, timeoutSeconds: 3 },
  liveness: { path: '/livez', periodSeconds: 15, timeoutSeconds: 3, failureThreshold: 3 },
  readiness: { path: '/readyz', periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 5 },
} as const;

/**
 * Where a pod's manifest and the runtime in its image must agree, beside the settings: paths, ports and commands.
 */
export const RUNTIME = {
  /** The runtime in the image. Its commands: init, run, stand-in, status, drain, undrain, handover, selftest. */
  executable: '/usr/local/bin/meshrr',
  /** Where an operator's own template (Jinja2) is mounted, by router. The path for cRPD is the original's. */
  templatePath: { crpd: '/root/juniper.conf.j2', frr: '/etc/meshrr/frr.conf.j2' },
  /** Where the file of further groups is mounted. */
  groupsFile: '/etc/meshrr/groups/groups.json',
  /** Where the file of declared clients is. The kubelet updates it in the pod: its folder is mounted, not the file alone. */
  membersFile: '/etc/meshrr/members/members.json',
  /** Folder of the router's configuration; with persistence it outlives the pod. */
  configurationFolder: { crpd: '/config', frr: '/etc/frr' },
  /** Where the license file of cRPD is mounted; the runtime loads it into the router. */
  licenseFolder: '/config/license/safenet',
  /**
   * Where the Secret with the root password hash of cRPD is mounted, for its owner alone to read. `init` reads it; a
   * variable would be in the environment of the preStop hook and of whoever runs a command in the pod.
   */
  rootPassword: { folder: '/etc/meshrr/secret', file: 'root-password' },
  /** Where the keys of BGP sessions (TCP MD5) are mounted: `SECRET/KEY`. The runtime reads them when it starts. */
  keyFolder: '/etc/meshrr/keys',
  /** The uid and gid of everything in the FRR image. */
  frrUser: 65532,
} as const;

/**
 * How many neighbors of a mesh may be on trial at a time, that is, configured and never Established: a share of the most
 * that it takes in, and at least so many.
 */
export const TRIALS = { share: 0.25, least: 64 } as const;

/**
 * The grace period of a pod, in seconds: `alone`, for a drain and the end of the router, is the least; `withInterlock`, the
 * default, has the time in which other pods of its region or pair are away.
 */
export const GRACE_SECONDS = { alone: 90, withInterlock: 360, most: 3600 } as const;

/** The part of the grace period that is left for a drain and the end of the router, in seconds. */
export const DRAIN_SECONDS = 75;

/** The command line of a pod's preStop hook. */
export function handoverCommand(): string[] {
  return [RUNTIME.executable, 'handover'];
}
