#!/usr/bin/env bash
# Node 22.21.0, `proxyEnv` of `https.Agent`. Node 24.21.0 names the proxy without them.
#
# Expected: an error of a tunnel that the proxy refuses tells the proxy without user and password, as logs keep errors.
# Seen: `Failed to establish tunnel to example.com:443 via http://user:password@127.0.0.1:...`.
# What follows: pass on no error of a tunnel as it is, also not as a cause.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >look.mjs <<'JS'
import { createServer } from 'node:http';
import https from 'node:https';
const proxy = createServer().on('connect', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
proxy.listen(0, '127.0.0.1', () => {
  const HTTPS_PROXY = `http://user:password@127.0.0.1:${proxy.address().port}`;
  const request = https.get('https://example.com', { agent: new https.Agent({ proxyEnv: { HTTPS_PROXY } }) });
  request.on('error', ({ code, message }) => {
    console.log(code, message.includes('password') ? 'tells the password' : 'does not tell the password');
    process.exit();
  });
});
JS
for version in 22.21.0 24.21.0; do
  echo "$version $(npx -y -p "node@$version" node look.mjs)"
done | tee seen
[ "$(cat seen)" = "22.21.0 ERR_PROXY_TUNNEL tells the password
24.21.0 ERR_PROXY_TUNNEL does not tell the password" ]
