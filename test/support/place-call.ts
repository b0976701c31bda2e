import { seed } from '../../src/simulator/seed.js';
import { PlaceCallDocument, type StartOutboundVoiceContactInput } from './generated/operations.js';
import type { TokenClaims } from './issuer.js';
import type { RunningGateway } from './start-gateway.js';

/** Places a call that nothing stands in the way of, with changes; its contact id. Throws what the gateway answered where it refused. */
export async function placeCall(
  gateway: RunningGateway,
  changes: Partial<StartOutboundVoiceContactInput> = {},
  as: Partial<TokenClaims> = {},
): Promise<string> {
  const input: StartOutboundVoiceContactInput = {
    destinationPhoneNumber: '+12065550100',
    contactFlowId: seed.flows.salesOutbound,
    sourcePhoneNumber: seed.numbers.us.number,
    allowRepeat: true,
    ...changes,
  };
  const { data, body } = await gateway.ask(PlaceCallDocument, { input }, as);
  const id = data?.startOutboundVoiceContact?.id;
  if (id === undefined) throw new Error(`The call was not placed: ${body}`);
  return id;
}
