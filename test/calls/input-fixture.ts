import { graphql } from 'graphql';
import { Arg, Mutation, Query, Resolver, buildSchema } from 'type-graphql';
import { StartOutboundVoiceContactInput } from '../../src/calls/start-outbound-voice-contact.input.js';
import { GatewayError } from '../../src/errors.js';
import type { FieldProblem } from '../../src/errors.js';
import { guardInput } from '../../src/schema/guard-input.js';

/** The instance of a caller whose input names none. */
export const defaultInstanceId = '11111111-2222-3333-4444-555555555555';

const accepted: StartOutboundVoiceContactInput[] = [];

@Resolver()
class FixtureResolver {
  @Query(() => Boolean)
  ok(): boolean {
    return true;
  }

  @Mutation(() => Boolean)
  place(@Arg('input', () => StartOutboundVoiceContactInput) input: StartOutboundVoiceContactInput): boolean {
    accepted.push(input);
    return true;
  }
}

/** A schema whose one mutation takes the input and nothing more. */
export const schema = await buildSchema({ resolvers: [FixtureResolver] });
guardInput(schema, [FixtureResolver], () => ({ defaultInstanceId }));

/** The smallest input that keeps every rule. */
export const smallest = {
  destinationPhoneNumber: '+12065550100',
  contactFlowId: '846ec553-a005-41c0-8341-000000000001',
  sourcePhoneNumber: '+12065550123',
} as const;

export const instanceId = defaultInstanceId;
export const home = `arn:aws:connect:us-west-2:123456789012:instance/${instanceId}`;
export const elsewhere = 'arn:aws:connect:us-west-2:123456789012:instance/99999999-2222-3333-4444-555555555555';

/** An input that says every member. */
export const whole = {
  destinationPhoneNumber: '+12065550100',
  contactFlowId: `${home}/contact-flow/846ec553-a005-41c0-8341-000000000001`,
  instanceId: home,
  clientToken: 'order 1001 / first attempt',
  sourcePhoneNumber: '+12065550123',
  queueId: `${home}/queue/846ec553-a005-41c0-8341-000000000002`,
  attributes: [
    { key: 'orderId', value: 'A-1001' },
    { key: 'greeting', value: '' },
  ],
  answerMachineDetectionConfig: { enableAnswerMachineDetection: true, awaitAnswerMachinePrompt: false },
  campaignId: 'arn:aws:connect-campaigns:us-west-2:123456789012:campaign/846ec553-a005-41c0-8341-000000000003',
  trafficType: 'CAMPAIGN',
  name: 'Order A-1001',
  description: 'Asked to be called back.\nPrefers mornings.',
  references: [
    { name: 'Order', type: 'URL', value: 'https://example.com/order/1?x=1#top' },
    { name: 'Due', type: 'DATE', value: '2030-01-31T09:30:00+01:00' },
    { name: 'Amount', type: 'NUMBER', value: '12.50' },
    { name: 'Note', type: 'STRING', value: 'Gold customer' },
    { name: 'Mail', type: 'EMAIL', value: 'ann@example.com' },
  ],
  relatedContactId: `${home}/contact/846ec553-a005-41c0-8341-000000000004`,
  ringTimeoutInSeconds: 30,
  outboundStrategy: {
    type: 'AGENT_FIRST',
    config: {
      agentFirst: {
        preview: { postAcceptTimeoutConfig: { durationInSeconds: 0 }, allowedUserActions: ['DISCARD', 'CALL'] },
      },
    },
  },
  maxWaitInSeconds: 10,
  allowRepeat: true,
} as const;

/** What became of an input: the object that the resolver was given, or the broken rules with all that a client could read of them. */
export async function place(
  input: Readonly<Record<string, unknown>>,
): Promise<{ accepted?: StartOutboundVoiceContactInput; fields: readonly FieldProblem[]; readable: string }> {
  const source = 'mutation Place($input: StartOutboundVoiceContactInput!) { place(input: $input) }';
  const before = accepted.length;
  const { errors } = await graphql({ schema, source, variableValues: { input }, contextValue: {} });
  if (!errors) return { accepted: accepted[before]!, fields: [], readable: '' };
  const cause = errors[0]?.originalError;
  if (!(cause instanceof GatewayError) || cause.code !== 'BAD_USER_INPUT') throw errors[0]!;
  const fields = cause.fields ?? [];
  return { fields, readable: JSON.stringify([cause.message, fields, cause.details]) };
}

/** `path rule` of each broken rule. */
export async function placesOf(input: Readonly<Record<string, unknown>>): Promise<string[]> {
  return (await place(input)).fields.map(({ path, rule }) => `${path} ${rule}`);
}
