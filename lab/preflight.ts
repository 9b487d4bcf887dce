import { LabError } from './lab-error';
import { usesApi } from './manifests/objects';
import { LabPlan } from './plan/plan';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { parts, clusterParts, present } = require('../scripts/real-parts') as {
  parts: Readonly<Record<string, Part>>;
  clusterParts: Readonly<Record<string, Part>>;
  present(name: string): boolean;
};

/** A program, and how to install it. */
interface Part {
  readonly package?: string;
  readonly how?: string;
}

const all = { ...parts, ...clusterParts };

/** @throws LabError that lists what this machine lacks for a lab, and how to install it */
export function rejectMissing({ clients, objects }: Pick<LabPlan, 'clients' | 'objects'>): void {
  const daemons = clients.map(({ implementation }) => PART_OF[implementation]);
  const openssl = usesApi(objects) ? ['openssl'] : [];
  rejectWithout('the lab', ['bgpd', 'curl', 'dnsmasq', 'ip', 'nft', ...openssl, ...daemons]);
}

/** The packages of those of these programs that are missing. */
export function packagesOf(programs: readonly string[]): readonly string[] {
  return [...new Set(programs.flatMap((name) => (present(name) ? [] : (all[name].package ?? []))))];
}

/**
 * @param what the subject of the message
 * @throws LabError without root, Linux or one of these programs; it says how to install them
 */
export function rejectWithout(what: string, needed: readonly string[]): void {
  if (process.platform !== 'linux') throw new LabError(`${what} needs Linux: hosts are network namespaces`);
  const programs = [...new Set(needed)];
  const packages = packagesOf(programs);
  const how = [
    ...(present('root') ? [] : ['run it as root']),
    ...programs.flatMap((name) => (present(name) ? [] : (all[name].how ?? []))),
    ...(packages.length > 0 ? [`apt-get install ${packages.join(' ')}`] : []),
  ];
  if (how.length > 0) throw new LabError(`${what} needs root and ${programs.join(', ')}: ${how.join(', and ')}`);
}

const PART_OF = { bird: 'bird', frr: 'bgpd', gobgp: 'gobgpd' } as const;
