import { once } from 'node:events';
import WebSocket from 'ws';
import type { Shape } from './shape.js';

/** What became of a shape. */
export interface Answer {
  /** Of its first error; `served` where something was done for the client. */
  readonly outcome: string;
  readonly bytes: number;
}

/** Sends a shape and waits for all of the answer. */
export async function send(
  url: string,
  tokens: Readonly<Record<'all' | 'none', string>>,
  shape: Shape,
): Promise<Answer> {
  const token = shape.as === 'nobody' ? undefined : tokens[shape.as];
  if (shape.over === 'socket') return subscribe(url, token ?? '', shape.body);
  const response = await fetch(shape.over === 'stream' ? `${url}/stream` : url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: shape.body,
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  return { outcome: outcomeOf(text), bytes: text.length };
}

async function subscribe(url: string, token: string, payload: string): Promise<Answer> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  const answer = new Promise<string>((resolve) => {
    socket.once('message', (data: Buffer) => {
      resolve(data.toString());
    });
    socket.once('close', (code) => {
      resolve(`{"errors":[{"extensions":{"code":"closed with ${code}"}}]}`);
    });
    socket.once('error', () => undefined);
    setTimeout(() => {
      resolve('{"errors":[{"extensions":{"code":"no answer"}}]}');
    }, 5_000).unref();
  });
  socket.send(`{"id":"1","type":"subscribe","payload":${payload}}`);
  const text = await answer;
  socket.terminate();
  return { outcome: outcomeOf(text), bytes: text.length };
}

function outcomeOf(text: string): string {
  const { 1: code } = /"code":"([^"]+)"/.exec(text) ?? [];
  const { 1: limit } = /"limit":"([^"]+)"/.exec(text) ?? [];
  if (code === undefined) return 'served';
  return limit === undefined ? code : `${code} ${limit}`;
}
