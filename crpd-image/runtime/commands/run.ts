import { AssumptionWatch } from '../assumptions/watch';
import { monotonicMs as now } from '../clock';
import { Beat } from '../daemon/beat';
import { Daemon } from '../daemon/daemon';
import type { Members, MembersOptions } from '../daemon/members';
import { MissingSessions } from '../daemon/missing-sessions';
import { ProbeServer } from '../daemon/probe-server';
import { RouterView } from '../daemon/router-view';
import { readStatus, writeStatus } from '../daemon/status-file';
import { Synchronizer } from '../daemon/synchronizer';
import { reportFallback } from '../daemon/report-fallback';
import { createDiscovery } from '../discovery/create-discovery';
import { KeptAnswers } from '../discovery/kept-answers';
import { createRelease } from '../handover/create-interlock';
import { ownAddresses } from '../discovery/own-addresses';
import { readHandover } from '../handover/handover-file';
import { Conditions } from '../logging/conditions';
import { Figures } from '../metrics/figures';
import { FILES, readPod } from '../pod';
import { createDriver } from '../router/create-driver';
import { dial } from '../router/dial';
import { expectArguments } from './command';
import { podLog } from './pod-log';

/** Synchronizes the router's neighbors with discovery until the process gets a signal. The neighbors then stay. */
export async function run(args: readonly string[]): Promise<void> {
  expectArguments(args);
  const pod = readPod(process.env);
  const { settings, model } = pod;
  const log = podLog(pod);
  const conditions = new Conditions(log, now);

  const file = FILES.status(model.router);
  const last = readStatus(file)?.readiness;
  const wasReady = (last?.otherwise ?? last?.ready) === true;
  const release = await createRelease(settings, { wasReady, log, conditions });
  const driver = await createDriver(model, log, () => daemon.wake());
  const discovery = await createDiscovery(settings, {
    onNotice: ({ level, event, fields }) => log[level](event, fields),
    onFallback: reportFallback(conditions),
    onChange: () => daemon.wake(),
  });
  const handover = () => readHandover(FILES.handover(model.router));
  const isDraining = () => ['draining', 'drained'].includes(handover()?.state ?? '');
  const router = new RouterView(driver, log, conditions, now, isDraining);
  const own = ownAddresses(model.podIp.text);
  const kept = new KeptAnswers(FILES.answers(model.router));
  const synchronizer = new Synchronizer({ model, discovery, router, log, conditions, kept, now, own });
  const { membersFile } = settings;
  const members =
    membersFile === undefined ? undefined : await membersOf(membersFile, { model, router, log, conditions });
  const limit = settings.sessionSeconds * 1000;
  const missing = new MissingSessions({ model, router, conditions, now, limit, dial });
  const assumptions = new AssumptionWatch({ model, own, conditions, keyFault: FILES.keyFault });
  const daemon = new Daemon({
    model,
    synchronizer,
    router,
    members,
    missing,
    checkAssumptions: (configured) => assumptions.observe(configured),
    release,
    conditions,
    now,
    pollMilliseconds: settings.pollMilliseconds,
    wasReady,
    onReady: ({ reason }) => log.info('ready', { reason }),
    handover,
    onHandover: (reached) => log.info(reached?.state ?? 'undrained', reached?.fields),
    onStep: () => figures.observe(),
    onReport: (status) => {
      writeStatus(file, status);
      returnMemory();
    },
  });
  const probed = { routerFault: () => router.fault(), readiness: () => daemon.readinessNow };
  const parts = { model, synchronizer, view: router, conditions, now, own };
  const figures = new Figures({ ...parts, router: model.router, probed, handover: () => handover()?.state });
  const onFault = (reason: string | undefined) => {
    if (reason === undefined) conditions.end('probes-unanswered', '');
    else conditions.begin('probes-unanswered', '', reason);
  };
  const probes = new ProbeServer(model.podIp.text, probed, () => figures.text(), onFault);
  probes.listen();
  const beat = new Beat(FILES.beat(model.router));
  beat.start();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => daemon.stop());
  log.info('started', { router: model.router, groups: model.discovered.map(({ name }) => name) });

  await daemon.run();
  beat.stop();
  probes.close();
  discovery.close();
  await driver.close();
  log.info('stopped');
}

/** Declared clients, whose code only pods that have some load. */
async function membersOf(file: string, parts: Omit<MembersOptions, 'file'>): Promise<Members> {
  const loaded = await import('../daemon/members');
  return new loaded.Members({ ...parts, file });
}

let returned = false;

/** Returns the memory of the start to the kernel, once. The image starts Node with --expose-gc. */
function returnMemory(): void {
  if (!returned) globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  returned = true;
}
