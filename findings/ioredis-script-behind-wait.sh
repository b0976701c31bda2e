#!/usr/bin/env bash
# ioredis 6.0.0, on Node 22 or newer.
#
# Expected: in a pipeline of a command made by `defineCommand` and a WAIT, a server that forgot the script (as a promoted replica may have) makes the command fail with
# NOSCRIPT, or both are sent again, in their order.
# Seen: the client sends the script again, with EVAL, after the WAIT was answered. The pipeline answers as if nothing had happened: the write was done, and one
# replica had it. That WAIT came before the write, and counted replicas that need not have it.
# What follows: whoever must know that replicas have a write sends EVALSHA itself, takes NOSCRIPT for a failure, and sends both once more.
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
const seen = [];
let isForgotten = false;
const answers = {
  script: (what) => (what === 'exists' ? '*1\r\n:1\r\n' : '+OK\r\n'),
  evalsha: () => (isForgotten ? '-NOSCRIPT No matching script. Please use EVAL.\r\n' : ':1\r\n'),
  eval: () => ':1\r\n',
  wait: () => ':1\r\n',
};
const server = createServer((socket) => {
  let rest = '';
  socket.on('error', () => undefined).on('data', (chunk) => {
    rest += chunk;
    for (let found; (found = /^\*(\d+)\r\n((?:\$\d+\r\n[^\r]*\r\n)*)/.exec(rest)); ) {
      const words = [...found[2].matchAll(/\$\d+\r\n([^\r]*)\r\n/g)].map(([, word]) => word);
      if (words.length < Number(found[1])) return;
      rest = rest.slice(found[0].length);
      const name = words[0].toLowerCase();
      seen.push(name);
      socket.write(answers[name]?.(words[1]?.toLowerCase()) ?? '+OK\r\n');
    }
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const redis = new Redis(server.address().port, '127.0.0.1', { protocol: 2, enableReadyCheck: false, disableClientInfo: true });
redis.defineCommand('write', { lua: 'return 1', numberOfKeys: 1 });
await redis.write('key');
isForgotten = true;
seen.length = 0;
const results = await redis.pipeline().write('key').wait(1, 100).exec();
console.log(seen.join(' '), JSON.stringify(results));
process.exit();
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "evalsha wait eval [[null,1],[null,1]]" ]
