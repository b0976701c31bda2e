import { createHmac, timingSafeEqual } from 'node:crypto';
import { refusal } from './errors.js';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

/** What a list request says about its page. */
export interface PageRequest {
  readonly nextToken: string | undefined;
  readonly size: number;
  /** The operation and its other parameters: a token is good only with the ones it was made for. */
  readonly scope: unknown;
}

/** Cuts lists into pages with opaque tokens that nobody can make up. */
export class Pager {
  constructor(private readonly secret: Buffer) {}

  /** The page asked for. Throws InvalidParameterException for a token this pager did not make for the same request. */
  page<T>(all: readonly T[], request: PageRequest): Page<T> {
    const start = request.nextToken === undefined ? 0 : this.offsetOf(request.nextToken, request.scope);
    const end = start + request.size;
    return {
      items: all.slice(start, end),
      nextToken: end < all.length ? this.tokenFor(end, request.scope) : undefined,
    };
  }

  private tokenFor(offset: number, scope: unknown): string {
    const position = Buffer.alloc(4);
    position.writeUInt32BE(offset);
    return Buffer.concat([position, this.seal(position, scope)]).toString('base64');
  }

  private offsetOf(token: string, scope: unknown): number {
    const bytes = Buffer.from(token, 'base64');
    const position = bytes.subarray(0, 4);
    const seal = bytes.subarray(4);
    const expected = this.seal(position, scope);
    if (seal.length !== expected.length || !timingSafeEqual(seal, expected)) {
      throw refusal('InvalidParameterException', 'NextToken is not valid for this request.');
    }
    return position.readUInt32BE();
  }

  private seal(position: Buffer, scope: unknown): Buffer {
    return createHmac('sha256', this.secret).update(position).update(JSON.stringify(scope)).digest().subarray(0, 16);
  }
}
