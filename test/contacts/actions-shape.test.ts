import 'reflect-metadata';
import * as sdk from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { isEnumType, isInputObjectType, isObjectType } from 'graphql';
import { buildSchema, Query, Resolver } from 'type-graphql';
import { ContactActionsResolver } from '../../src/contacts/actions/contact-actions.resolver.js';
import { fieldsOf, membersOf, valuesOf } from '../support/sdk-shape.js';

@Resolver()
class FixtureResolver {
  @Query(() => Boolean)
  ok(): boolean {
    return true;
  }
}

const schema = await buildSchema({ resolvers: [FixtureResolver, ContactActionsResolver] });

/** Which members of Connect's request no caller gives: the gateway finds them out, or they are for others. */
const notForCallers: Readonly<Record<string, readonly string[]>> = {
  // Only outbound campaigns may say why.
  StopContact: ['disconnectReason'],
  UpdateContactAttributes: ['initialContactId'],
  // For contacts whose audio is elsewhere, and for how long a task lives.
  UpdateContact: ['segmentAttributes', 'queueInfo', 'userInfo', 'customerEndpoint', 'systemEndpoint'],
  TagContact: [],
  UntagContact: [],
  StartContactRecording: ['initialContactId'],
  StopContactRecording: ['initialContactId'],
  SuspendContactRecording: ['initialContactId'],
  ResumeContactRecording: ['initialContactId'],
};

const requests: Readonly<Record<string, unknown>> = {
  StopContact: sdk.StopContactRequest$,
  UpdateContactAttributes: sdk.UpdateContactAttributesRequest$,
  UpdateContact: sdk.UpdateContactRequest$,
  TagContact: sdk.TagContactRequest$,
  UntagContact: sdk.UntagContactRequest$,
  StartContactRecording: sdk.StartContactRecordingRequest$,
  StopContactRecording: sdk.StopContactRecordingRequest$,
  SuspendContactRecording: sdk.SuspendContactRecordingRequest$,
  ResumeContactRecording: sdk.ResumeContactRecordingRequest$,
};

describe('the changes of a contact and the requests of the pinned SDK', () => {
  test('are the same operations', () => {
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    const expected = Object.keys(requests).map((name) => name.charAt(0).toLowerCase() + name.slice(1));
    expect(mutations.toSorted()).toEqual(expected.toSorted());
  });

  test.each(Object.keys(requests))('have the same members in %s, but for those that no caller gives', (operation) => {
    const ours = fieldsOf(schema, `${operation}Input`);
    const theirs = membersOf(requests[operation]);
    const hidden = notForCallers[operation] ?? [];
    // The body of UpdateContactAttributes names no other contact than the first of the chain.
    const all = [...new Set([...theirs.all, 'contactId'])];
    expect([...ours.all, ...hidden].toSorted()).toEqual(all.toSorted());
    // Without an instance it is the default one.
    const required = [...new Set([...theirs.required, 'contactId'])].filter((name) => name !== 'instanceId');
    expect(ours.required).toEqual(required.filter((name) => !hidden.includes(name)).toSorted());
  });

  test('have the same members in what to record', () => {
    expect(fieldsOf(schema, 'VoiceRecordingConfigurationInput')).toEqual(membersOf(sdk.VoiceRecordingConfiguration$));
  });

  test.each([
    ['VoiceRecordingTrack', sdk.VoiceRecordingTrack],
    ['IvrRecordingTrack', sdk.IvrRecordingTrack],
    ['ContactRecordingType', sdk.ContactRecordingType],
  ])('have the same values of %s', (typeName, values) => {
    expect(valuesOf(schema, typeName)).toEqual(Object.values(values).toSorted());
  });
});

describe('the schema of the changes', () => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

  test('describes every mutation, input, field and value', () => {
    const inputs = Object.values(schema.getTypeMap()).filter((type) => isInputObjectType(type));
    expect(inputs.length).toBeGreaterThanOrEqual(11);
    const enums = ['VoiceRecordingTrack', 'IvrRecordingTrack', 'ContactRecordingType', 'ContactReferenceInputType'];
    const parts = [
      ...mutations,
      ...inputs.flatMap((type) => [type, ...Object.values(type.getFields())]),
      ...enums.flatMap((name) => {
        const type = schema.getType(name);
        return isEnumType(type) ? [type, ...type.getValues()] : [];
      }),
    ];
    expect(parts.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
  });

  test('answers a Contact, or null where it was refused, and asks for the scope that changes contacts', () => {
    for (const { name, type, args, astNode } of mutations) {
      expect([name, isObjectType(type) && type.name]).toEqual([name, 'Contact']);
      expect(args.map((argument) => `${argument.name}: ${String(argument.type)}`)).toEqual([
        `input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`,
      ]);
      const [directive] = astNode?.directives ?? [];
      expect(directive?.name.value).toBe('authorize');
      expect(JSON.stringify(directive?.arguments)).toContain('contacts:manage');
    }
  });
});
