#!/usr/bin/env bash
# jose 6.2.18, `createRemoteJWKSet` with its defaults (`cooldownDuration` 30 s, `cacheMaxAge` 10 minutes), on Node 22 or newer.
#
# Expected: within the cooldown the key set is fetched once at most, whether that succeeds or not, so that twenty tokens one after another cost a server that
# is in trouble one request.
# Seen: only a fetch that succeeded begins a cooldown, as the documentation says in one word ("after a previous successful fetch"). While fetches fail, each token is a fetch of
# its own: twenty for twenty tokens before the first success, and likewise for tokens with an unknown key afterwards, once the cooldown of the last success is over.
# What follows: to spare a key server that fails, count the failures oneself and refuse to ask it for a while.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jose@6.2.18
cat >look.mjs <<'JS'
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { once } from 'node:events';
import { createServer } from 'node:http';
const { privateKey, publicKey } = await generateKeyPair('ES256');
const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'known', alg: 'ES256' }] });
let status = 200;
let fetches = 0;
const server = createServer((_request, response) => {
  fetches += 1;
  response.writeHead(status, { 'content-type': 'application/json' }).end(status === 200 ? keys : '{}');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = new URL(`http://127.0.0.1:${server.address().port}/`);
async function verify(what, keySet, kid) {
  fetches = 0;
  const answers = new Set();
  for (let token = 1; token <= 20; token += 1) {
    const jwt = await new SignJWT().setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
    await jwtVerify(jwt, keySet).then(() => answers.add('accepted'), ({ code }) => answers.add(code));
  }
  console.log(`${what}: ${fetches} fetches, ${[...answers].join()}`);
}
const keySet = createRemoteJWKSet(url);
await verify('answers, known key', keySet, 'known');
await verify('answers, unknown key', createRemoteJWKSet(url), 'unknown');
status = 503;
await verify('fails from the start, known key', createRemoteJWKSet(url), 'known');
await verify('fails since the last success, known key', keySet, 'known');
// The next half minute, by the only clock that it looks at.
const { now } = Date;
Date.now = () => now() + 31_000;
await verify('fails since the last success, unknown key, after the cooldown', keySet, 'unknown');
server.close();
server.closeAllConnections();
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "answers, known key: 1 fetches, accepted
answers, unknown key: 1 fetches, ERR_JWKS_NO_MATCHING_KEY
fails from the start, known key: 20 fetches, ERR_JOSE_GENERIC
fails since the last success, known key: 0 fetches, accepted
fails since the last success, unknown key, after the cooldown: 20 fetches, ERR_JOSE_GENERIC" ]
