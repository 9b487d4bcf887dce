import { covers, parseAddress } from '../../../lib/addressing';
import { PodConfiguration } from '../../../lib/configuration';
import { inBrief } from '../../../lib/input';
import { Refused, RouterDriver, Session } from '../router/driver';

export interface Finding {
  readonly result: 'ok' | 'FAILED' | 'not checked';
  readonly seen: string;
}

export interface Line extends Finding {
  readonly check: string;
}

/** The router under test, and the checks' access to it from outside. */
export interface Subject {
  readonly model: Pick<PodConfiguration, 'router' | 'discovered' | 'clients' | 'meshes' | 'meshMd5'>;
  readonly driver: RouterDriver;
  readonly licenses: number;
  /** Opens a TCP connection to the BGP port of a router, without a key, and closes it. */
  readonly connectUnsigned: (address: string) => Promise<'answered' | 'silent'>;
  /** The text of the configuration for the router's next start; undefined if there is none. */
  readonly storedConfiguration: () => string | undefined;
  /** Whether that configuration is on a volume, which outlives the container. */
  readonly onVolume: boolean;
}

/** Documentation addresses (RFC 5737), which no neighbor has. The check of a change configures one for a moment. */
const SPARE = ['203.0.113.254', '198.51.100.254', '192.0.2.254'].map(parseAddress);

const ok = (seen: string): Finding => ({ result: 'ok', seen });
const failed = (seen: string): Finding => ({ result: 'FAILED', seen });
const notChecked = (seen: string): Finding => ({ result: 'not checked', seen });

/**
 * Runs the checks in order. Each check reverts its changes, and a failed check does not stop the others.
 *
 * @param timeout the timeout of one check, in milliseconds
 */
export async function* runChecks(subject: Subject, timeout: number): AsyncGenerator<Line> {
  const before = await established(subject).catch(() => []);
  const stored = { withChange: undefined as boolean | undefined };
  const checks: readonly (readonly [string, () => Promise<Finding>])[] = [
    ['control channel', () => controlChannel(subject)],
    ['change and back', () => changeAndBack(subject, stored)],
    ['TCP MD5', () => tcpMd5(subject)],
    ['license', () => license(subject)],
    ['drain and undrain', () => drainAndUndrain(subject)],
    ['persistence', async () => persistence(subject, stored.withChange)],
    ['sessions', () => sessions(subject, before)],
  ];
  for (const [check, run] of checks) {
    yield { check, ...(await within(timeout, run).catch((error: Error) => failed(inBrief(error.message)))) };
  }
}

async function controlChannel({ driver, model }: Subject): Promise<Finding> {
  const start = performance.now();
  await driver.ping();
  return ok(`${model.router} answers in ${Math.ceil(performance.now() - start)} ms`);
}

/** Adds a neighbor with an unused address and removes it again. */
async function changeAndBack({ driver, model, storedConfiguration }: Subject, stored: { withChange?: boolean }) {
  const [group] = model.discovered;
  const taken = new Set([...(await driver.neighbors()), ...(await driver.sessions())].map(({ address }) => address));
  const ranges = model.clients.flatMap((clients) => clients.ranges);
  const spare = SPARE.find((one) => !taken.has(one.text) && !ranges.some((range) => covers(range, one)));
  if (!spare) return notChecked('the addresses of documentation are in use here');
  const neighbor = { group: group.name, address: spare.text };
  const has = async () => (await driver.neighbors()).some(({ address }) => address === neighbor.address);
  let refused: readonly Refused[];
  try {
    refused = await driver.apply([{ action: 'add', ...neighbor }]);
    if (refused.length > 0) return failed(`neighbor ${spare.text} is refused: ${refused[0].reason}`);
    if (!(await has())) return failed(`neighbor ${spare.text} is accepted, but missing`);
    stored.withChange = storedConfiguration()?.includes(spare.text);
  } finally {
    refused = await driver.apply([{ action: 'remove', ...neighbor }]);
  }
  if (refused.length > 0) return failed(`neighbor ${spare.text} of ${group.name} stays: ${refused[0].reason}`);
  if (await has()) return failed(`neighbor ${spare.text} of ${group.name} is still there`);
  return ok(`neighbor ${spare.text} was added to ${group.name} and removed`);
}

