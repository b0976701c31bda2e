import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { GatewayError } from '../errors.js';

export interface BodyLimits {
  /** Of the body of a caller whose token was accepted. */
  readonly bodyBytes: number;
  readonly bodyBytesWithoutToken: number;
}

/** docs/errors.md names both and is held to them by a test. */
export const defaultBodyLimits: BodyLimits = { bodyBytes: 256 * 1024, bodyBytesWithoutToken: 16 * 1024 };

/** Most bodies fit into it. */
const firstBufferBytes = 4_096;

/** Has `app` read JSON bodies alone, each within the limit for its caller, who is known by then. */
export function readJsonBodies(app: FastifyInstance, limits: BodyLimits): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request, payload, done) => {
    readBody(payload, Number(request.headers['content-length']), limitOf(request, limits)).then((body) => {
      // It answers by `done` alone.
      void parseJson(request, body, done);
    }, done);
  });
}

function limitOf({ record }: FastifyRequest, { bodyBytes, bodyBytesWithoutToken }: BodyLimits) {
  if (record.caller)
    return { name: 'bodyBytes', bytes: bodyBytes, message: `The body is larger than ${bodyBytes} bytes.` };
  const message = `Without an accepted token a body may have ${bodyBytesWithoutToken} bytes. Send a bearer token, or less.`;
  return { name: 'bodyBytesWithoutToken', bytes: bodyBytesWithoutToken, message };
}

/**
 * The text of a body. It is copied into one buffer: what arrives a byte at a time would else take a hundred to hold. Throws
 * OPERATION_TOO_LARGE as soon as it is, by what it declares to be or by what it is, and BAD_REQUEST where it breaks off.
 */
function readBody(
  payload: Readable,
  declaredBytes: number,
  limit: { readonly name: string; readonly bytes: number; readonly message: string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    // The request stays as long as its answer is open, and may not hold what was read until then.
    const letGo = () => {
      payload.off('data', take).off('end', finish).off('error', breakOff).off('close', breakOff);
    };
    const refuseTooLarge = () => {
      letGo();
      reject(
        new GatewayError('OPERATION_TOO_LARGE', limit.message, {
          details: { limit: limit.name, allowed: limit.bytes },
        }),
      );
    };
    const breakOff = () => {
      // A body that has ended closes, too.
      if (payload.readableEnded) return;
      letGo();
      reject(new GatewayError('BAD_REQUEST', 'The body broke off.'));
    };
    const finish = () => {
      letGo();
      resolve(whole ?? buffer?.toString('utf8', 0, length) ?? '');
    };
    let whole: string | undefined;
    let buffer: Buffer | undefined;
    let length = 0;
    const take = (chunk: Buffer) => {
      if (length === 0 && chunk.length === declaredBytes) {
        // Nothing follows: Node reads no more than was declared.
        whole = chunk.toString();
        return;
      }
      buffer ??= Buffer.allocUnsafeSlow(firstBufferBytes);
      const needed = length + chunk.length;
      if (needed > limit.bytes) {
        refuseTooLarge();
        return;
      }
      if (needed > buffer.length) {
        const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(needed, 2 * buffer.length), limit.bytes));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      chunk.copy(buffer, length);
      length = needed;
    };
    if (payload.destroyed) {
      breakOff();
    } else if (declaredBytes > limit.bytes) {
      refuseTooLarge();
    } else {
      payload.on('data', take).once('end', finish).once('error', breakOff).once('close', breakOff);
    }
  });
}
