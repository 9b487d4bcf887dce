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
  /** What a pod and its successor have in common: the workload, and a node or the name of a pod. Empty in a Deployment: any pod may succeed. */
  readonly instance: string;
  /** The UID of the pod, which its successor does not share. */
  readonly uid: string;
}

/** A pod that has left or is about to. */
export interface Hold extends Holder {
  /** The number of its sessions with clients when it took the Lease. */
  readonly clients: number;
  /** How many clients other pods of its workload have got since then, by the UIDs of these pods. */
  readonly gained: ReadonlyMap<string, number>;
  /** When the Lease expires, in milliseconds since 1970. */
  readonly expires: number;
}

/** How many clients have come to other pods of the workload. */
export const gainedOf = ({ gained }: Hold): number => [...gained.values()].reduce((sum, count) => sum + count, 0);

/** The number of client sessions; a Lease has no field for it. */
const CLIENTS = 'meshrr/clients';

/** The prefix of the annotations of other pods; their UIDs follow it. */
const GAINED = 'meshrr/gained-';

const countOf = (text: string | undefined): number => {
  const count = Number(text ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
};

type Annotations = Readonly<Record<string, string>>;

const withoutGained = (annotations: Annotations = {}): Annotations =>
  Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith(GAINED)));

const annotated = (lease: Lease, annotations: Annotations): Lease => ({
  ...lease,
  metadata: { ...lease.metadata, annotations },
});

/** Who holds a Lease, expired or not. A holder that this program did not write counts as one without clients. */
export function holdOf({ metadata, spec }: Lease): Hold | undefined {
  const identity = spec?.holderIdentity;
  if (!identity) return undefined;
  const at = identity.lastIndexOf('/');
  const [instance, uid] = [identity.slice(0, Math.max(at, 0)), identity.slice(at + 1)];
  const acquired = Date.parse(spec.acquireTime ?? '');
  const { annotations = {} } = metadata;
  const gained = Object.entries(annotations).flatMap(([key, text]): [string, number][] =>
    key.startsWith(GAINED) ? [[key.slice(GAINED.length), countOf(text)]] : [],
  );
  return {
    ...{ instance, uid, gained: new Map(gained) },
    clients: countOf(annotations[CLIENTS]),
    expires: (Number.isNaN(acquired) ? 0 : acquired) + 1000 * (spec.leaseDurationSeconds ?? 0),
  };
}

/** The Lease in the hands of a pod. @param now milliseconds since 1970 */
export function heldBy(lease: Lease, holder: Holder, clients: number, seconds: number, now: number): Lease {
  const time = new Date(now).toISOString().replace('Z', '000Z');
  return {
    ...annotated(lease, { ...withoutGained(lease.metadata.annotations), [CLIENTS]: `${clients}` }),
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

/** The Lease with the number of clients that a pod has got since another pod of its workload took it. */
export const withGained = (lease: Lease, uid: string, clients: number): Lease =>
  annotated(lease, { ...lease.metadata.annotations, [`${GAINED}${uid}`]: `${clients}` });

/** The Lease in nobody's hands. */
export const released = (lease: Lease): Lease => ({
  ...annotated(lease, withoutGained(lease.metadata.annotations)),
  spec: { ...lease.spec, holderIdentity: undefined, acquireTime: undefined, renewTime: undefined },
});
