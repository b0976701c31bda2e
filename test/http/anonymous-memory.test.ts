import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import { bundleGateway, startCompiled, urlOf, type Running } from '../support/compiled-gateway.js';
import { gatewayEnvironment } from '../support/gateway-environment.js';
import { startIssuer, type Issuer } from '../support/issuer.js';

const allowedMegabytes = 64;
/** More than the 600 that may stay. */
const callers = 700;

/** The young generation has its whole size from the start: its growth is nothing that a connection holds. */
const young = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

let app: string;
let issuer: Issuer;
let simulator: RunningSimulator;
let gateway: Running;
let url: URL;
/** Of a process that has served, with nobody connected. */
let idleMegabytes: number;
beforeAll(async () => {
  app = bundleGateway();
  issuer = await startIssuer();
  simulator = await startSimulator();
  gateway = startCompiled(app, gatewayEnvironment(issuer, simulator.url), '--max-old-space-size=256', ...young);
  url = new URL(await urlOf(gateway));
  for (let round = 0; round < 200; round += 1) await Promise.all(Array.from({ length: 20 }, askInPeace));
  idleMegabytes = residentMegabytes();
});
afterAll(async () => {
  gateway.child.kill('SIGTERM');
  await gateway.exited;
  await simulator.stop();
  await issuer.stop();
  rmSync(app, { recursive: true });
});

/** One that was kept open may just have given way. */
const onOwnConnection = { connection: 'close' };

async function askInPeace(_: unknown, index: number): Promise<void> {
  const query = index % 3 === 0 ? '{ _service { sdl } }' : '{ __typename }';
  const body = JSON.stringify({ query });
  await (
    await fetch(url, { method: 'POST', headers: { ...onOwnConnection, 'content-type': 'application/json' }, body })
  ).text();
}

function residentMegabytes(): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.child.pid!}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
}

const post = (body: string, headers = '') =>
  `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
const asked = (query: string) => JSON.stringify({ query });
const fill = (bytes: number) => `X-Fill: ${'f'.repeat(bytes)}\r\n`;
const sdl = asked('{ _service { sdl } }');
const upgrade =
  'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n';
/** The head of a masked message of 200,000 bytes, and a part of it. */
const frame = Buffer.concat([
  Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 3, 0x0d, 0x40, 0, 0, 0, 0]),
  Buffer.alloc(15_000),
]);

/** What anybody may do to a gateway, one connection of it. None reads what it is answered. */
const attacks: Readonly<Record<string, (socket: Socket) => void>> = {
  'connections that say nothing': () => undefined,
  'heads that are not finished': (socket) => socket.write(`GET / HTTP/1.1\r\nHost: x\r\n${fill(15_000)}`),
  'bodies that are not finished': (socket) => socket.write(post(asked('x'.repeat(16_000)), fill(15_000)).slice(0, -1)),
  'larger bodies that are not finished': (socket) => socket.write(post('x'.repeat(250_000)).slice(0, -1)),
  'large answers': (socket) => socket.write(post(sdl).repeat(8)),
  'large answers with requests that wait': (socket) =>
    socket.write(post(sdl, fill(15_000)) + post(asked('x'.repeat(15_000)))),
  'fifty large values in one answer, pipelined': (socket) =>
    socket.write(
      post(asked(`{ _service { ${Array.from({ length: 50 }, (_, i) => `a${i}: sdl`).join(' ')} } }`)).repeat(20),
    ),
  'probes and refusals, pipelined': (socket) =>
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100)),
  'WebSockets whose message is not finished': (socket) => {
    socket.write(upgrade);
    socket.once('data', () => socket.pause().write(frame));
    socket.resume();
  },
};
const all = Object.values(attacks);

test.each([...Object.keys(attacks), 'all of them together'])('%s, however many, hold at most 64 MB', async (what) => {
  const sockets: Socket[] = [];
  for (let caller = 0; caller < callers; caller += 1) {
    const socket = connect(Number(url.port), url.hostname);
    socket.on('error', () => undefined).pause();
    await once(socket, 'connect');
    sockets.push(socket);
    (attacks[what] ?? all[caller % all.length]!)(socket);
  }
  // It has looked at all that was sent, more than once.
  for (let turn = 0; turn < 50; turn += 1)
    await (await fetch(new URL('/livez', url), { headers: onOwnConnection })).text();
  const heldMegabytes = residentMegabytes() - idleMegabytes;
  await askInPeace(0, 0);
  for (const socket of sockets) socket.destroy();
  expect(gateway.child.exitCode).toBeNull();
  expect(heldMegabytes).toBeLessThan(allowedMegabytes);
});
