import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { bundleRuntime } from '../../test-support/bundle';
import { frrReleases } from '../../test-support/bgpd';
import { eventually } from '../../test-support/eventually';
import { FrrPod } from '../../test-support/frr-pod';
import { frr10Rootfs } from '../../test-support/images';
import { Network } from '../../test-support/network';
import { Bench, Figures } from '../figure';
import { rssMb } from '../runtime/process-figures';
import {
  addressOf,
  birdConfiguration,
  ExchangeSize,
  MEMBER_BLOCK,
  membersText,
  SERVER_BLOCK,
  writeMembers,
} from './members';

const SIZE: ExchangeSize = { members: 500, routes: 400 };
/** Two sizes that differ in routes alone: what one more route takes does not depend on what else is there. */
const [FEW, MANY]: readonly ExchangeSize[] = [50, 400].map((routes) => ({ members: 100, routes }));
const [SERVER, MEMBERS] = ['198.51.100.1', '198.51.100.2'];
/** The member that changes. */
const CHANGED = 7;
const PATIENCE_MS = 900_000;

interface Peer {
  readonly state: string;
  readonly peerUptimeEstablishedEpoch: number;
  readonly pfxRcd?: number;
  readonly pfxSnt?: number;
}

interface Summary {
  readonly peers: Readonly<Record<string, Peer>>;
}

const since = (start: number) => (performance.now() - start) / 1000;

class Exchange {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'exchange-'));
  private readonly network = new Network();
  private readonly file = path.join(this.folder, 'members.json');
  private readonly pod: FrrPod;

  /** @param filters settings of `MESHRR_CLIENT_FILTERS` beside the defaults */
  constructor(
    private readonly size: ExchangeSize,
    filters: string,
  ) {
    const groups = path.join(this.folder, 'groups.json');
    const mesh = { name: 'OTHER-SIDE', kind: 'mesh', addresses: ['198.51.100.3'] };
    fs.writeFileSync(groups, JSON.stringify({ groups: [mesh] }));
    const host = this.network.host(`${SERVER}/24`);
    host.run('ip', 'route', 'add', 'local', SERVER_BLOCK, 'dev', 'lo');
    host.run('ip', 'route', 'add', MEMBER_BLOCK, 'via', MEMBERS);
    this.pod = new FrrPod(host, {
      bundle: bundleRuntime(),
      nameserver: SERVER,
      root: frrReleases().includes('10.3') ? frr10Rootfs() : undefined,
      environment: {
        AUTONOMOUS_SYSTEM: '64496',
        MESHRR_MODE: 'routeserver',
        MESHRR_CLIENT_FILTERS: `bogonAsNumbers=false${filters}`,
        MESHRR_GROUPS_FILE: groups,
        MESHRR_MEMBERS_FILE: this.file,
      },
    });
  }

  /** Configures the route server with all members. */
  async configure() {
    const { pod, size } = this;
    writeMembers(this.file, membersText(size));
    let start = performance.now();
    const { status, stderr } = pod.meshrr('init');
    const initSeconds = since(start);
    if (status !== 0) throw new Error(stderr);
    pod.startBgpd();
    await eventually(() => pod.vtysh('show version'), PATIENCE_MS);
    start = performance.now();
    pod.startRuntime();
    await this.until(({ peers }) => Object.keys(peers).length >= size.members);
    return { initSeconds, configuredSeconds: since(start) };
  }

  /** Starts the members, and changes one of them. */
  async load(): Promise<Figures> {
    const { pod } = this;
    let start = performance.now();
    this.startMembers();
    // With its own routes a member is sent more than those of the others.
    const others = (this.size.members - 1) * this.size.routes;
    const hasAll = ({ state, pfxRcd = 0, pfxSnt = 0 }: Peer) =>
      state === 'Established' && pfxRcd === this.size.routes && pfxSnt >= others;
    await this.until(({ peers }) => Object.values(peers).filter(hasAll).length === this.size.members);
    const loadedSeconds = since(start);
    const bgpdMb = rssMb(pod.bgpd?.pid as number);

    const before = await this.summary();
    start = performance.now();
    writeMembers(this.file, membersText(this.size, CHANGED));
    await eventually(() => {
      if (pod.events('members-changed').flatMap(({ addresses }) => addresses).length === this.size.members)
        throw new Error();
    }, PATIENCE_MS);
    const changeSeconds = since(start);
    // A session that ended would have a later beginning.
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const after = await this.summary();
    const begun = (of: Summary, address: string) => of.peers[address].peerUptimeEstablishedEpoch;
    const flapped = Array.from({ length: this.size.members }, (_, i) => addressOf(i)).filter(
      (address) => Math.abs(begun(after, address) - begun(before, address)) > 1,
    ).length;
    return { loadedSeconds, bgpdMb, changeSeconds, flapped };
  }

  close(): void {
    this.network.close();
    this.pod.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private startMembers(): void {
    const host = this.network.host(`${MEMBERS}/24`);
    host.run('ip', 'route', 'add', 'local', MEMBER_BLOCK, 'dev', 'lo');
    host.run('ip', 'route', 'add', SERVER_BLOCK, 'via', SERVER);
    const configuration = path.join(this.folder, 'bird.conf');
    fs.writeFileSync(configuration, birdConfiguration(this.size));
    host.spawn('bird', ['-f', '-c', configuration, '-s', path.join(this.folder, 'bird.ctl')], {
      stdio: 'ignore',
    });
  }

  private async summary(): Promise<Summary> {
    return JSON.parse(this.pod.vtysh('show bgp ipv4 unicast summary json'));
  }

  private until(isSo: (summary: Summary) => boolean): Promise<unknown> {
    return eventually(
      async () => {
        const summary = await this.summary();
        if (!isSo(summary)) throw new Error('not all routes in time');
      },
      PATIENCE_MS,
      1_000,
    );
  }
}

