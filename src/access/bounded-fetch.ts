/** No provider publishes more than some kB. */
export const maxDocumentBytes = 1_048_576;

/** `fetch` of a document whose body, unpacked, breaks off with an error after `maxDocumentBytes`; jose by itself reads on (`findings/jose-key-set-size.sh`). */
export async function boundedFetch(url: string, init: RequestInit): Promise<Response> {
  const { body, status, headers } = await fetch(url, init);
  let bytes = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength;
      if (bytes > maxDocumentBytes) controller.error(new Error(`The answer has more than ${maxDocumentBytes} bytes.`));
      else controller.enqueue(chunk);
    },
  });
  return new Response(body?.pipeThrough(limit) ?? null, { status, headers });
}
