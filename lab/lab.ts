import * as fs from 'fs';
import * as path from 'path';
import { RouterModel } from '../crpd-image/runtime/configuration/model';
import { Session } from '../crpd-image/runtime/router/driver';
import { Client, ClientSession, LearnedRoute } from './clients/client';
import { createClient } from './clients/create-client';
import { Cluster, ClusterOptions } from './cluster';
import { eventually } from './eventually';
import { expectationsOf, missingOf } from './expected';
import { ClientPlan } from './plan/clients';
import { routerOf } from './plan/router-of';
import { Place } from './place';
import { Pod } from './pod/pod';

/** How long sessions may take to come up, in milliseconds, on a machine that is busy with other things. */
const PATIENCE_MS = 90_000;

export interface LabOptions extends Omit<ClusterOptions, 'prefix' | 'folder'> {
  /** The routers outside of the cluster. */
  readonly clients: readonly ClientPlan[];
}

/** The sessions of a pod, or of a client. */
export type SessionsOf<S> = readonly { readonly name: string; readonly sessions: readonly S[] }[];

/** An app on real BGP: its cluster, and routers outside that peer with it. */
export class Lab {
  readonly clients = new Map<string, Client>();
  readonly cluster: Cluster;
  private readonly models = new Map<string, RouterModel>();

  private constructor(
    private readonly place: Place,
    private readonly options: LabOptions,
  ) {
    this.cluster = new Cluster({ ...options, prefix: place.prefix, folder: place.folder });
  }

  /** Brings a lab up. What it made is taken away again where that fails. @throws LabError */
  static async up(options: LabOptions): Promise<Lab> {
    const place = await Place.take();
    const lab = await Promise.resolve()
      .then(() => new Lab(place, options))
      .catch(async (error) => {
        await place.clear();
        throw error;
      });
    try {
      await lab.cluster.start();
      options.onProgress?.(`starting ${options.clients.length} routers outside`);
      await Promise.all(options.clients.map((plan) => lab.addClient(plan)));
      return lab;
    } catch (error) {
      await lab.down();
      throw error;
    }
  }

  /** The beginning of the names of all that belongs to it. */
  get id(): string {
    return this.place.id;
  }

  /** Starts one more router outside. */
  async addClient(plan: ClientPlan): Promise<Client> {
    const namespace = await this.cluster.attach(plan.name, plan.addresses);
    const folder = path.join(this.place.folder, 'clients', plan.name);
    fs.mkdirSync(folder, { recursive: true });
    const client = createClient(namespace, folder, plan);
    this.clients.set(plan.name, client);
    await client.start();
    return client;
  }

  client(name: string): Client {
    const client = this.clients.get(name);
    if (!client) throw new Error(`there is no client ${name}`);
    return client;
  }

  /** Waits until all sessions are up that are to be. @throws Error that says what is missing */
  async untilConverged(milliseconds = PATIENCE_MS): Promise<void> {
    await eventually(
      async () => {
        const missing = [...(await this.missingAtPods()), ...(await this.missingAtClients())];
        if (missing.length > 0) throw new Error(`sessions are missing: ${missing.join('; ')}`);
      },
      milliseconds,
      200,
    );
  }

  /** What each pod's bgpd tells of its sessions. */
  sessionsOfPods(): Promise<SessionsOf<Session>> {
    return Promise.all(
      this.cluster.pods.map(async (pod) => ({ name: pod.name, sessions: await pod.sessions().catch(() => []) })),
    );
  }

  sessionsOfClients(): Promise<SessionsOf<ClientSession>> {
    return Promise.all(
      [...this.clients.values()].map(async (client) => ({ name: client.name, sessions: await client.sessions() })),
    );
  }

  /** What each client has from its neighbours. */
  async learned(): Promise<ReadonlyMap<string, readonly LearnedRoute[]>> {
    const entries = [...this.clients].map(async ([name, client]) => [name, await client.learned()] as const);
    return new Map(await Promise.all(entries));
  }

  /** Takes everything away. */
  async down(): Promise<void> {
    await this.cluster.close();
    await this.place.clear();
  }

  private modelOf({ workload }: Pod): RouterModel {
    const known = this.models.get(workload.name) ?? routerOf(workload, this.options.objects);
    this.models.set(workload.name, known);
    return known;
  }

  private async missingAtPods(): Promise<string[]> {
    const missing = this.cluster.pods.map(async (pod) => {
      const expected = expectationsOf({ model: this.modelOf(pod), addresses: pod.addresses }, (service) =>
        this.cluster.listed(service),
      );
      const sessions = await pod.sessions().catch(() => []);
      const up = new Set(sessions.filter(({ state }) => state === 'Established').map(({ address }) => address));
      return missingOf(expected, up).map((what) => `${pod.name}: ${what}`);
    });
    return (await Promise.all(missing)).flat();
  }

  private async missingAtClients(): Promise<string[]> {
    return (await this.sessionsOfClients()).flatMap(({ name, sessions }) =>
      sessions.flatMap(({ address, state }) => (state === 'Established' ? [] : [`${name}: ${address} is ${state}`])),
    );
  }
}
