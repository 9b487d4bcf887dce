/** The largest AS number that a standard community has room for. */
const MAX_16_BIT = 0xffff;

/**
 * Communities with one meaning, at most one of each kind. Standard ones (RFC 1997) have 16 bits for an AS number. Extended ones are
 * route targets with an AS number of 16 bits and a second number of 32 bits (RFC 4360, 3.1), and are written as these numbers.
 */
export type ActionCommunity = Readonly<Record<'standard' | 'large' | 'extended', readonly string[]>>;

/** What clients of a route server say by communities about one receiver of a route. */
export interface ActionsToward {
  /** The route is not sent to it. */
  readonly withhold: ActionCommunity;
  /** The route is sent to it, also if it is sent to nobody else. Takes second place to `withhold`. */
  readonly send: ActionCommunity;
  /** The route is sent to nobody but those that `send` names. */
  readonly nobody: ActionCommunity;
  /** How often the first AS number of the path is repeated; the first that a route has counts. */
  readonly prepend: readonly { readonly count: number; readonly large: string }[];
}

/** The functions of large communities (the second number), as exchanges use them. */
const [WITHHOLD, SEND, PREPEND] = [0, 1, 100];
const COUNTS = [3, 2, 1];

/** The actions about members with an AS number. @param server the AS number of the route server */
export function actionsToward(server: number, autonomousSystem: number): ActionsToward {
  const isShort = autonomousSystem <= MAX_16_BIT;
  const isShortServer = server <= MAX_16_BIT;
  return {
    withhold: {
      standard: isShort ? [`0:${autonomousSystem}`] : [],
      large: [`${server}:${WITHHOLD}:${autonomousSystem}`],
      extended: [`0:${autonomousSystem}`],
    },
    send: {
      standard: isShort && isShortServer ? [`${server}:${autonomousSystem}`] : [],
      large: [`${server}:${SEND}:${autonomousSystem}`],
      extended: isShortServer ? [`${server}:${autonomousSystem}`] : [],
    },
    nobody: toNobody(server),
    prepend: prepends(server, autonomousSystem),
  };
}

/** The actions about all members, and what is removed from routes before members get them; for the templates. */
export function templateActions(server: number) {
  const pairs = server <= MAX_16_BIT ? ['0', `${server}`] : ['0'];
  return {
    nobody: toNobody(server),
    prepend: prepends(server, 0),
    // All communities that begin like these.
    scrubbed: {
      standard: pairs,
      large: [WITHHOLD, SEND, ...COUNTS.map((count) => PREPEND + count)].map((action) => `${server}:${action}`),
      extended: pairs,
    },
  };
}

const toNobody = (server: number): ActionCommunity => ({
  standard: server <= MAX_16_BIT ? [`0:${server}`] : [],
  large: [`${server}:${WITHHOLD}:0`],
  extended: [`0:${server}`],
});

const prepends = (server: number, receiver: number) =>
  COUNTS.map((count) => ({ count, large: `${server}:${PREPEND + count}:${receiver}` }));

/** The first of the communities by which a client withholds a route from some members or from all; undefined: there is none. */
export function withholding(server: number, communities: readonly string[]): string | undefined {
  return communities.find((community) => {
    const parts = community.split(':').map(Number);
    return parts.length === 2 ? parts[0] === 0 : parts[0] === server && parts[1] === WITHHOLD;
  });
}
