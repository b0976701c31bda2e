import {
  getOperationAST,
  OperationTypeNode,
  TokenKind,
  type DocumentNode,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
  type Token,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import type { Meters } from '../meters.js';
import type { Caller } from '../request.js';
import { parsedWithin } from '../operations/document-size.js';
import { refuseConditionalField, refuseInvalidDocument } from '../operations/document-validity.js';
import type { TrustedDocuments } from '../operations/trusted-documents.js';
import { logWithheld, rootOf, toClientError, wordedError } from '../operations/wording.js';
import {
  checkOperation,
  givenName,
  noSuchOperation,
  noteOperation,
  type OperationRules,
} from '../operations/operation-checks.js';
import { logSubscription, type OperationRecord } from '../operations/operation-record.js';
import type { OpenCounts } from './open-counts.js';
import {
  SubscriptionStream,
  type CheckedSubscription,
  type SentOperation,
  type Subscriber,
  type SubscriptionStreamParts,
} from './subscription-stream.js';

export interface SubscriptionParts extends OperationRules {
  readonly counts: OpenCounts;
  readonly trustedDocuments: TrustedDocuments;
  /** Lets graphql suggest names of the schema. */
  readonly isDevelopment: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters: Meters;
}

type ValidSubscription = Pick<CheckedSubscription, 'document' | 'operation'>;

/** Of the documents that are kept, all together; each is worth up to two hundred bytes once it is parsed. */
const maxCachedCharacters = 100_000;

/** The one way to a subscription, whatever transport carries it: parses, limits, guards, and words every error. */
export class Subscriptions {
  readonly #valid = new LRUCache<string, ValidSubscription>({ maxSize: maxCachedCharacters });
  readonly #streamParts: SubscriptionStreamParts;

  constructor(private readonly parts: SubscriptionParts) {
    const { admission, counts, schema, clock, log, meters } = parts;
    this.#streamParts = {
      schema,
      clock,
      log,
      admit: ({ caller, transport }) => {
        // First what costs nothing: for a client that floods us no document is parsed.
        const refusal = admission.refusal('read');
        if (refusal) throw refusal;
        counts.take(caller);
        meters.subscriptionOpened(transport);
        return admission.enter();
      },
      leave: ({ caller, transport }) => {
        counts.release(caller);
        meters.subscriptionClosed(transport);
      },
      check: (sent, { caller, record }) => this.#check(sent, caller, record),
      worded: (error, { requestId, record }) => wordErrors(error, requestId, record, log),
      tellEnd: ({ requestId, record, transport }, end) => {
        logSubscription(parts, requestId, record, { transport, ...end });
      },
    };
  }

  /** A subscription that is looked at when it runs; one log line tells of its end. */
  open(subscriber: Subscriber): SubscriptionStream {
    return new SubscriptionStream(subscriber, this.#streamParts);
  }

  /** Whether the operation to run is a subscription. A document that cannot be read is none. */
  isSubscription({ query, operationName }: SentOperation): boolean {
    // Most are not, and need not be parsed for it.
    if (!query.includes('subscription')) return false;
    if (this.#valid.has(nameOf(query, operationName))) return true;
    try {
      const document = parsedWithin(query, this.parts.limits);
      return getOperationAST(document, givenName(operationName))?.operation === OperationTypeNode.SUBSCRIPTION;
    } catch {
      return false;
    }
  }

  #check(sent: SentOperation, caller: Caller, record: OperationRecord): CheckedSubscription {
    const { document, operation } = this.#validated(sent, record);
    const variables = declaredOf(sent.variables ?? {}, operation);
    checkOperation(this.parts, { document, operation, variables, caller });
    return { document, operation, variables };
  }

  /** Thousands of clients send the same few documents: a valid one is parsed and validated once. */
  #validated(sent: SentOperation, record: OperationRecord): ValidSubscription {
    const { schema, limits, isDevelopment, trustedDocuments } = this.parts;
    const trusted = trustedDocuments.resolve(sent, record);
    const { query } = sent;
    const operationName = givenName(sent.operationName);
    const name = nameOf(query, operationName);
    const known = trusted ? undefined : this.#valid.get(name);
    const document = (trusted ?? known)?.document ?? parsedWithin(query, limits);
    const operation = known?.operation ?? getOperationAST(document, operationName);
    if (!operation) throw noSuchOperation(document, operationName);
    noteOperation(schema, document, operation, record);
    if (known) return known;
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      throw new GatewayError('BAD_REQUEST', 'Send queries and mutations by POST to /graphql.');
    }
    if (trusted) return { document, operation };
    // No rule against introspection: only queries have `__schema` and `__type`, and none is executed here.
    refuseInvalidDocument(schema, document, { hasSuggestions: isDevelopment, allowsIntrospection: true });
    refuseConditionalField(document, operation);
    forgetComments(document);
    const valid = { document, operation };
    this.#valid.set(name, valid, { size: name.length });
    return valid;
  }
}

/** What a valid subscription is kept under. */
function nameOf(query: string, operationName: string | null | undefined): string {
  return JSON.stringify([givenName(operationName) ?? null, query]);
}

/** Only what the operation declares: graphql looks at nothing else, and what there is is kept as long as the subscription lasts. */
function declaredOf(
  variables: Readonly<Record<string, unknown>>,
  { variableDefinitions = [] }: OperationDefinitionNode,
): Readonly<Record<string, unknown>> {
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(variables, name) ? [[name, variables[name]]] : [])));
}

/** A document keeps all its tokens, and no limit counts comments: three bytes to send, and a hundred to hold. */
function forgetComments({ loc }: DocumentNode): void {
  type Link = { -readonly [Name in keyof Token]: Token[Name] };
  for (let token: Link | null | undefined = loc?.startToken; token; token = token.next) {
    if (token.kind !== TokenKind.COMMENT) continue;
    const { prev, next }: { prev: Link | null; next: Link | null } = token;
    if (prev) prev.next = next;
    if (next) next.prev = prev;
  }
}

/** What the client reads of whatever went wrong; tells the log and the record the rest. */
function wordErrors(error: unknown, requestId: string, record: OperationRecord, log: Log): GraphQLFormattedError[] {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  // One failure may blank thousands of fields.
  for (const one of new Map(errors.map((error) => [rootOf(error), error])).values()) {
    const worded = wordedError(one);
    // A subscription may fail with every event of a long life.
    if (!record.errors.some(({ code }) => code === worded.code)) record.errors.push(worded);
    logWithheld(one, log.child({ ...record.span.ids, requestId }));
  }
  return errors.map((one) => toClientError(one, requestId));
}
