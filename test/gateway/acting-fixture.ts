import { seed } from '../../src/simulator/seed.js';
import type { TokenClaims } from '../support/issuer.js';
import type { GraphqlAnswer, RunningGateway } from '../support/start-gateway.js';

/** One change of a contact: the mutation, what Connect calls it, what its input says beside the contact, and whether Connect takes it twice. */
export interface Change {
  readonly mutation: string;
  readonly operation: string;
  readonly rest: Readonly<Record<string, unknown>>;
  readonly isIdempotent: boolean;
}

const change = (mutation: string, rest: Change['rest'] = {}, isIdempotent = true): Change => ({
  mutation,
  operation: mutation.charAt(0).toUpperCase() + mutation.slice(1),
  rest,
  isIdempotent,
});

/** Every change there is. */
export const changes: readonly Change[] = [
  change('stopContact'),
  change('updateContactAttributes', { attributes: [{ key: 'c4n4ryKey', value: 'c4n4ry +12065550177' }] }),
  change('updateContact', {
    name: 'c4n4ry',
    description: 'c4n4ry',
    references: [{ name: 'c4n4ry', type: 'EMAIL', value: 'c4n4ry@example.com' }],
  }),
  change('tagContact', { tags: [{ key: 'c4n4ry', value: 'c4n4ry' }] }),
  change('untagContact', { tagKeys: ['c4n4ry'] }),
  change('startContactRecording', { voiceRecordingConfiguration: { ivrRecordingTrack: 'ALL' } }, false),
  change('stopContactRecording', { contactRecordingType: 'AGENT' }, false),
  change('suspendContactRecording', {}, false),
  change('resumeContactRecording', {}, false),
];

/** The same, for `test.each`. */
export const eachChange = changes.map((one) => [one.mutation, one] as const);

/** The answer to a change of the contact; `input` adds to it, or replaces what it says. */
export function act(
  gateway: RunningGateway,
  { mutation, rest }: Pick<Change, 'mutation' | 'rest'>,
  input: Readonly<Record<string, unknown>>,
  { as, selection = 'id instanceId' }: { as?: Partial<TokenClaims> | null; selection?: string } = {},
): Promise<GraphqlAnswer> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} } }`;
  return gateway.ask(document, { input: { ...rest, ...input } }, as);
}

/** What the first error of an answer is, if there is one. */
export const codeOf = ({ errors }: GraphqlAnswer) => errors?.[0]?.extensions.code;

/** Brings a call to its agent. */
export function untilWithAgent({ clock }: RunningGateway): void {
  clock.advance(30_000);
}

export const arnOf = (contactId: string, instanceId: string = seed.instanceId) =>
  `arn:aws:connect:us-west-2:123456789012:instance/${instanceId}/contact/${contactId}`;

export const unknownId = '00000000-0000-4000-8000-000000000000';
