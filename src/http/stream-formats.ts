import type { FormattedExecutionResult } from 'graphql';
import type { SubscriptionTransport } from '../operations/operation-record.js';
import { acceptedRanges, mayName } from './accept.js';

/** How the results of a subscription are written into the one answer of a request. */
export interface StreamFormat {
  readonly transport: SubscriptionTransport;
  readonly contentType: string;
  /** What comes first: some browsers tell of an answer only once something of its body is there. */
  readonly opening: string;
  /** What says nothing, so that no proxy takes the connection for a dead one. */
  readonly heartbeat: string;
  result(result: FormattedExecutionResult): string;
  /** Comes last, where all was told; a client that has not read it comes again. */
  readonly completion: string;
}

/** GraphQL over SSE, distinct connections mode. */
export const eventStream: StreamFormat = {
  transport: 'sse',
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  heartbeat: ':\n\n',
  result: (result) => `event: next\ndata: ${JSON.stringify(result)}\n\n`,
  completion: 'event: complete\ndata:\n\n',
};

/** A part ends with the boundary of the next one: clients read a part only once its end is there. */
const partOf = (content: object) => `\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(content)}\r\n--graphql`;

/** Apollo's protocol of multipart subscriptions over HTTP: `payload` holds a result, an empty object is a heartbeat. */
export const multipart: StreamFormat = {
  transport: 'multipart',
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  opening: `\r\n--graphql${partOf({})}`,
  heartbeat: partOf({}),
  result: (payload) => partOf({ payload }),
  completion: '--\r\n',
};

/** Of the formats that an Accept header names, the first; undefined where it names none. */
export function acceptedFormat(accept = ''): StreamFormat | undefined {
  if (!mayName(accept, 'text/event-stream') && !mayName(accept, 'multipart/mixed')) return undefined;
  for (const { type, parameters } of acceptedRanges(accept)) {
    if (type === 'text/event-stream') return eventStream;
    // Without the parameter it is the answer to @defer, which is framed otherwise.
    const isForSubscriptions = parameters.some((parameter) => /^subscriptionspec="?1\.0"?$/.test(parameter));
    if (type === 'multipart/mixed' && isForSubscriptions) return multipart;
  }
  return undefined;
}
