import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** How many requests may wait behind one on their connection, and of how many bytes, heads and bodies. */
export const pipelineLimits = { requests: 8, bytes: 16 * 1024 } as const;

interface Pipeline {
  isBusy: boolean;
  readonly waiting: { readonly response: ServerResponse; readonly run: () => void }[];
  bytes: number;
}

/**
 * Runs the requests of a connection one after the other: Node hands over all that it finds in a packet, and would have them all run
 * at once and hold their answers. A connection whose client sends more than may wait is closed; hardly any client sends a second
 * request before it was answered.
 */
export class RequestGate {
  readonly #pipelines = new WeakMap<Duplex, Pipeline>();

  /** Calls `run` once all that came before on the connection is answered, or never where nobody would get the answer. */
  pass(request: IncomingMessage, response: ServerResponse, run: () => void): void {
    const { socket } = request;
    if (socket.destroyed) return;
    let pipeline = this.#pipelines.get(socket);
    if (!pipeline) this.#pipelines.set(socket, (pipeline = { isBusy: false, waiting: [], bytes: 0 }));
    const { waiting } = pipeline;
    waiting.push({ response, run });
    if (!pipeline.isBusy) {
      this.#next(pipeline);
      return;
    }
    pipeline.bytes += bytesOf(request);
    if (waiting.length <= pipelineLimits.requests && pipeline.bytes <= pipelineLimits.bytes) return;
    waiting.length = 0;
    socket.destroy();
  }

  /** Whether a request on the connection is not answered yet. */
  isBusy(socket: Duplex): boolean {
    return this.#pipelines.get(socket)?.isBusy ?? false;
  }

  #next(pipeline: Pipeline): void {
    const next = pipeline.waiting.shift();
    pipeline.isBusy = next !== undefined;
    if (pipeline.waiting.length === 0) pipeline.bytes = 0;
    // Without a socket its client has left, or was told that the connection ends.
    if (!next?.response.socket) return;
    next.response.once('close', () => {
      this.#next(pipeline);
    });
    next.run();
  }
}

/** Of a request as it will be held; one that does not declare its length may be of any. */
function bytesOf({ rawHeaders, headers, url = '' }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Infinity;
  return rawHeaders.reduce((sum, text) => sum + text.length, url.length) + Number(headers['content-length'] ?? 0);
}
