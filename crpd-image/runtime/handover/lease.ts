/** A Lease (coordination.k8s.io/v1) as the API has it: what is not read here is written back as it was. */
export interface Lease {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly leaseDurationSeconds?: number | null;
    /** RFC 3339, in microseconds. */
    readonly acquireTime?: string | null;
    readonly leaseTransitions?: number | null;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** A pod as the Lease names it. */
export interface Holder {
  /**
   * What a pod and its successor have in common: the workload, and a node or the name of a pod. Empty in a Deployment: any
   * pod may succeed.
   */
  readonly instance: string;
  /** The UID of the pod, which its successor does not share. */
  readonly uid: string;
}

/** The workload in `workload@node`; undefined in a Deployment, whose pods have no identity. */
export const workloadOf = ({ instance }: Pick<Holder, 'instance'>): string | undefined => /^(.*)@/.exec(instance)?.[1];

/**
 * What a pod is to the one that holds a Lease. A successor has the same instance; in a Deployment, any new pod may be it. A
 * sibling has the same workload.
 */
export type Relation = 'successor' | 'sibling';

/** A pod that has left or is about to. */
export interface Hold extends Holder {
  /** The number of its sessions with clients when it took the Lease. */
  readonly clients: number;
  /** How many clients have come to other pods of its workload since then, by the UIDs of these pods. */
  readonly gained: ReadonlyMap<string, number>;
  /** When it took the Lease, in milliseconds since 1970. */
  readonly acquired: number;
  /** When the Lease expires, in milliseconds since 1970. */
  readonly expires: number;
}

/** How many clients have come to pods that have written it, but for one of them. */
export const gainedBy = ({ gained }: Hold, except: string): number =>
  [...gained].reduce((sum, [uid, count]) => (uid === except ? sum : sum + count), 0);

/** What a pod is to the one that holds a Lease; undefined: nothing, or nobody holds it. */
export function relationTo(hold: Hold | undefined, self: Holder): Relation | undefined {
  if (hold === undefined || hold.uid === self.uid) return undefined;
  if (hold.instance === self.instance) return 'successor';
  const workload = workloadOf(self);
  return workload !== undefined && workload === workloadOf(hold) ? 'sibling' : undefined;
}

/** Annotations, for which a Lease has no fields: the number of client sessions of the holder. */
const CLIENTS = 'meshrr/clients';
/** The instance of the pod that had a free Lease last. */
const LAST = 'meshrr/last';
/** How many clients have come to a pod, whose UID follows. */
const GAINED = 'meshrr/gained-';
/** Until when a pod waits, whose UID follows, and its instance. */
const WAITING = 'meshrr/waiting-';

const countOf = (text: string | undefined): number => {
  const count = Number(text ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
};

type Annotations = Readonly<Record<string, string>>;

const without = (annotations: Annotations = {}, isOut: (key: string) => boolean): Annotations =>
  Object.fromEntries(Object.entries(annotations).filter(([key]) => !isOut(key)));

const annotated = (lease: Lease, annotations: Annotations): Lease => ({
  ...lease,
  metadata: { ...lease.metadata, annotations },
});

/** A time in RFC 3339 in milliseconds since 1970; 0 for none. */
function millisecondsOf(time: string | null | undefined): number {
  const parsed = Date.parse(time ?? '');
  return Number.isNaN(parsed) ? 0 : parsed;
}

/** Who holds a Lease, expired or not. A holder that this program did not write counts as one without clients. */
export function holdOf({ metadata, spec }: Lease): Hold | undefined {
  const identity = spec?.holderIdentity;
  if (!identity) return undefined;
  const at = identity.lastIndexOf('/');
  const [instance, uid] = [identity.slice(0, Math.max(at, 0)), identity.slice(at + 1)];
  const acquired = millisecondsOf(spec.acquireTime);
  const { annotations = {} } = metadata;
  const gained = Object.entries(annotations).flatMap(([key, text]): [string, number][] =>
    key.startsWith(GAINED) ? [[key.slice(GAINED.length), countOf(text)]] : [],
  );
  return {
    ...{ instance, uid, gained: new Map(gained) },
    clients: countOf(annotations[CLIENTS]),
    acquired,
    expires: acquired + 1000 * (spec.leaseDurationSeconds ?? 0),
  };
}

const timeOf = (now: number): string => new Date(now).toISOString().replace('Z', '000Z');

/** The Lease in the hands of a pod. @param now milliseconds since 1970 */
export function heldBy(lease: Lease, holder: Holder, clients: number, seconds: number, now: number): Lease {
  const time = timeOf(now);
  const waiting = waitingFor(lease, now).filter(({ uid }) => uid !== holder.uid);
  const kept = without(lease.metadata.annotations, (key) =>
    key.startsWith(WAITING) ? !waiting.some(({ uid }) => key === `${WAITING}${uid}`) : key.startsWith(GAINED),
  );
  return {
    ...annotated(lease, { ...kept, [CLIENTS]: `${clients}` }),
    spec: {
      ...lease.spec,
      ...{
        holderIdentity: holder.instance === '' ? holder.uid : `${holder.instance}/${holder.uid}`,
        leaseDurationSeconds: seconds,
      },
      ...{ acquireTime: time, renewTime: time, leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + 1 },
    },
  };
}

/** The Lease with the number of clients that have come to a pod since another pod of its workload took it. */
export const withGained = (lease: Lease, uid: string, clients: number): Lease =>
  annotated(lease, { ...lease.metadata.annotations, [`${GAINED}${uid}`]: `${clients}` });

/** The Lease with a pod that waits for it. @param until when it waits no longer, in milliseconds since 1970 */
export const withWaiting = (lease: Lease, { instance, uid }: Holder, until: number): Lease =>
  annotated(lease, { ...lease.metadata.annotations, [`${WAITING}${uid}`]: `${timeOf(until)} ${instance}` });

/** The pods that wait for a Lease. @param now milliseconds since 1970 */
export function waitingFor({ metadata }: Lease, now: number): Holder[] {
  return Object.entries(metadata.annotations ?? {}).flatMap(([key, text]) => {
    const [time, instance = ''] = text.split(' ');
    return key.startsWith(WAITING) && now < millisecondsOf(time) ? [{ instance, uid: key.slice(WAITING.length) }] : [];
  });
}

/** The Lease in nobody's hands. */
export function released(lease: Lease): Lease {
  const { instance = '' } = holdOf(lease) ?? {};
  const kept = without(lease.metadata.annotations, (key) => key === LAST || key.startsWith(GAINED));
  return {
    ...annotated(lease, instance === '' ? kept : { ...kept, [LAST]: instance }),
    spec: { ...lease.spec, holderIdentity: undefined, acquireTime: undefined, renewTime: undefined },
  };
}

/** The instance of the pod that had a free Lease last; empty if that is not known, or in a Deployment. */
export const lastOf = ({ metadata }: Lease): string => metadata.annotations?.[LAST] ?? '';
