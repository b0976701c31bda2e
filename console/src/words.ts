import type { ContactEventType, ContactOutcome, ContactStatus } from './generated/operations.js';
import type { GatewayProblem } from './gateway-problem.js';

/** What a person reads where the schema says `status`. */
export const statusWords: Readonly<Record<ContactStatus, string>> = {
  INITIATED: 'Accepted; the phone may already ring',
  RINGING: 'Ringing',
  IN_FLOW: 'Answered; the flow is running',
  QUEUED: 'Waiting for an agent',
  WITH_AGENT: 'Talking with an agent',
  AFTER_CONTACT_WORK: 'Hung up; the agent is finishing',
  ENDED: 'Ended',
};

/** What came of the dialing, as the end of a sentence about the call. */
export const outcomeWords: Readonly<Record<ContactOutcome, string>> = {
  ANSWERED: 'it was answered',
  MACHINE: 'a machine answered',
  NO_ANSWER: 'nobody answered',
  BUSY: 'the line was busy',
  INVALID_NUMBER: 'the number is not in use',
  BLOCKED: 'the call seems to have been blocked',
  CANCELLED: 'it ended before an answer',
  DISCARDED: 'an agent discarded it',
  EXPIRED: 'no agent or line was free in time',
  FAILED: 'the network failed',
  UNKNOWN: 'nobody knows what came of it',
};

/** What happened, in the words of a log. */
export const eventWords: Readonly<Record<ContactEventType, string>> = {
  INITIATED: 'Accepted by Amazon Connect',
  RINGING: 'Ringing',
  CONNECTED_TO_SYSTEM: 'Answered',
  QUEUED: 'Entered the queue',
  CONNECTED_TO_AGENT: 'Agent joined',
  DISCONNECTED: 'Hung up',
  COMPLETED: 'Completed',
  CONTACT_DATA_UPDATED: 'Data changed',
  PAUSED: 'Paused',
  RESUMED: 'Resumed',
  AMD_DISABLED: 'Machine detection switched off',
  WEBRTC_API: 'Joined from the web',
  UNKNOWN: 'Something new',
};

/** How a problem is read out. */
export interface ProblemWords {
  readonly title: string;
  /** What it means here; the gateway's own message, which is written for whoever calls its API, where it says more. */
  readonly text?: string | undefined;
  /** What to do about it, where no button says so. */
  readonly next?: string | undefined;
  /** Only another token helps. */
  readonly needsToken?: boolean;
}

const problemWords: Readonly<Record<string, ProblemWords>> = {
  BAD_USER_INPUT: { title: 'The form needs a correction' },
  UNAUTHENTICATED: {
    title: 'The token is not accepted',
    text: 'There is no token, it has expired, or it was made for another gateway.',
    needsToken: true,
  },
  FORBIDDEN: { title: 'This token may not do that', needsToken: true },
  NOT_FOUND: { title: 'Not found' },
  DESTINATION_NOT_ALLOWED: { title: 'This destination may not be called' },
  OUTBOUND_NOT_PERMITTED: { title: 'Amazon Connect does not permit this call' },
  DUPLICATE_CALL: {
    title: 'Not called again',
    text: 'Another call to this number was placed moments ago, may have been, or is on its way. Nothing was dialed this time.',
  },
  IDEMPOTENCY_CONFLICT: {
    title: 'This was another call',
    text: 'Nothing was dialed.',
    next: 'Place the call again: it is then taken as a new one.',
  },
  CONTACT_STATE_CONFLICT: { title: 'The call does not allow that now' },
  THROTTLED: {
    title: 'Too many calls at once',
    text: 'Amazon Connect, or the gateway, takes no more for the moment. This was not done.',
  },
  UPSTREAM_UNAVAILABLE: { title: 'Amazon Connect cannot be asked' },
  INTERNAL_SERVER_ERROR: {
    title: 'The gateway failed',
    text: 'This is a bug of the gateway.',
    next: 'Tell its operators the request id.',
  },
  NO_ANSWER: {
    title: 'No answer came from the gateway',
    next: 'Try again: it is safe. What has already happened is not done twice.',
  },
};

const unknownYet: ProblemWords = {
  title: 'It may have happened; nobody knows yet',
  text: 'Amazon Connect did not answer in time.',
  next: 'Try again to find out: it is safe, nothing is done twice.',
};
const unknownForGood: ProblemWords = {
  title: 'Nobody knows whether it happened',
  text: 'Amazon Connect never answered, and it is too late to ask again. A phone may have rung.',
  next: 'Look in Amazon Connect before you call again.',
};

/** Of LIMIT_EXCEEDED, by the limit that the gateway names. */
const limitWords: Readonly<Record<string, string>> = {
  repeatCallsPerNumberAndHour: 'This number was called again as often as it may be within an hour. Nothing was dialed.',
  waitingCallsPerSubject: 'Too many of your calls are waiting already. Nothing was dialed.',
};

/** A problem in the words of this page, by its code. */
export function wordsFor({ code, message, retryable, missingScopes, limit }: GatewayProblem): ProblemWords {
  if (code === 'OUTCOME_UNKNOWN') return retryable ? unknownYet : unknownForGood;
  if (code === 'LIMIT_EXCEEDED') return { title: 'A limit is reached', text: limitWords[limit ?? ''] ?? message };
  const words = { text: message, ...(problemWords[code] ?? { title: 'That did not work' }) };
  if (!words.needsToken) return words;
  if (missingScopes.length === 0) return { ...words, next: 'Give another token at the top of the page.' };
  const scopes = missingScopes.join(' and ');
  return { ...words, text: `The token lacks ${scopes}.`, next: `Give a token with ${scopes} at the top of the page.` };
}
