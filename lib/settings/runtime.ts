/** TCP port of BGP (RFC 4271). */
export const BGP_PORT = 179;

/**
 * Where a pod's manifest and the runtime in its image must agree, beside the settings: paths, ports and commands.
 */
export const RUNTIME = {
  /** The runtime in the image. Its commands: init, run, status, check, drain, undrain, handover, selftest. */
  executable: '/usr/local/bin/meshrr',
  /** Where an operator's own template (Jinja2) is mounted, by router. The path for cRPD is the original's. */
  templatePath: { crpd: '/root/juniper.conf.j2', frr: '/etc/meshrr/frr.conf.j2' },
  /** Where the file of further groups is mounted. */
  groupsFile: '/etc/meshrr/groups/groups.json',
  /** Folder of the router's configuration; with persistence it outlives the pod. */
  configurationFolder: { crpd: '/config', frr: '/etc/frr' },
  /** Where the license file of cRPD is mounted; the runtime loads it into the router. */
  licenseFolder: '/config/license/safenet',
  /**
   * Where the Secret with the root password hash of cRPD is mounted, for its owner alone to read. `init` reads it; a
   * variable would be in the environment of every probe and of whoever runs a command in the pod.
   */
  rootPassword: { folder: '/etc/meshrr/secret', file: 'root-password' },
  /** The uid and gid of everything in the FRR image. */
  frrUser: 65532,
} as const;

/**
 * How many neighbors of a mesh may be on trial at a time, that is, configured and never Established: a share of the most
 * that it takes in, and at least so many.
 */
export const TRIALS = { share: 0.25, least: 64 } as const;

/** The command line of an exec probe. `live`: the router answers. `ready`: it is in step with its mesh. */
export function checkCommand(of: 'live' | 'ready'): string[] {
  return [RUNTIME.executable, 'check', of];
}

/** The command line of a pod's preStop hook. */
export function handoverCommand(): string[] {
  return [RUNTIME.executable, 'handover'];
}
