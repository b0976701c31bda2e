import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { UpdateContactCommand } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { elsewhere, placeCall } from '../support/place-call.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
let id: string;

beforeEach(async () => {
  gateway = await startTestGateway();
  id = await placeCall(gateway, { name: 'first' });
  gateway.clock.advance(600_000);
});
afterEach(() => gateway.stop());

async function read(): Promise<string | null | undefined> {
  const { data } = await gateway.ask<{ contact: { name: string | null } | null }, { id: string }>(
    'query($id: ID!) { contact(id: $id) { name } }',
    { id },
  );
  return data?.contact?.name;
}

/** As others do, of which the gateway is not told. */
async function renameElsewhere(name: string): Promise<void> {
  await elsewhere(gateway).send(new UpdateContactCommand({ InstanceId: seed.instanceId, ContactId: id, Name: name }));
}

test('what is read of a contact that has ended is kept for five minutes', async () => {
  expect(await read()).toBe('first');
  await renameElsewhere('second');
  gateway.clock.advance(300_000);
  expect(await read()).toBe('first');
  gateway.clock.advance(1);
  expect(await read()).toBe('second');
});

test('what is read of it just after a change is kept for a second only: Connect may not show the change yet', async () => {
  await gateway.ask('mutation($input: TagContactInput!) { tagContact(input: $input) { id } }', {
    input: { contactId: id, tags: [{ key: 'a', value: 'b' }] },
  });
  expect(await read()).toBe('first');
  await renameElsewhere('second');
  gateway.clock.advance(1_001);
  expect(await read()).toBe('second');

  gateway.clock.advance(60_000);
  expect(await read()).toBe('second');
  await renameElsewhere('third');
  gateway.clock.advance(1_001);
  expect(await read()).toBe('second');
});
