#!/usr/bin/env bash
# npm 11.19.1, on Node 22 or newer.
#
# Expected: the column "Latest" of `npm outdated` is the version that the tag `latest` names, as its documentation says, and a package that is behind it is listed.
# Seen: versions whose `engines` exclude the Node that runs npm are left out. With `latest` at 3.0.0, which wants another Node, a package at 1.0.0 has the latest
# version 2.0.0; one at 2.0.0 is not listed at all, with exit code 0; and for the range ^3.0.0 the wanted version, 3.0.0, is newer than the latest.
# What follows: run `npm outdated` on the Node that production runs, or the newest; an empty list proves nothing on an older one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund npm@11.19.1
cat >look.mjs <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
const server = createServer((_request, response) => {
  const { port } = server.address();
  const of = (version, engines) => [
    version,
    { name: 'looked-at', version, engines, dist: { tarball: `http://127.0.0.1:${port}/${version}.tgz`, shasum: '0'.repeat(40) } },
  ];
  const versions = Object.fromEntries([of('1.0.0'), of('2.0.0'), of('3.0.0', { node: '>=999' })]);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ name: 'looked-at', 'dist-tags': { latest: '3.0.0' }, versions }));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const npm = resolve('node_modules/npm/bin/npm-cli.js');
for (const [range, installed] of [['1.0.0', '1.0.0'], ['2.0.0', '2.0.0'], ['^3.0.0', '1.0.0']]) {
  mkdirSync('project/node_modules/looked-at', { recursive: true });
  writeFileSync('project/package.json', JSON.stringify({ name: 'project', version: '1.0.0', dependencies: { 'looked-at': range } }));
  writeFileSync('project/node_modules/looked-at/package.json', JSON.stringify({ name: 'looked-at', version: installed }));
  const registry = `--registry=http://127.0.0.1:${server.address().port}`;
  const child = spawn(process.execPath, [npm, 'outdated', '--json', registry], { cwd: 'project' });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  const { wanted, latest } = JSON.parse(output || '{}')['looked-at'] ?? {};
  console.log(`${range}, ${installed} installed: wanted ${wanted}, latest ${latest}, exit code ${code}`);
}
server.close();
server.closeAllConnections();
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "1.0.0, 1.0.0 installed: wanted 1.0.0, latest 2.0.0, exit code 1
2.0.0, 2.0.0 installed: wanted undefined, latest undefined, exit code 0
^3.0.0, 1.0.0 installed: wanted 3.0.0, latest 2.0.0, exit code 1" ]
