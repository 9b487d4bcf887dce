import { App } from 'cdk8s';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { destinationOf, EvpnAnnouncement, resolve } from '../../../lab/clients/announcement';
import { LabOptions } from '../../../lab/lab';
import { clientPlan, ClientPlan } from '../../../lab/plan/clients';
import { planFor, LabPlan } from '../../../lab/plan/plan';
import { AppDefinition, BgpTopology, topologyOf } from '../../../lib';

/** An app twice: as the model has it, and as a lab is made from its manifests, with the model's nodes and clients. */
export interface TopologyLab {
  readonly topology: BgpTopology;
  readonly options: LabOptions;
  /** What routers call each route of the topology, by its family and name. */
  readonly destinations: ReadonlyMap<string, string>;
}

type Announced = BgpTopology['outside'][number]['announces'][number];

export const routeKey = ({ family, route }: Pick<Announced, 'family' | 'route'>) => `${family} ${route}`;

/** Both of an app. It is written whether or not the proof finds fault with it. */
export function labOfTopology(define: AppDefinition): TopologyLab {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lab-app-'));
  try {
    const app = new App({ outdir: folder });
    define(app);
    app.synth();
    const topology = topologyOf(app);
    const plan = planFor(folder);
    const nodes = topology.nodes.map(({ name, labels }) => ({ name, labels: new Map(Object.entries(labels)) }));
    const made = clientsOf(topology, plan);
    return { topology, options: { ...plan, nodes, clients: made.clients }, destinations: made.destinations };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function clientsOf(
  topology: BgpTopology,
  plan: LabPlan,
): { readonly clients: ClientPlan[]; readonly destinations: Map<string, string> } {
  const destinations = new Map<string, string>();
  const clients = topology.outside
    .filter(({ clientOf }) => clientOf.length > 0)
    .map((speaker, i): ClientPlan => {
      const planned = clientPlan(
        { ...speaker, clientOf: partsIn(plan, topology, speaker.clientOf) },
        plan.groups,
        'bird',
        i + 1,
      );
      const announcements = speaker.announces.map((one) => {
        const announcement =
          one.family === 'evpn'
            ? evpnRoute(one, planned.autonomousSystem, destinations.size)
            : { ...one, prefix: one.route };
        destinations.set(routeKey(one), destinationOf(resolve(announcement as EvpnAnnouncement, planned.addresses)));
        return announcement;
      });
      return { ...planned, announcements: announcements as ClientPlan['announcements'] };
    });
  return { clients, destinations };
}

/** What a part is called differs between a topology and manifests; workloads have one name. */
function partsIn(plan: LabPlan, topology: BgpTopology, paths: readonly string[]): string[] {
  const workloads = topology.groups.filter(({ part }) => paths.includes(part.path)).map(({ workload }) => workload);
  return plan.groups.filter(({ id }) => workloads.includes(id)).map(({ part }) => part.path);
}

function evpnRoute({ communities }: Announced, autonomousSystem: number, number: number): EvpnAnnouncement {
  const mac = `02:00:00:00:01:${number.toString(16).padStart(2, '0')}`;
  const common = { rd: `${autonomousSystem}:100`, routeTargets: ['100:100'], label: 100 };
  return { family: 'evpn', type: 2, mac, communities, ...common };
}
