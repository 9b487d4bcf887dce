import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { createClient } from '../../lab/clients/create-client';
import { Client } from '../../lab/clients/client';
import { Link } from '../../lab/network/link';
import { closeNamespace, Namespace } from '../../lab/network/namespace';
import { routeOver } from '../../lab/network/routes';
import { bundleRuntime } from '../../test-support/bundle';
import { FrrPod } from '../../test-support/frr-pod';
import { asNetworkHost } from '../../test-support/lab-host';
import { Receiver } from './receiver';

const AS = 64496;
const REFLECTOR = '10.98.0.1';
/** Further addresses of its own. */
const REFLECTOR_BLOCK = '10.97.0.0/16';
const ANNOUNCER = '10.98.0.2';
const SYSCTLS = ['net.ipv4.ip_unprivileged_port_start=0'];
/** /24 prefixes in 10.0.0.0/8 and up, from here. */
const FIRST_PREFIX = 0x10_00_00_00;

export interface ReflectionProps {
  readonly clients: number;
  readonly routes: number;
  /** Processes that the clients are spread over. */
  readonly processes: number;
}

/** One route reflector with the configuration that the runtime gives it, many clients of it, and one that announces. */
export class Reflection {
  readonly receivers: Receiver[] = [];
  private readonly prefix = `br${process.pid.toString(36)}`;
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'reflection-'));
  private readonly names: string[] = [];
  private hub?: Namespace;
  private pod?: FrrPod;
  private announcer?: Client;

  constructor(private readonly props: ReflectionProps) {}

  /** Starts the route reflector. */
  async startReflector(): Promise<void> {
    const [namespace, link] = await this.host('reflector', REFLECTOR);
    await namespace.ip(`route add local ${REFLECTOR_BLOCK} dev lo`);
    await routeOver(this.hub!, REFLECTOR_BLOCK, [link]);
    // Whom the router knows by DNS is not asked here: only bgpd runs.
    this.pod = new FrrPod(asNetworkHost(namespace, [REFLECTOR]), {
      bundle: bundleRuntime(),
      nameserver: REFLECTOR,
      environment: {
        MESH_SERVICE_NAME: 'core',
        AUTONOMOUS_SYSTEM: String(AS),
        MESHRR_CLIENTRANGE: '10.99.0.0/16, 10.98.0.2/32',
      },
    });
    const { status, stderr } = this.pod.meshrr('init');
    if (status !== 0) throw new Error(stderr);
    this.pod.startBgpd();
  }

  get bgpdPid(): number {
    return this.pod?.bgpd?.pid as number;
  }

  /** Starts all clients but the one that announces. */
  async startReceivers(): Promise<void> {
    const { clients, processes } = this.props;
    for (let process = 0; process < processes; process++) {
      const block = `10.99.${process}`;
      const [namespace, link] = await this.host(`receiver${process}`, `10.98.1.${process + 1}`);
      await namespace.ip(`route add local ${block}.0/24 dev lo`);
      await routeOver(this.hub!, `${block}.0/24`, [link]);
      const count = Math.ceil((clients - process) / processes);
      const sessions = Array.from({ length: count }, (_, i) => ({
        localAddress: `${block}.${i + 1}`,
        address: `10.97.${process}.${i + 1}`,
      }));
      const receiver = new Receiver(namespace, this.folderOf(`receiver${process}`), {
        autonomousSystem: AS,
        sessions,
      });
      this.receivers.push(receiver);
    }
    await Promise.all(this.receivers.map((receiver) => receiver.start()));
  }

  /** Starts the client that announces all routes. */
  async startAnnouncer(): Promise<Client> {
    const [namespace] = await this.host('announcer', ANNOUNCER);
    this.announcer = createClient(namespace, this.folderOf('announcer'), {
      name: 'announcer',
      implementation: 'bird',
      autonomousSystem: AS,
      routerId: ANNOUNCER,
      families: ['inet'],
      neighbors: [{ address: REFLECTOR, localAddress: ANNOUNCER, autonomousSystem: AS }],
      announcements: Array.from({ length: this.props.routes }, (_, i) => ({ family: 'inet', prefix: prefixOf(i) })),
      holdSeconds: 30,
    });
    await this.announcer.start();
    return this.announcer;
  }

  async close(): Promise<void> {
    await Promise.all(this.names.map(closeNamespace));
    this.pod?.close();
    fs.rmSync(this.folder, { recursive: true });
  }

  private folderOf(name: string): string {
    const folder = path.join(this.folder, name);
    fs.mkdirSync(folder);
    return folder;
  }

  private async host(suffix: string, address: string): Promise<[Namespace, Link]> {
    this.hub ??= await this.namespace('hub');
    const namespace = await this.namespace(suffix);
    const gateway = { namespace: this.hub, address: '169.254.1.1' };
    return [namespace, await Link.connect(gateway, namespace, `p-${suffix}`, [address])];
  }

  private namespace(suffix: string): Promise<Namespace> {
    const name = `${this.prefix}-${suffix}`;
    this.names.push(name);
    return Namespace.create(name, SYSCTLS);
  }
}

function prefixOf(index: number): string {
  const value = FIRST_PREFIX + index * 0x100;
  return `${[24, 16, 8].map((shift) => (value >>> shift) & 0xff).join('.')}.0/24`;
}
