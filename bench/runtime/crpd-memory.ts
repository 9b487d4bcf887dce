import * as fs from 'fs';
import * as path from 'path';
import { buildStandIn, StandIn } from '../../test-support/crpd/build';
import { bundleRuntime } from '../../test-support/bundle';
import { eventually } from '../../test-support/eventually';
import { launcherOfImages } from '../../test-support/launcher';
import { Network } from '../../test-support/network';
import { Bench } from '../figure';
import { rssMb } from './process-figures';
import { scrape } from './scrapes';

const NAME = 'core.default.svc.cluster.local';
const PEERS = ['10.42.0.1', '10.42.0.2', '10.42.0.3', '10.42.0.4'];
const SETTLE_SECONDS = 30;

/** What the daemon would find configured on a cRPD. */
const CONFIGURATION = `groups { MESHRR { protocols { bgp { family inet { unicast; } group MESHRR-MESH { type internal; } } } } }
apply-groups MESHRR;
routing-options { router-id 10.42.0.1; autonomous-system 64496; }
`;

export const crpdMemoryBench: Bench = {
  about: `The daemon on the stand-in for cRPD, in a mesh of ${PEERS.length}, scraped each second for ${SETTLE_SECONDS} s: memory`,
  needs: ['ip', 'dnsmasq'],
  async run() {
    const { node, nodeArguments, environment } = launcherOfImages();
    const network = new Network();
    const crpd = new StandIn(CONFIGURATION);
    try {
      const host = network.host(`${PEERS[0]}/16`);
      const hosts = path.join(crpd.state, 'hosts');
      fs.writeFileSync(hosts, PEERS.map((address) => `${address} ${NAME}\n`).join(''));
      const resolvConf = path.join(crpd.state, 'resolv.conf');
      fs.writeFileSync(resolvConf, 'nameserver 127.0.0.1\n');
      const dns = ['--keep-in-foreground', '--user=root', '--conf-file=/dev/null', '--no-resolv', '--no-hosts'];
      host.spawn('dnsmasq', [...dns, '--listen-address=127.0.0.1', '--pid-file=', `--addn-hosts=${hosts}`]);
      const mounts = `mkdir -p /run/meshrr && mount -t tmpfs tmpfs /run/meshrr && mount --bind ${resolvConf} /etc/resolv.conf`;
      const daemon = host.spawn(
        'sh',
        ['-c', `${mounts} && exec "$@"`, 'sh', node, ...nodeArguments, bundleRuntime(), 'run'],
        {
          stdio: 'ignore',
          env: {
            ...environment,
            PATH: `${buildStandIn()}:${process.env.PATH}`,
            CRPD_STAND_IN_STATE: crpd.state,
            POD_IP: PEERS[0],
            MESHRR_ROUTER: 'crpd',
            MESH_SERVICE_NAME: 'core',
            AUTONOMOUS_SYSTEM: '64496',
            MESHRR_CLIENTRANGE: '198.51.100.0/24',
          },
        },
      );
      await eventually(() => {
        const neighbors = crpd.runningSet().filter((line) => line.includes(' neighbor '));
        if (neighbors.length < PEERS.length - 1) throw new Error(`${neighbors.length} neighbors are configured`);
      }, 20_000);
      await scrape(host, SETTLE_SECONDS);
      return { rssMbCrpd: rssMb(daemon.pid as number) };
    } finally {
      network.close();
      crpd.close();
    }
  },
};
