import { setTimeout as pause } from 'timers/promises';
import { Bench, Figures } from '../figure';
import { cpuSeconds, peakRssMb } from '../runtime/process-figures';
import { Received } from './receiver';
import { Reflection, ReflectionProps } from './reflection';

const FULL: ReflectionProps = { clients: 1000, routes: 100_000, processes: 4 };
/** After this the run is given up. */
const PATIENCE_MS = 5 * 60_000;
const POLL_MS = 100;
/** In this time after all was sent it shows whether anything is sent twice. */
const SETTLE_MS = 2000;

/** Seconds from the start of clients to all sessions, and from the announcer's session to the last client's last route. */
export async function measureReflection(props: ReflectionProps): Promise<Figures> {
  const end = performance.now() + PATIENCE_MS;
  const reflection = new Reflection(props);
  const { routes } = props;

  async function received(): Promise<readonly Received[]> {
    return (await Promise.all(reflection.receivers.map((receiver) => receiver.received()))).flat();
  }

  async function all(what: string, has: (client: Received) => boolean): Promise<void> {
    for (;;) {
      const having = (await received()).filter(has).length;
      if (having === props.clients) return;
      if (performance.now() > end) throw new Error(`${having} of ${props.clients} clients ${what} in time`);
      await pause(POLL_MS);
    }
  }

  try {
    await reflection.startReflector();
    const begin = performance.now();
    await reflection.startReceivers();
    await all('were Established', ({ established }) => established);
    const establishSeconds = (performance.now() - begin) / 1000;

    const announcer = await reflection.startAnnouncer();
    const before = cpuSeconds(reflection.bgpdPid);
    let start: number;
    do {
      if (performance.now() > end) throw new Error('the announcer was not Established');
      // The last moment that it was not seen to be up.
      start = performance.now();
    } while ((await announcer.sessions())[0].state !== 'Established');
    await all('received all routes', ({ updates }) => updates >= routes);
    const reflectSeconds = (performance.now() - start) / 1000;
    const reflectCpuSeconds = cpuSeconds(reflection.bgpdPid) - before;
    await pause(SETTLE_MS);
    const wrong = (await received()).filter(({ established, updates }) => !established || updates !== routes).length;
    if (wrong > 0)
      throw new Error(`${wrong} of ${props.clients} clients received a route twice, or lost their session`);
    return {
      clients: props.clients,
      routes,
      establishSeconds,
      reflectSeconds,
      reflectCpuSeconds,
      reflectMemoryMb: peakRssMb(reflection.bgpdPid),
    };
  } finally {
    await reflection.close();
  }
}

export const clientsBench: Bench = {
  about: `${FULL.routes} routes reflected to ${FULL.clients} clients by one bgpd as the runtime configures it`,
  needs: ['ip', 'bgpd', 'bird'],
  run: () => measureReflection(FULL),
};
