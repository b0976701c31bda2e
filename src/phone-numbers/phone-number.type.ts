import type { ListPhoneNumbersSummary } from '@aws-sdk/client-connect';
import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../graphql/connection.js';
import { PhoneNumber } from '../graphql/phone-number.scalar.js';
import { registerEnum } from '../graphql/register-enum.js';
import { knownOr, newerValue } from '../graphql/vendor-enum.js';

export const PhoneNumberType = {
  TOLL_FREE: 'TOLL_FREE',
  DID: 'DID',
  UIFN: 'UIFN',
  SHARED: 'SHARED',
  THIRD_PARTY_TF: 'THIRD_PARTY_TF',
  THIRD_PARTY_DID: 'THIRD_PARTY_DID',
  SHORT_CODE: 'SHORT_CODE',
  UNKNOWN: 'UNKNOWN',
} as const;
registerEnum(PhoneNumberType, 'PhoneNumberType', {
  description: 'What kind of number it is. A UIFN cannot call out; a TOLL_FREE number cannot call abroad.',
  values: {
    TOLL_FREE: { description: 'The one who is called pays.' },
    DID: { description: 'Direct inward dialing: a number of a place.' },
    UIFN: { description: 'Universal international freephone number.' },
    SHARED: { description: 'A shared number.' },
    THIRD_PARTY_TF: { description: 'A toll-free number of another provider.' },
    THIRD_PARTY_DID: { description: 'A number of a place, of another provider.' },
    SHORT_CODE: { description: 'A short number.' },
    UNKNOWN: newerValue,
  },
});

@ObjectType({ description: 'A number that an instance has claimed: a possible `sourcePhoneNumber`.' })
export class ClaimedPhoneNumber {
  @Field(() => ID, { description: 'The phone number id: `Queue.outboundCallerIdNumberId` names it.' })
  readonly id!: string;

  @Field(() => ID, { description: 'The Connect instance that claimed it.' })
  readonly instanceId!: string;

  @Field(() => PhoneNumber, { nullable: true, description: 'In E.164 form, such as +12065550100.' })
  readonly phoneNumber!: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1, such as US.' })
  readonly countryCode!: string | null;

  @Field(() => PhoneNumberType, { nullable: true, description: 'What kind of number it is.' })
  readonly type!: keyof typeof PhoneNumberType | null;

  @Field(() => String, { nullable: true, description: 'What whoever claimed it wrote about it.' })
  readonly description!: string | null;
}

/** A row of ListPhoneNumbersV2; undefined for one without an id. */
export function claimedPhoneNumberFrom(
  instanceId: string,
  row: ListPhoneNumbersSummary,
): ClaimedPhoneNumber | undefined {
  if (row.PhoneNumberId === undefined) return undefined;
  return Object.assign(new ClaimedPhoneNumber(), {
    id: row.PhoneNumberId,
    instanceId,
    phoneNumber: row.PhoneNumber ?? null,
    countryCode: row.PhoneNumberCountryCode ?? null,
    type: knownOr(PhoneNumberType, row.PhoneNumberType),
    description: row.PhoneNumberDescription ?? null,
  });
}

@ObjectType({ description: 'A page of phone numbers.' })
export class ClaimedPhoneNumberConnection extends connectionOf(() => ClaimedPhoneNumber) {}