/** An exchange that is closed after its use. */
async function withExchange<T>(
  size: ExchangeSize,
  filters: string,
  use: (exchange: Exchange) => Promise<T>,
): Promise<T> {
  const exchange = new Exchange(size, filters);
  try {
    return await use(exchange);
  } finally {
    exchange.close();
  }
}

const ACTIONS = ',actions=true';

const loaded = (size: ExchangeSize, filters: string) =>
  withExchange(size, filters, async (exchange) => {
    await exchange.configure();
    return exchange.load();
  });

/** What a route takes in bytes that bgpd keeps once more, for members that have a policy of their own. */
async function copyBytes(): Promise<number> {
  const grown = async (filters: string) => (await loaded(MANY, filters)).bgpdMb - (await loaded(FEW, filters)).bgpdMb;
  const megabytes = (await grown(ACTIONS)) - (await grown(''));
  return (megabytes * 1024 ** 2) / ((MANY.members - 1) * MANY.members * (MANY.routes - FEW.routes));
}

export const exchangeBench: Bench = {
  about:
    'A route server on FRR, that of the image where it can be built, with 500 members and 400 routes of each, with the filters of an exchange and a list of ten prefixes for each: seconds of init, until bgpd has all members, until all routes are sent to all members; its memory in MB; a change of one member in seconds, and how many sessions of all flap. Then the first two with communities as actions, as multiples, and the bytes that bgpd then needs for a route for each AS number of a member after the first',
  needs: ['ip', 'bgpd', 'bird'],
  run: async () => {
    const plain = await withExchange(SIZE, '', async (exchange) => ({
      ...(await exchange.configure()),
      ...(await exchange.load()),
    }));
    const actions = await withExchange(SIZE, ACTIONS, (exchange) => exchange.configure());
    return {
      ...plain,
      initWithActionsRatio: actions.initSeconds / plain.initSeconds,
      configuredWithActionsRatio: actions.configuredSeconds / plain.configuredSeconds,
      copyBytes: await copyBytes(),
    };
  },
};
