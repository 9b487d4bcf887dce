import * as fs from 'fs';
import * as path from 'path';
import { PodConfiguration } from '../lib/configuration';
import { Session } from '../crpd-image/runtime/router/driver';
import { Client, ClientSession, LearnedRoute } from './clients/client';
import { createClient } from './clients/create-client';
import { Cluster, ClusterOptions } from './cluster';
import { eventually } from './eventually';
import { expectationsOf, missingOf } from './expected';
import { ClientPlan } from './plan/clients';
import { routerOf } from './plan/router-of';
import { LabError } from './lab-error';
import { Place } from './place';
import { Pod } from './pod/pod';

/** How long sessions may take to come up, in milliseconds, on a machine that is busy with other things. */
const PATIENCE_MS = 90_000;

/** Routes that have not changed for so long, in milliseconds, have settled. */
const SETTLED_MS = 1_000;

export interface LabOptions extends Omit<ClusterOptions, 'prefix' | 'folder'> {
  /** The routers outside of the cluster. */
  readonly clients: readonly ClientPlan[];
}

/** The sessions of a pod, or of a client. */
export type SessionsOf<S> = readonly { readonly name: string; readonly sessions: readonly S[] }[];

/** A command line before that of a program, which then runs in another place, with these variables. */
export interface Entrance {
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** An app on real BGP: its cluster, and routers outside that peer with it. */
export class Lab {
  readonly clients = new Map<string, Client>();
  /** What each client was made from. */
  readonly plans = new Map<string, ClientPlan>();
  readonly cluster: Cluster;
  private readonly models = new Map<string, PodConfiguration>();

  private constructor(
    private readonly place: Place,
    private readonly options: LabOptions,
  ) {
    this.cluster = new Cluster({ ...options, prefix: place.prefix, folder: place.folder });
  }

  /** Takes a place for a lab; nothing of it is up yet. @throws LabError for an app that cannot be run here */
  static async prepare(options: LabOptions): Promise<Lab> {
    const place = await Place.take();
    try {
      return new Lab(place, options);
    } catch (error) {
      await place.clear();
      throw error;
    }
  }

  /** Brings a lab up. What it made is taken away again where that fails. @throws LabError */
  static async up(options: LabOptions): Promise<Lab> {
    const lab = await Lab.prepare(options);
    try {
      await lab.start();
      return lab;
    } catch (error) {
      await lab.down();
      throw error;
    }
  }

  /** Starts all pods and the routers outside. Sessions come up later. @throws LabError */
  async start(): Promise<void> {
    const { clients, onProgress } = this.options;
    await this.cluster.start();
    onProgress?.(`starting ${clients.length} routers outside`);
    await Promise.all(clients.map((plan) => this.addClient(plan)));
  }

  /** Where its files are. */
  get folder(): string {
    return this.place.folder;
  }

  /** Its name on this machine; that of no other lab. */
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
    this.plans.set(plan.name, plan);
    await client.start();
    return client;
  }

  client(name: string): Client {
    const client = this.clients.get(name);
    if (!client) throw new Error(`there is no client ${name}`);
    return client;
  }

  /** What enters a pod or a router outside. @throws LabError where there is none of this name */
  entranceOf(name: string): Entrance {
    const pod = this.cluster.pods.find((one) => one.name === name);
    if (pod) return { command: pod.entrance, environment: pod.processEnvironment };
    const names = [...this.cluster.pods.map((one) => one.name), ...this.clients.keys()];
    if (!this.clients.has(name)) throw new LabError(`got ${name}, want one of ${names.join(', ')}`);
    return { command: ['ip', 'netns', 'exec', `${this.place.prefix}-${name}`], environment: process.env };
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

  /** Waits until what clients have learned changes no more. */
  async untilSettled(milliseconds = PATIENCE_MS): Promise<void> {
    let before = '';
    await eventually(
      async () => {
        const now = JSON.stringify([...(await this.learned())]);
        const changed = now !== before;
        before = now;
        if (changed) throw new Error('routes still come and go');
      },
      milliseconds,
      SETTLED_MS,
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

  /** What each client has from its neighbors. */
  async learned(): Promise<ReadonlyMap<string, readonly LearnedRoute[]>> {
    const entries = [...this.clients].map(async ([name, client]) => [name, await client.learned()] as const);
    return new Map(await Promise.all(entries));
  }

  /** Takes everything away, also where it is not all up yet. */
  async down(): Promise<void> {
    await this.cluster.close();
    await this.place.clear();
  }

  private modelOf({ workload }: Pod): PodConfiguration {
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
