import type { Dispatcher } from 'undici';

/** What came of a request. */
export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** Sends one POST, without the streams and signals of `request`, which take longer than the rest. Rejects where there is no whole answer. */
export function sendPost(
  dispatcher: Dispatcher,
  request: { readonly path: string; readonly headers: string[]; readonly body: string },
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let text = '';
    dispatcher.dispatch(
      { ...request, method: 'POST' },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, answered) => {
          status = answered;
        },
        onResponseData: (_controller, chunk) => {
          text += chunk.toString();
        },
        onResponseEnd: () => {
          resolve({ status, text });
        },
        onResponseError: (_controller, error) => {
          reject(error);
        },
      },
    );
  });
}
