import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildGateway } from '../support/compiled-gateway.js';
import { bodyShapes, documentShapes } from './document-shapes.js';
import { inputShapes } from './input-shapes.js';
import { measureAll } from './measure.js';
import { startRig } from './rig.js';
import { bodyBytes } from './shape.js';

const shapes = [...documentShapes(), ...bodyShapes()];
const inputs = inputShapes(join(import.meta.dirname, '../../schema.graphql'));

let built: ReturnType<typeof buildGateway>;
beforeAll(() => {
  built = buildGateway();
});
afterAll(() => {
  built.remove();
});

test('every list of the schema is among the inputs', () => {
  const places = ['tagKeys', 'tags', 'attributes', 'references', 'allowedUserActions', 'searchText', 'values', 'ids'];
  for (const place of [...places, 'representations']) {
    expect(inputs.filter(({ name }) => name.includes(`${place}: zeros`)).length).toBeGreaterThan(0);
  }
  expect(new Set([...inputs, ...shapes].map(({ name }) => name)).size).toBe(inputs.length + shapes.length);
});

test('hostile operations are refused, and what each costs is measured', async () => {
  const rig = await startRig(join(built.dist, 'main.js'), pathToFileURL(join(import.meta.dirname, 'probe.mjs')).href);
  try {
    const run = await measureAll(rig, {
      shapes: shapes.filter(({ name }) => name.includes('line breaks, then many mistakes')),
      inputs: inputs.filter(({ name }) => name.includes('searchContacts(input.attributes: filters) x10')),
      say: () => undefined,
    });
    expect(run.served).toEqual([]);
    // Four ways for a document, of which an anonymous body may not be as large; an input by two senders, as large as may be and within the limits.
    expect(run.refused.map(({ outcome }) => outcome).toSorted()).toEqual([
      'BAD_USER_INPUT',
      'FORBIDDEN',
      'OPERATION_TOO_LARGE bodyBytesWithoutToken',
      ...Array.from({ length: 2 }, () => 'OPERATION_TOO_LARGE inputValues'),
      ...Array.from({ length: 3 }, () => 'OPERATION_TOO_LARGE lines'),
    ]);
    for (const { totalMs } of run.refused) expect(totalMs).toBeGreaterThan(0);
    // Of what is refused at once a piece is too short to be seen.
    expect(Math.max(...run.refused.map(({ longestPieceMs }) => longestPieceMs))).toBeGreaterThan(0);
  } finally {
    await rig.stop();
  }
});

test('no body is larger than what the gateway reads, but the one that is to be', () => {
  const large = shapes.filter(({ body }) => Buffer.byteLength(body) > bodyBytes).map(({ name }) => name);
  expect(large.filter((name) => !name.includes('more bytes than are read'))).toEqual([]);
});
