import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { withoutProxy, type HttpsAgent } from '../https-agent.js';

/** No provider publishes more than some kB. */
export const maxDocumentBytes = 1_048_576;

/** GETs a document, whose body comes only with the status 200. Follows no redirect. */
export type DocumentFetch = (
  url: string,
  init: { readonly headers: Headers; readonly signal: AbortSignal },
) => Promise<Response>;

/**
 * What asks for documents of an identity provider. A body of more than `maxDocumentBytes` is not read to its end, and an error; jose by itself reads on
 * (`findings/jose-key-set-size.sh`). `fetch` of Node takes a proxy only from the settings of the whole process.
 */
export function documentFetch(agent: HttpsAgent): DocumentFetch {
  return async (url, { headers, signal }) => {
    // Documents are asked for minutes apart: a connection that was kept would often be one that closes.
    const options = { signal, headers: { ...Object.fromEntries(headers), connection: 'close' } };
    const request = url.startsWith('https:')
      ? https.get(url, { ...options, agent })
      : http.get(url, { ...options, agent: new http.Agent(withoutProxy) });
    // Some versions of Node tell of a tunnel that failed twice.
    request.on('error', () => undefined);
    try {
      // The request itself tells nothing where the answer changes the protocol, and of an abort only once it has a connection.
      const [answer] = (await once(request, 'response', { signal })) as [IncomingMessage];
      const { statusCode: status = 0 } = answer;
      if (status === 200) return new Response(await bodyOf(answer));
      answer.destroy();
      return new Response(null, { status });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  };
}

async function bodyOf(answer: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxDocumentBytes) throw new Error(`The answer has more than ${maxDocumentBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
