import DataLoader from 'dataloader';
import { GatewayError } from './errors.js';
import type { Log } from './log.js';
import type { SpanIds } from './tracer.js';

/** Who asks: the verified contents of a bearer token. */
export interface Caller {
  readonly subject: string;
  readonly tenant: string;
  readonly scopes: ReadonlySet<string>;
  /** When the token stops being one, the clock's tolerance included, in milliseconds since the epoch: what goes on for long ends then. */
  readonly expiresAtMs: number;
}

/** What lives as long as one operation (for a subscription: one event). */
export interface RequestContext {
  readonly requestId: string;
  /** Undefined for an anonymous request. */
  readonly caller: Caller | undefined;
  readonly log: Log;
  /** Aborted when the caller goes away before the answer. */
  readonly signal: AbortSignal;
  /** Held by `perRequestLoader`; nobody else looks inside. */
  readonly loaders: Map<symbol, unknown>;
}

export interface RequestContextParts extends Omit<RequestContext, 'loaders'> {
  /** In which it is; left out, nothing is traced. */
  readonly span?: { readonly ids: SpanIds };
}

/** A RequestContext with loaders of its own; its log names the request and its span, and is made when something is logged, which for most requests is never. */
export function createRequestContext(parts: RequestContextParts): RequestContext {
  return new LazilyLogged(parts);
}

/** Apollo copies the members of a context and keeps its prototype: a getter that were a member would be asked then, for every operation. */
class LazilyLogged implements RequestContext {
  readonly requestId: string;
  readonly caller: Caller | undefined;
  readonly signal: AbortSignal;
  readonly loaders = new Map<symbol, unknown>();
  private readonly parentLog: Log;
  private readonly span: RequestContextParts['span'];
  private ofRequest: Log | undefined;

  constructor({ requestId, caller, signal, log, span }: RequestContextParts) {
    this.requestId = requestId;
    this.caller = caller;
    this.signal = signal;
    this.parentLog = log;
    this.span = span;
  }

  get log(): Log {
    return (this.ofRequest ??= this.parentLog.child({ ...this.span?.ids, requestId: this.requestId }));
  }
}

/**
 * A function that gives each RequestContext its own DataLoader. `load` receives the distinct keys (by `keyOf`) of one tick and
 * answers in their order, an Error value for a key that failed. It never sees another request's keys.
 */
export function perRequestLoader<K, V>(
  keyOf: (key: K) => string,
  load: (keys: readonly K[], context: RequestContext) => Promise<readonly (V | Error)[]>,
): (context: RequestContext) => DataLoader<K, V, string> {
  const slot = Symbol('loader');
  return (context) => {
    const known = context.loaders.get(slot) as DataLoader<K, V, string> | undefined;
    if (known) return known;
    const loader = new DataLoader<K, V, string>((keys) => load(keys, context), { cacheKeyFn: keyOf });
    context.loaders.set(slot, loader);
    return loader;
  };
}

/** The caller of a guarded operation. Throws UNAUTHENTICATED where there is none, which the guard has already refused. */
export function callerOf(context: RequestContext): Caller {
  if (!context.caller) throw new GatewayError('UNAUTHENTICATED', 'Send a bearer token.');
  return context.caller;
}
