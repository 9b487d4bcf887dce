import * as fs from 'fs';
import { BgpTopology, parseTopology } from '../../lib/model';
import { LabError } from '../lab-error';
import { Objects } from '../manifests/objects';
import { readManifests } from '../manifests/read';
import { ClientPlan, clientsOf } from './clients';

export interface LabPlan {
  readonly objects: Objects;
  readonly topology: BgpTopology;
  /** The routers outside that peer with pods. */
  readonly clients: readonly ClientPlan[];
}

/**
 * Reads an app: its pods from manifests, everything else from its topology.
 *
 * @param folder of manifests
 * @param topologyFile the `topology.json` of the synth
 * @throws LabError for an app that cannot run here
 */
export function planFor(folder: string, topologyFile: string): LabPlan {
  return planOf(readManifests(folder), readTopology(topologyFile));
}

/** The lab of manifests and the topology that belongs to them. @throws LabError where they do not fit */
export function planOf(objects: Objects, topology: BgpTopology): LabPlan {
  const key = ({ name, namespace = 'default' }: { readonly name: string; readonly namespace?: string }) =>
    `${namespace}/${name}`;
  const inManifests = objects.workloads.map(key);
  const inTopology = topology.groups.map(({ workload: name, namespace }) => key({ name, namespace }));
  const stray = [
    ...inManifests.filter((one) => !inTopology.includes(one)).map((one) => `${one}, which the topology does not have`),
    ...inTopology.filter((one) => !inManifests.includes(one)).map((one) => `no manifest of ${one}`),
  ];
  if (stray.length > 0) throw new LabError(`got ${stray[0]}, want manifests and topology of the same synth`);
  const clusters = [...new Set(topology.groups.map(({ cluster }) => cluster))];
  if (clusters.length > 1) throw new LabError(`got the clusters ${clusters.join(', ')}, want an app of one cluster`);
  const elsewhere = topology.outside.find(({ listed, reflects }) => listed || reflects?.service !== undefined);
  if (elsewhere) {
    throw new LabError(`got ${elsewhere.id}, a router of another app, want an app with the regions of both`);
  }
  return { objects, topology, clients: clientsOf(topology) };
}

function readTopology(file: string): BgpTopology {
  try {
    return parseTopology(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new LabError(`${file}: ${(error as Error).message}: want a topology of this version`);
  }
}
