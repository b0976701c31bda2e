import { ArrayMinSize, IsIn, IsNotIn, IsOptional, Length } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { Authorize } from '../graphql/authorize.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import { registerEnum } from '../graphql/register-enum.js';
import { ListOfAtMost } from '../graphql/rules/list-of-at-most.rule.js';
import { Channel, InitiationMethod } from './contact-enums.js';
import { SpansAtMostHours } from './rules/time-range.rule.js';

export const ContactTimestamp = {
  INITIATION_TIMESTAMP: 'INITIATION_TIMESTAMP',
  SCHEDULED_TIMESTAMP: 'SCHEDULED_TIMESTAMP',
  CONNECTED_TO_AGENT_TIMESTAMP: 'CONNECTED_TO_AGENT_TIMESTAMP',
  DISCONNECT_TIMESTAMP: 'DISCONNECT_TIMESTAMP',
  ENQUEUE_TIMESTAMP: 'ENQUEUE_TIMESTAMP',
} as const;
registerEnum(ContactTimestamp, 'ContactTimestamp', {
  description: 'Which of the moments of a contact is meant.',
  values: {
    INITIATION_TIMESTAMP: { description: 'When it began.' },
    SCHEDULED_TIMESTAMP: { description: 'For when it was planned.' },
    CONNECTED_TO_AGENT_TIMESTAMP: { description: 'When an agent joined.' },
    DISCONNECT_TIMESTAMP: { description: 'When it ended.' },
    ENQUEUE_TIMESTAMP: { description: 'When it entered a queue.' },
  },
});

export const SearchMatch = { MATCH_ALL: 'MATCH_ALL', MATCH_ANY: 'MATCH_ANY', MATCH_EXACT: 'MATCH_EXACT' } as const;
registerEnum(SearchMatch, 'SearchMatch', {
  description: 'Whether all of the terms must fit, or any, or the exact text.',
  values: {
    MATCH_ALL: { description: 'All terms.' },
    MATCH_ANY: { description: 'One term or more.' },
    MATCH_EXACT: { description: 'The exact text.' },
  },
});

export const SortOrder = { ASCENDING: 'ASCENDING', DESCENDING: 'DESCENDING' } as const;
registerEnum(SortOrder, 'SortOrder', {
  description: 'Which comes first.',
  values: {
    ASCENDING: { description: 'The earliest, or lowest, first.' },
    DESCENDING: { description: 'The latest, or highest, first.' },
  },
});

export const ContactSortField = {
  INITIATION_TIMESTAMP: 'INITIATION_TIMESTAMP',
  CONNECTED_TO_AGENT_TIMESTAMP: 'CONNECTED_TO_AGENT_TIMESTAMP',
  DISCONNECT_TIMESTAMP: 'DISCONNECT_TIMESTAMP',
  INITIATION_METHOD: 'INITIATION_METHOD',
  CHANNEL: 'CHANNEL',
} as const;
registerEnum(ContactSortField, 'ContactSortField', {
  description: 'What found contacts are ordered by.',
  values: {
    INITIATION_TIMESTAMP: { description: 'When it began.' },
    CONNECTED_TO_AGENT_TIMESTAMP: { description: 'When an agent joined.' },
    DISCONNECT_TIMESTAMP: { description: 'When it ended.' },
    INITIATION_METHOD: { description: 'How it came about.' },
    CHANNEL: { description: 'The way it takes.' },
  },
});

/** For a list of an enum that has UNKNOWN: nothing can be searched for by a value that nobody knows. */
const Known = () => IsNotIn(['UNKNOWN'], { each: true, message: 'UNKNOWN only comes in answers; leave it out.' });

@InputType({ description: 'From when to when. Connect refuses more than 1,345 hours, about eight weeks.' })
export class ContactTimeRangeInput {
  @Field(() => ContactTimestamp, {
    defaultValue: ContactTimestamp.INITIATION_TIMESTAMP,
    description: 'Which of its moments must lie between.',
  })
  readonly type!: keyof typeof ContactTimestamp;

  @Field(() => DateTime, { description: 'The earliest moment, such as 2026-11-21T00:00:00Z.' })
  readonly startTime!: Date;

  @Field(() => DateTime, { description: 'The latest moment.' })
  @SpansAtMostHours('startTime', 1_345)
  readonly endTime!: Date;
}

@InputType({ description: 'Contacts whose name has these terms.' })
export class ContactNameSearchInput {
  @Field(() => [String], { description: 'Terms of at most 128 characters, at most 100 of them.' })
  @ArrayMinSize(1)
  @ListOfAtMost(100)
  @Length(1, 128, { each: true })
  readonly searchText!: string[];

  @Field(() => SearchMatch, { defaultValue: SearchMatch.MATCH_ALL, description: 'How the terms must fit.' })
  readonly match!: keyof typeof SearchMatch;
}

@InputType({ description: 'An attribute and its wanted values. The instance must be set up to search it.' })
export class ContactAttributeSearchInput {
  @Field(() => String, { description: 'The name of the attribute, of at most 100 characters.' })
  @Length(1, 100)
  readonly key!: string;

  @Field(() => [String], { description: 'One of them must be its value; at most 20 of at most 100 characters.' })
  @ArrayMinSize(1)
  @ListOfAtMost(20)
  @Length(1, 100, { each: true })
  readonly values!: string[];
}

@InputType({ description: 'In which order.' })
export class ContactSortInput {
  @Field(() => ContactSortField, { description: 'What is compared.' })
  @IsIn(Object.keys(ContactSortField))
  readonly field!: keyof typeof ContactSortField;

  @Field(() => SortOrder, { defaultValue: SortOrder.DESCENDING, description: 'Which comes first.' })
  readonly order!: keyof typeof SortOrder;
}

@InputType({
  description: 'Which contacts to find. Contacts that are still under way may be missing from what Connect finds.',
})
export class SearchContactsInput {
  @Field(() => ContactTimeRangeInput, { description: 'When it happened.' })
  readonly timeRange!: ContactTimeRangeInput;

  @Field(() => [Channel], { nullable: true, description: 'One of these ways; any when left out.' })
  @IsOptional()
  @ListOfAtMost(5)
  @Known()
  readonly channels?: (keyof typeof Channel)[] | null;

  @Field(() => [InitiationMethod], {
    nullable: true,
    description: 'It came about in one of these ways; any when left out.',
  })
  @IsOptional()
  @ListOfAtMost(20)
  @Known()
  readonly initiationMethods?: (keyof typeof InitiationMethod)[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'It was in one of these queues; at most 100. Without `contacts:pii` only standard queues.',
  })
  @IsOptional()
  @ListOfAtMost(100)
  @Length(1, 256, { each: true })
  readonly queueIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'One of these agents took it; at most 100.' })
  @Authorize('contacts:pii')
  @IsOptional()
  @ListOfAtMost(100)
  @Length(1, 256, { each: true })
  readonly agentIds?: string[] | null;

  @Field(() => ContactNameSearchInput, { nullable: true, description: 'What it is called.' })
  @Authorize('contacts:pii')
  readonly name?: ContactNameSearchInput | null;

  @Field(() => [ContactAttributeSearchInput], { nullable: true, description: 'All of them must fit; at most 15.' })
  @Authorize('contacts:pii')
  @IsOptional()
  @ListOfAtMost(15)
  readonly attributes?: ContactAttributeSearchInput[] | null;

  @Field(() => ContactSortInput, { nullable: true, description: 'Newest first when left out.' })
  readonly sort?: ContactSortInput | null;
}
