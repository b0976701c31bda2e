import { types } from 'node:util';
import { pino, type DestinationStream, type Logger } from 'pino';

/** A child is made with ids alone. */
export type Log = Omit<Logger, 'child'> & { child(ids: Readonly<Record<string, string | undefined>>): Log };
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

const secrets: readonly [RegExp, string][] = [
  [/eyJ[\w-]{4,}\.[\w-]+\.[\w-]*/g, '[token]'],
  [/\b(postgres(?:ql)?|rediss?):\/\/[^\s"\\]*@/gi, '$1://[credentials]@'],
  [/\bBearer\s+[^\s"\\]+/gi, 'Bearer [token]'],
  [/(?:\+|%2B)\d[\d\s().-]{3,}\d/gi, '[phone number]'],
];

/** `text` without anything that looks like a phone number or a token. */
function scrub(text: string): string {
  return secrets.reduce((scrubbed, [pattern, placeholder]) => scrubbed.replace(pattern, placeholder), text);
}

function describeError(error: unknown, withStack: boolean, depth = 0): unknown {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Error.isError is not in Node 22
  if (!types.isNativeError(error)) return String(error);
  const code: unknown = Reflect.get(error, 'code');
  const message = messageWithoutValues(error);
  return {
    type: error.name,
    message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(withStack ? { stack: `${error.name}: ${message}${framesOf(error)}` } : {}),
    ...(error.cause !== undefined && depth < 4 ? { cause: describeError(error.cause, withStack, depth + 1) } : {}),
  };
}

/** The stack without the message that it begins with. */
function framesOf({ stack = '' }: Error): string {
  return /\n\s+at .*/s.exec(stack)?.[0] ?? '';
}

/**
 * Without what others repeat: AWS a value of a request, the parser a part of an answer, graphql what it cannot serialise. Of several errors in one that says
 * nothing itself, as where a host has several addresses and none of them can be reached, what each says.
 */
export function messageWithoutValues(error: Error): string {
  const { name, message } = error;
  const each: unknown = Reflect.get(error, 'errors');
  if (message === '' && Array.isArray(each)) return (each as Error[]).map(messageWithoutValues).join('; ');
  if ('$fault' in error) return message.replace(quoted, '[value]').replace(digits, '[number]');
  if (name === 'SyntaxError') return message.replace(quoted, '[value]');
  return name === 'GraphQLError' ? message.replace(unserialised, '$1 [value]') : message;
}

/** From the first quotation mark to the last, for a value may hold some; none of them an apostrophe in a word. */
const quoted = /(?<!\w)["'`].*["'`](?!\w)/s;
/** In any spelling. */
const digits = /\d[\d\s().-]{5,}\d/g;
const unserialised = /( cannot represent .*?value:) .*/s;

export const redactedKeys = [
  'authorization',
  'token',
  'clientToken',
  'variables',
  'input',
  'attributes',
  'references',
  'name',
  'description',
  'destinationPhoneNumber',
  'sourcePhoneNumber',
];
const isRedacted: ReadonlySet<string> = new Set(redactedKeys);
const censor = '[redacted]';

const serializers = {
  err: (error: unknown) => describeError(error, false),
  bug: (error: unknown) => describeError(error, true),
};

/** What is logged, without what stands under a well-known key in it or one level deeper; but for what is `described`. Where nothing is censored, it is the object itself. */
function censored(value: unknown, described: object = {}, levels = 2): unknown {
  if (typeof value !== 'object' || value === null) return value;
  let copy: Record<string, unknown> | undefined;
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    if (member === undefined || Object.hasOwn(described, key)) continue;
    const next = isRedacted.has(key) ? censor : levels > 1 ? censored(member, {}, levels - 1) : member;
    if (next !== member) (copy ??= copyOf(value))[key] = next;
  }
  return copy ?? value;
}

/** It writes itself as the object does: that may be by a toJSON which leaves members out. */
function copyOf(value: object): Record<string, unknown> {
  const empty: unknown = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value) as object | null);
  return Object.assign(empty as object, value) as Record<string, unknown>;
}

/**
 * The one logger: JSON lines to `destination` (standard output unless given). What went wrong goes
 * under `err`, or under `bug`, with its stack, where nobody foresaw it. What a caller said never
 * appears in the clear: well-known keys are censored, and every string is scrubbed of phone numbers and tokens.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers,
      // Of what a child is made with. pino would also look one level deeper, which takes it five times as long as all else that it does for a line.
      redact: { paths: redactedKeys, censor },
      hooks: {
        logMethod([first, ...others], method) {
          // Of an error pino makes `{ err: first }`.
          const members: unknown = first instanceof Error ? first : censored(first, serializers);
          method.call(this, members as object, ...(others.map((other) => censored(other)) as []));
        },
        streamWrite: scrub,
      },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/**
 * Changes between the level of `log` and debug, each time it is called. The line that says so is written at the level that lets more through: otherwise nobody would
 * see it where the other one is warn. Children that were made before keep the level that they have.
 */
export function levelChanger(log: Log): () => void {
  const configured = log.level;
  const mostVerbose = ['debug', 'trace'].includes(configured) ? configured : 'debug';
  let isRaised = false;
  return () => {
    isRaised = !isRaised;
    const logLevel = isRaised ? mostVerbose : configured;
    log.level = mostVerbose;
    log.info({ logLevel }, 'the log level is changed by SIGUSR2');
    log.level = logLevel;
  };
}
