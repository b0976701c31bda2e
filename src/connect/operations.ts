import type { Quota } from '../coordination/rate-limiter.js';

/** `quota` is Connect's default ("Amazon Connect service quotas", API throttling). */
type Operation =
  /** It changes nothing, and so may be sent again by the SDK. */
  | { readonly kind: 'read'; readonly quota: Quota }
  /** It changes a contact; idempotent if the same request, carried out twice, leaves what once leaves. */
  | { readonly kind: 'change'; readonly quota: Quota; readonly isIdempotent: boolean }
  /** It places a call. */
  | { readonly kind: 'start'; readonly quota: Quota };

/** What Connect grants every operation that it does not list. */
const unlisted: Quota = { ratePerSecond: 2, burst: 5 };

/**
 * Every operation of Amazon Connect that the gateway sends. Each needs the IAM permission of its name. The names that CONNECT_QUOTAS takes and the
 * tables and the policy of docs/aws.md follow from this one; tests hold them to it.
 */
export const operations = {
  StartOutboundVoiceContact: { kind: 'start', quota: unlisted },
  DescribeContact: { kind: 'read', quota: { ratePerSecond: 10, burst: 15 } },
  GetContactAttributes: { kind: 'read', quota: { ratePerSecond: 10, burst: 15 } },
  ListContactReferences: { kind: 'read', quota: { ratePerSecond: 10, burst: 15 } },
  StopContact: { kind: 'change', quota: { ratePerSecond: 10, burst: 15 }, isIdempotent: true },
  UpdateContactAttributes: { kind: 'change', quota: { ratePerSecond: 10, burst: 15 }, isIdempotent: true },
  UpdateContact: { kind: 'change', quota: { ratePerSecond: 10, burst: 15 }, isIdempotent: true },
  TagContact: { kind: 'change', quota: { ratePerSecond: 20, burst: 25 }, isIdempotent: true },
  UntagContact: { kind: 'change', quota: { ratePerSecond: 20, burst: 25 }, isIdempotent: true },
  StartContactRecording: { kind: 'change', quota: unlisted, isIdempotent: false },
  StopContactRecording: { kind: 'change', quota: unlisted, isIdempotent: false },
  SuspendContactRecording: { kind: 'change', quota: unlisted, isIdempotent: false },
  ResumeContactRecording: { kind: 'change', quota: unlisted, isIdempotent: false },
  ListAssociatedContacts: { kind: 'read', quota: unlisted },
  SearchContacts: { kind: 'read', quota: { ratePerSecond: 0.5, burst: 1 } },
  DescribeContactFlow: { kind: 'read', quota: unlisted },
  SearchContactFlows: { kind: 'read', quota: unlisted },
  DescribeQueue: { kind: 'read', quota: unlisted },
  SearchQueues: { kind: 'read', quota: unlisted },
  DescribeUser: { kind: 'read', quota: unlisted },
  SearchUsers: { kind: 'read', quota: unlisted },
  ListPhoneNumbersV2: { kind: 'read', quota: unlisted },
  DescribeInstance: { kind: 'read', quota: unlisted },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof operations;
export type ContactChangeName = {
  [Name in OperationName]: (typeof operations)[Name]['kind'] extends 'change' ? Name : never;
}[OperationName];

/** The operation that a command of the SDK asks for, by the name of its class; undefined where the table above does not list it. */
export function operationOfCommand(commandName: string): OperationName | undefined {
  const name = commandName.replace(/Command$/, '');
  return isOperation(name) ? name : undefined;
}

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

export function isContactChange(name: OperationName): name is ContactChangeName {
  return operations[name].kind === 'change';
}
