#!/usr/bin/env bash
# jose 6.2.18, `createRemoteJWKSet` with its defaults, on Node 22 or newer.
#
# Expected: a key set, which has some kB, is given up beyond some size, as it is after `timeoutDuration`.
# Seen: an answer of any size is read into memory as far as it comes within the five seconds: here 64 MB in a member that nobody reads, and the token is accepted.
# What follows: bound the body oneself, with a `fetch` of one's own under the symbol `customFetch`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jose@6.2.18
cat >look.mjs <<'JS'
import { createRemoteJWKSet, customFetch, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { once } from 'node:events';
import { createServer } from 'node:http';
const { privateKey, publicKey } = await generateKeyPair('ES256');
const keys = JSON.stringify([{ ...(await exportJWK(publicKey)), kid: 'known', alg: 'ES256' }]);
const padding = 'x'.repeat(64_000_000);
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(`{"padding":"${padding}","keys":${keys}}`);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = new URL(`http://127.0.0.1:${server.address().port}/`);
const jwt = await new SignJWT().setProtectedHeader({ alg: 'ES256', kid: 'known' }).sign(privateKey);
async function verify(what, keySet) {
  const answer = await jwtVerify(jwt, keySet).then(
    () => 'accepted',
    ({ code, cause }) => `${code}, ${cause?.message}`,
  );
  console.log(`${what}: ${answer}`);
}
await verify('64 MB', createRemoteJWKSet(url));
const bounded = async (...how) => {
  const { body, status } = await fetch(...how);
  let bytes = 0;
  const limit = new TransformStream({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength;
      if (bytes > 1_000_000) controller.error(new Error('too much'));
      else controller.enqueue(chunk);
    },
  });
  return new Response(body.pipeThrough(limit), { status });
};
await verify('64 MB through a fetch with a bound', createRemoteJWKSet(url, { [customFetch]: bounded }));
server.close();
server.closeAllConnections();
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "64 MB: accepted
64 MB through a fetch with a bound: ERR_JOSE_GENERIC, too much" ]
