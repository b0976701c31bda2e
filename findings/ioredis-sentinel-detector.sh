#!/usr/bin/env bash
# ioredis 6.0.0, on Node 22 or newer.
#
# Expected: with `failoverDetector` a client behind Sentinels connects again sooner after a failover, and like one without it as long as `retryStrategy` gives it a delay.
# Seen: where the primary closes the connection first, so that the client is asking a Sentinel already when the news of the failover comes, the detector ends that attempt
# as if disconnect() had been called. The client has the status "end", and never connects again. Without the detector it is ready.
# What follows: leave the detector off, and find a primary that was demoted by asking for its role; or make a new client on `end`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ioredis@6.0.0
cat >look.mjs <<'JS'
import Redis from 'ioredis';
import { once } from 'node:events';
import { createServer } from 'node:net';
const bulk = (text) => `$${text.length}\r\n${text}\r\n`;
/** Answers one command after another, as `answer` says it for a socket. */
async function serve(answer) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    socket.on('error', () => undefined).on('data', (chunk) => {
      rest += chunk;
      for (let found; (found = /^\*(\d+)\r\n((?:\$\d+\r\n[^\r]*\r\n)*)/.exec(rest)); ) {
        const words = [...found[2].matchAll(/\$\d+\r\n([^\r]*)\r\n/g)].map(([, word]) => word.toLowerCase());
        if (words.length < Number(found[1])) return;
        rest = rest.slice(found[0].length);
        answer(words, socket);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: server.address().port, sockets };
}
const primary = await serve(([name], socket) => socket.write(name === 'role' ? '*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n' : '+OK\r\n'));
for (const failoverDetector of [false, true]) {
  let asked = 0;
  let subscribers = [];
  const sentinel = await serve(([name, what], socket) => {
    if (name === 'subscribe') {
      subscribers.push(socket);
      return socket.write(`*3\r\n${bulk('subscribe')}${bulk('+switch-master')}:1\r\n`);
    }
    if (name !== 'sentinel') return socket.write('+OK\r\n');
    if (what === 'sentinels') return socket.write('*0\r\n');
    asked += 1;
    const address = () => socket.write(`*2\r\n${bulk('127.0.0.1')}${bulk(String(primary.port))}`);
    if (asked !== 2) return address();
    // The failover: its news is out before the client, which lost its primary, has its answer.
    for (const subscriber of subscribers) subscriber.write(`*3\r\n${bulk('message')}${bulk('+switch-master')}${bulk('calls 127.0.0.1 1 127.0.0.1 2')}`);
    setTimeout(address, 100);
  });
  const redis = new Redis({
    sentinels: [{ host: '127.0.0.1', port: sentinel.port }],
    name: 'calls', failoverDetector, protocol: 2, disableClientInfo: true, enableReadyCheck: false, retryStrategy: () => 10,
  });
  redis.on('error', () => undefined);
  await once(redis, 'ready');
  while (failoverDetector && subscribers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const socket of primary.sockets) socket.destroy();
  primary.sockets.clear();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  console.log(`failoverDetector ${failoverDetector}: asked ${asked} times, ${redis.status}`);
  redis.disconnect();
}
process.exit();
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "failoverDetector false: asked 2 times, ready
failoverDetector true: asked 2 times, end" ]
