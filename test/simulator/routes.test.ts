import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as connect from '@aws-sdk/client-connect';
import { routes } from '../../src/simulator/routes.js';
import { simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const operations = routes.map((route) => route.operation.name);

type AnyCommand = new (input: object) => connect.StartOutboundVoiceContactCommand;

function commandOf(operation: string, input: object): connect.StartOutboundVoiceContactCommand {
  const Command = (connect as unknown as Record<string, AnyCommand>)[`${operation}Command`]!;
  return new Command(input);
}

// The SDK's own model of an operation: its HTTP binding, and its input's members with where each travels.
function modelOf(operation: string): {
  method: string;
  path: string;
  members: string[];
  query: Record<string, string>;
} {
  const command = commandOf(operation, {}) as unknown as {
    schema: [number, string, string, { http: [string, string, number] }, () => unknown[]];
  };
  const [, , , { http }, input] = command.schema;
  const [, , , , members, shapes] = input() as [number, string, string, number, string[], unknown[]];
  const query: Record<string, string> = {};
  for (const [index, member] of members.entries()) {
    const shape = shapes[index];
    const traits: unknown = Array.isArray(shape) ? shape[1] : undefined;
    if (typeof traits === 'object' && traits !== null && 'httpQuery' in traits)
      query[String(traits.httpQuery)] = member;
  }
  return { method: http[0], path: http[1], members, query };
}

test('there is one route for each of the 28 operations.', () => {
  expect(new Set(operations).size).toBe(28);
});

test.each(routes)("$operation.name is bound as in the SDK's own model.", (route) => {
  const model = modelOf(route.operation.name);
  expect({ method: route.method, path: route.path, query: route.query }).toEqual({
    method: model.method,
    path: model.path,
    query: model.query,
  });
});

test.each(routes)("$operation.name reads every member of the SDK's input.", (route) => {
  expect(Object.keys(route.operation.input.members).sort()).toEqual(modelOf(route.operation.name).members.sort());
});

let simulator: SimulatorUnderTest;
beforeAll(async () => {
  simulator = await simulatorUnderTest();
});
afterAll(() => simulator.stop());

test.each(operations)('the SDK reaches %s.', async (operation) => {
  const labels = {
    InstanceId: 'i',
    ContactId: 'c',
    InitialContactId: 'c',
    ContactFlowId: 'f',
    QueueId: 'q',
    UserId: 'u',
  };
  const command = commandOf(operation, { ...labels, PhoneNumberId: 'p', TagKeys: ['k'], ReferenceTypes: ['URL'] });
  await simulator.client.send(command).catch(() => undefined);
  expect(simulator.requests()[operation]).toBe(1);
});

test('a path that no operation has is answered like an unknown operation.', async () => {
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=k/20261121/us-west-2/connect/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
  };
  const response = await fetch(`${simulator.url}/contact/outbound-voice`, { headers });
  expect(response.status).toBe(404);
  expect(response.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
});
