import * as sdk from '@aws-sdk/client-connect';
import type {
  AgentFirst,
  AnswerMachineDetectionConfig,
  OutboundStrategy,
  OutboundStrategyConfig,
  PostAcceptTimeoutConfig,
  Preview,
  Reference,
  StartOutboundVoiceContactRequest,
} from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { isEnumType, isInputObjectType } from 'graphql';
import type { AnswerMachineDetectionConfigInput } from '../../src/calls/answer-machine-detection-config.input.js';
import type { ContactReferenceInput } from '../../src/contacts/contact-reference.input.js';
import type {
  AgentFirstInput,
  OutboundStrategyConfigInput,
  OutboundStrategyInput,
  PostAcceptTimeoutConfigInput,
  PreviewInput,
} from '../../src/calls/outbound-strategy.input.js';
import type { StartOutboundVoiceContactInput } from '../../src/calls/start-outbound-voice-contact.input.js';
import { fieldsOf, membersOf, valuesOf } from '../support/sdk-shape.js';
import { schema } from './input-fixture.js';

type Difference<A, B> = Exclude<A, B> | Exclude<B, A>;
type Same<Sdk, Ours, OnlyOne extends string = never> =
  Difference<Difference<Uncapitalize<keyof Sdk & string>, keyof Ours>, OnlyOne> extends never ? true : false;

const own = [
  'maxWaitInSeconds',
  'allowRepeat',
  'purpose',
  'calleeTimeZone',
  'calleeState',
  'consentReference',
] as const;

/** Held by the compiler: a member on one side alone makes one of these `false`. */
const membersAgree: readonly true[] = [
  true satisfies Same<StartOutboundVoiceContactRequest, StartOutboundVoiceContactInput, (typeof own)[number]>,
  true satisfies Same<AnswerMachineDetectionConfig, AnswerMachineDetectionConfigInput>,
  true satisfies Same<OutboundStrategy, OutboundStrategyInput>,
  true satisfies Same<OutboundStrategyConfig, OutboundStrategyConfigInput>,
  true satisfies Same<AgentFirst, AgentFirstInput>,
  true satisfies Same<Preview, PreviewInput>,
  true satisfies Same<PostAcceptTimeoutConfig, PostAcceptTimeoutConfigInput>,
  true satisfies Same<Reference, ContactReferenceInput, 'name' | 'status' | 'arn' | 'statusReason'>,
];

describe('the input of a call and the request of the pinned SDK', () => {
  test('have the same members, but for some of our own', () => {
    const { all, required } = membersOf(sdk.StartOutboundVoiceContactRequest$);
    const ours = fieldsOf(schema, 'StartOutboundVoiceContactInput');
    expect(ours.all).toEqual([...all, ...own].toSorted());
    expect(required).toEqual(['contactFlowId', 'destinationPhoneNumber', 'instanceId']);
    expect(ours.required).toEqual(['contactFlowId', 'destinationPhoneNumber']);
    expect(membersAgree).not.toContain(false);
  });

  test.each([
    ['AnswerMachineDetectionConfigInput', sdk.AnswerMachineDetectionConfig$],
    ['OutboundStrategyInput', sdk.OutboundStrategy$],
    ['OutboundStrategyConfigInput', sdk.OutboundStrategyConfig$],
    ['AgentFirstInput', sdk.AgentFirst$],
    ['PreviewInput', sdk.Preview$],
    ['PostAcceptTimeoutConfigInput', sdk.PostAcceptTimeoutConfig$],
  ])('have the same members in %s', (typeName, structure) => {
    expect(fieldsOf(schema, typeName)).toEqual(membersOf(structure));
  });

  test('have the members of a reference that a caller can give', () => {
    // The others are filled by Amazon Connect: the state of an attachment.
    expect(membersOf(sdk.Reference$).all).toEqual(['arn', 'status', 'statusReason', 'type', 'value']);
    expect(fieldsOf(schema, 'ContactReferenceInput').all).toEqual(['name', 'type', 'value']);
  });

  test.each([
    ['TrafficType', sdk.TrafficType],
    ['OutboundStrategyType', sdk.OutboundStrategyType],
    ['AllowedUserAction', sdk.AllowedUserAction],
  ])('have the same values of %s', (typeName, values) => {
    expect(valuesOf(schema, typeName)).toEqual(Object.values(values).toSorted());
  });

  test('have the types of reference that a new voice contact may carry', () => {
    const notForCallers = [
      'ATTACHMENT',
      'CONTACT_ANALYSIS',
      'EMAIL_MESSAGE',
      'EMAIL_MESSAGE_PLAIN_TEXT',
      'EMAIL_MESSAGE_PLAIN_TEXT_REDACTED',
      'EMAIL_MESSAGE_REDACTED',
    ];
    expect([...valuesOf(schema, 'ContactReferenceInputType'), ...notForCallers].toSorted()).toEqual(
      Object.values(sdk.ReferenceType).toSorted(),
    );
  });
});

describe('the schema of the input', () => {
  test('describes every type, field and value', () => {
    const names = Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('__'));
    const own = names.filter((name) => !['Query', 'Mutation', 'String', 'Int', 'Boolean', 'ID'].includes(name));
    expect(own.length).toBeGreaterThanOrEqual(14);
    for (const name of own) {
      const type = schema.getType(name)!;
      const parts = isInputObjectType(type)
        ? Object.values(type.getFields())
        : isEnumType(type)
          ? type.getValues()
          : [];
      for (const part of [type, ...parts])
        expect([name, part.name, part.description]).toEqual([name, part.name, expect.any(String)]);
    }
  });

  test('has the defaults of the design', () => {
    const type = schema.getType('StartOutboundVoiceContactInput');
    if (!isInputObjectType(type)) throw new Error('The input type is missing.');
    const { trafficType, allowRepeat } = type.getFields();
    expect([String(trafficType?.type), trafficType?.defaultValue]).toEqual(['TrafficType!', 'GENERAL']);
    expect([String(allowRepeat?.type), allowRepeat?.defaultValue]).toEqual(['Boolean!', false]);
  });

  test('guards what names a campaign, what calls a number again, and what says more of the callee than the number does', () => {
    const guarded = Object.values(schema.getTypeMap()).flatMap((type) =>
      isInputObjectType(type)
        ? Object.values(type.getFields()).flatMap((field) =>
            field.astNode?.directives?.some(({ name }) => name.value === 'authorize')
              ? [`${type.name}.${field.name}`]
              : [],
          )
        : [],
    );
    expect(guarded.toSorted()).toEqual([
      'StartOutboundVoiceContactInput.allowRepeat',
      'StartOutboundVoiceContactInput.calleeState',
      'StartOutboundVoiceContactInput.calleeTimeZone',
      'StartOutboundVoiceContactInput.campaignId',
      'StartOutboundVoiceContactInput.consentReference',
      'StartOutboundVoiceContactInput.outboundStrategy',
    ]);
  });
});
