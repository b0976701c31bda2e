import { ConnectClient, StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { PlaceCallDocument, type StartOutboundVoiceContactInput } from './generated/operations.js';
import type { TokenClaims } from './issuer.js';
import type { RunningGateway } from './start-gateway.js';

/** What a call cannot do without, to a person who answers, with changes. */
export function callInput(changes: Partial<StartOutboundVoiceContactInput> = {}): StartOutboundVoiceContactInput {
  return {
    destinationPhoneNumber: '+12065550100',
    contactFlowId: seed.flows.salesOutbound,
    sourcePhoneNumber: seed.numbers.us.number,
    ...changes,
  };
}

/** What makes a call one in the other instance. */
export const inOtherInstance = {
  instanceId: seed.otherInstanceId,
  contactFlowId: seed.other.flows.reminder,
  sourcePhoneNumber: seed.other.numbers.us.number,
};

/** Places a call that nothing stands in the way of, with changes; its contact id. Throws what the gateway answered where it refused. */
export async function placeCall(
  gateway: RunningGateway,
  changes: Partial<StartOutboundVoiceContactInput> = {},
  as: Partial<TokenClaims> = {},
): Promise<string> {
  const input = callInput({ allowRepeat: true, ...changes });
  const { data, body } = await gateway.ask(PlaceCallDocument, { input }, as);
  const id = data?.startOutboundVoiceContact?.id;
  if (id === undefined) throw new Error(`The call was not placed: ${body}`);
  return id;
}

/** What the call that is being placed is refused with; `placed` where it is not. */
export function outcomeOf(placing: Promise<string>): Promise<string | undefined> {
  return placing.then(
    () => 'placed',
    (error: unknown) => /"code":"(\w+)"/.exec(String(error))?.[1],
  );
}

/** The SDK by itself, past the gateway: for what other systems do with the same instances. */
export function elsewhere(gateway: RunningGateway): ConnectClient {
  return new ConnectClient({
    region: seed.region,
    endpoint: gateway.simulator.url,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
  });
}

/** A call that another system placed, in the default instance or the other one; its contact id. */
export async function placeCallElsewhere(gateway: RunningGateway, isInOther = false): Promise<string> {
  const { ContactId: id = '' } = await elsewhere(gateway).send(
    new StartOutboundVoiceContactCommand({
      InstanceId: isInOther ? seed.otherInstanceId : seed.instanceId,
      ContactFlowId: isInOther ? seed.other.flows.reminder : seed.flows.salesOutbound,
      SourcePhoneNumber: isInOther ? seed.other.numbers.us.number : seed.numbers.us.number,
      DestinationPhoneNumber: '+12065550100',
    }),
  );
  return id;
}
