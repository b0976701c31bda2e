import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../graphql/date-time.scalar.js';
import { PhoneNumber } from '../graphql/phone-number.scalar.js';

@ObjectType({ description: 'Why one of the dialing rules does not allow a call.' })
export class CallRefusal {
  @Field(() => String, { description: 'Where the rule stands in the policy. Example: `defaults.hours`.' })
  readonly rule!: string;

  @Field(() => String, {
    description:
      'One of the reasons that docs/dialing-rules.md lists; there may be further ones in later versions. Example: `HOURS_CLOSED`.',
  })
  readonly reason!: string;

  @Field(() => String, { description: 'What the rule wants, for a person.' })
  readonly message!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'From when on this rule allows the call, as far as can be told now; null where waiting does not help.',
  })
  readonly nextAllowedAt!: Date | null;
}

@ObjectType({ description: 'A time zone that the callee may be in.' })
export class CandidateZone {
  @Field(() => String, { description: 'Its name in the tz database. Example: `America/New_York`.' })
  readonly name!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'What the clocks there show, with the offset from UTC; null where the gateway does not know the zone. Example: `2026-11-28T21:30-05:00`.',
  })
  readonly localTime!: string | null;

  @Field(() => Boolean, { description: 'Whether the hours of all rules are open for somebody there.' })
  readonly isOpen!: boolean;
}

@ObjectType({ description: 'What is known of a number before it is called.' })
export class PreflightDestination {
  @Field(() => PhoneNumber, { description: 'The number that was asked about.' })
  readonly e164!: string;

  @Field(() => String, { nullable: true, description: 'Its calling code. Example: `1`.' })
  readonly callingCode!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The two letters of its country, where that is known. Example: `US`.',
  })
  readonly region!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The type of its line, where that is known. Example: `FIXED_LINE_OR_MOBILE`.',
  })
  readonly lineType!: string | null;

  @Field(() => [CandidateZone], {
    complexity: 20,
    description:
      'The time zones that the callee may be in, all of which must be open, or with calleeTimeZone that one, which comes first; none where that cannot be told.',
  })
  readonly candidateZones!: readonly CandidateZone[];
}

@ObjectType({
  description: 'What the dialing rules would say of a call that was placed now. Nothing is dialed or reserved.',
})
export class OutboundVoiceContactPreflight {
  @Field(() => Boolean, { description: 'Whether the dialing rules allow the call now.' })
  readonly isAllowed!: boolean;

  @Field(() => [CallRefusal], { description: 'All that does not allow it.' })
  readonly refusals!: readonly CallRefusal[];

  @Field(() => [CallRefusal], { description: 'What rules in shadow would not allow; they change nothing.' })
  readonly shadowRefusals!: readonly CallRefusal[];

  @Field(() => DateTime, {
    nullable: true,
    description:
      'From when on all rules allow the call, as far as can be told now; null where they do now, and where waiting alone does not help.',
  })
  readonly nextAllowedAt!: Date | null;

  @Field(() => PreflightDestination, { nullable: true, description: 'Null where the gateway has no dialing rules.' })
  readonly destination!: PreflightDestination | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long the call would about wait for its permit, in milliseconds; null where that cannot be told.',
  })
  readonly estimatedWaitMs!: number | null;

  @Field(() => String, { nullable: true, description: 'The version of the policy; null where there is none.' })
  readonly policyVersion!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The release of the tz database by which hours are judged. Example: `2026f`.',
  })
  readonly timeZoneVersion!: string | null;
}
