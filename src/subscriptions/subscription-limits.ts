/** How much may be open at once. */
export interface SubscriptionLimits {
  readonly subscriptionsPerCaller: number;
  readonly subscriptionsPerProcess: number;
  readonly socketsPerCaller: number;
  readonly socketsPerProcess: number;
  /** Connections of any kind that have not shown an accepted token: the oldest gives way to a new one, so that silent ones lock nobody out. */
  readonly connectionsWithoutCaller: number;
}

export const defaultSubscriptionLimits: SubscriptionLimits = {
  subscriptionsPerCaller: 100,
  subscriptionsPerProcess: 10_000,
  socketsPerCaller: 100,
  socketsPerProcess: 10_000,
  /** More than Node accepts in one go, 511, before it reads what the first of them says. */
  connectionsWithoutCaller: 600,
};

/** How long a client may take to read what it has been sent. */
export const readTimeoutMs = 30_000;
/** How much a connection may hold that its client has not read, when more is to be sent. */
export const unreadBytesLimit = 1024 * 1024;
/** How long a subscription may take to its first result: so long it counts as an operation in flight. docs/errors.md names it and is held to it by a test. */
export const firstResultTimeoutMs = 60_000;
/** How long a socket may stay without a verified token. */
export const connectionInitTimeoutMs = 10_000;
/** How often something goes over a connection on which nothing else does; a socket that then stays silent as long is cut. */
export const keepAliveMs = 20_000;
/** How long a client may take to answer that a socket is to be closed. */
export const closeTimeoutMs = 1_000;
/** The longest id that a client may give a subscription: it is held, and repeated in each event. */
export const subscriptionIdLength = 128;
