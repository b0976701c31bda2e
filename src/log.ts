import { types } from 'node:util';
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

const secrets: readonly [RegExp, string][] = [
  [/eyJ[\w-]{4,}\.[\w-]+\.[\w-]*/g, '[token]'],
  [/\bBearer\s+[^\s"\\]+/gi, 'Bearer [token]'],
  [/(?:\+|%2B)\d[\d\s().-]{3,}\d/gi, '[phone number]'],
];

/** `text` without anything that looks like a phone number or a token. */
function scrub(text: string): string {
  return secrets.reduce((scrubbed, [pattern, placeholder]) => scrubbed.replace(pattern, placeholder), text);
}

function describeError(error: unknown, withStack: boolean, depth = 0): unknown {
  if (!types.isNativeError(error)) return String(error);
  const code: unknown = Reflect.get(error, 'code');
  return {
    type: error.name,
    message: '$fault' in error ? error.message.replace(digits, '[number]') : error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(withStack ? { stack: error.stack } : {}),
    ...(error.cause !== undefined && depth < 4 ? { cause: describeError(error.cause, withStack, depth + 1) } : {}),
  };
}

/** What AWS says of a request may repeat a number of it in any spelling. */
const digits = /\d[\d\s().-]{5,}\d/g;

const redactedKeys = [
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
      serializers: {
        err: (error: unknown) => describeError(error, false),
        bug: (error: unknown) => describeError(error, true),
      },
      redact: { paths: redactedKeys.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
      hooks: { streamWrite: scrub },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