/**
 * Checks that a session of the mesh is up with its key, that its other end ignores a SYN without a key, and that
 * sessions of clients, which have no key, are up.
 */
async function tcpMd5(subject: Subject): Promise<Finding> {
  const { model, driver, connectUnsigned } = subject;
  const meshes = new Set(model.meshes.map(({ name }) => name));
  if (!model.meshMd5) return notChecked('turned off (MESHRR_MESH_MD5)');
  if (meshes.size === 0) return notChecked('no mesh');
  const up = await established(subject);
  const members = (await driver.neighbors()).filter(({ group }) => meshes.has(group));
  const signed = members.filter(({ address }) => up.some((session) => session.address === address));
  if (members.length === 0) return notChecked('no other router is in the mesh');
  if (signed.length === 0) return failed(`none of ${members.length} sessions of the mesh is Established`);
  const { address } = signed[0];
  if ((await connectUnsigned(address)) === 'answered') return failed(`${address} answers without a key`);
  const clients = up.filter((session) => session.dynamic).length;
  const beside =
    clients > 0 ? `${clients} clients from ranges beside them` : 'no client from a range to see beside them';
  return ok(
    `${signed.length} of ${members.length} sessions are Established; ${address} ignores a SYN without a key; ${beside}`,
  );
}

/** Loads the license again, which changes nothing if it is installed. */
async function license({ driver, licenses, model }: Subject): Promise<Finding> {
  if (!driver.prepare) return notChecked(`${model.router} needs none`);
  if (licenses === 0) return notChecked('no license file is mounted');
  const [refusal] = await driver.prepare();
  return refusal === undefined ? ok('the router accepts it') : failed(refusal);
}

async function drainAndUndrain({ driver }: Subject): Promise<Finding> {
  if (await driver.draining()) return notChecked('the router is drained, and stays so');
  let drained = false;
  try {
    await driver.gracefulShutdown(true);
    drained = await driver.draining();
  } finally {
    await driver.gracefulShutdown(false);
  }
  if (!drained) return failed('the router does not show GRACEFUL_SHUTDOWN after a drain');
  return (await driver.draining()) ? failed('the router stays drained') : ok('GRACEFUL_SHUTDOWN was set and removed');
}

function persistence({ model, onVolume }: Subject, withChange: boolean | undefined): Finding {
  if (model.router === 'frr') return notChecked('FRR stores no change: each start renders its configuration');
  if (withChange === undefined) return notChecked('the stored configuration, or the change, was not seen');
  if (!withChange) return failed('the stored configuration lacks the committed change');
  return ok(`the committed change is stored, ${onVolume ? 'on a volume' : 'in the container: it ends with the pod'}`);
}

/** Checks that the sessions of the beginning stayed Established. */
async function sessions(subject: Subject, before: readonly Session[]): Promise<Finding> {
  const after = new Map((await established(subject)).map((session) => [session.address, session]));
  const lost = before.filter(({ address, establishedSeconds = 0 }) => {
    const now = after.get(address);
    return now === undefined || (now.establishedSeconds ?? 0) < establishedSeconds;
  });
  if (lost.length > 0) return failed(`${lost.length} of ${before.length} were lost: ${lost[0].address}`);
  return ok(`all ${before.length} sessions stayed Established`);
}

async function established({ driver }: Subject): Promise<readonly Session[]> {
  return (await driver.sessions()).filter(({ state }) => state === 'Established');
}

async function within<T>(milliseconds: number, run: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done in ${milliseconds / 1000} seconds`)), milliseconds);
  });
  return Promise.race([run(), timeout]).finally(() => clearTimeout(timer));
}
