import { Field, ObjectType } from 'type-graphql';
import type { EnteredQueue } from '../../queues/queue.service.js';
import { AnsweringMachineDetectionStatus, ContactEventSource, ContactEventType } from '../contact-enums.js';
import { DateTime } from '../../graphql/date-time.scalar.js';

@ObjectType({ description: 'What an event tells beside its time; each is null where it does not belong to the event.' })
export class ContactEventDetails {
  readonly instanceId!: string;
  /** Who may know its id is decided where it is asked for. */
  readonly queue!: EnteredQueue | null;

  @Field(() => String, { nullable: true, description: 'Why it ended, in the words of Connect.' })
  readonly disconnectReason!: string | null;

  @Field(() => AnsweringMachineDetectionStatus, { nullable: true, description: 'What answered.' })
  readonly answeringMachineDetectionStatus!: keyof typeof AnsweringMachineDetectionStatus | null;

  @Field(() => String, { nullable: true, description: 'The detection status in the words of Connect.' })
  readonly rawAnsweringMachineDetectionStatus!: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'What was changed, such as UserDefinedAttributes or Tags; their values are fields of the Contact.',
  })
  readonly updatedProperties!: readonly string[] | null;
}

@ObjectType({ description: 'One step in the life of a contact.' })
export class ContactEvent {
  @Field(() => ContactEventType, { description: 'What happened.' })
  readonly type!: ContactEventType;

  @Field(() => String, { description: 'The type in the words of Connect; RINGING is a word of ours.' })
  readonly rawType!: string;

  @Field(() => DateTime, {
    description:
      'When it happened, on the clock of Connect; of an event that leaves it out, when that was sent, until Connect tells more.',
  })
  readonly at!: Date;

  @Field(() => ContactEventSource, { description: 'How the gateway knows of it.' })
  readonly source!: ContactEventSource;

  @Field(() => ContactEventDetails, {
    nullable: true,
    description: 'What the event tells beside its time; null where that is nothing.',
  })
  readonly details!: ContactEventDetails | null;
}

/** An event before it is known whose contact it is of. */
export type TimelineEvent = Omit<ContactEvent, 'details'> & {
  readonly details: Omit<ContactEventDetails, 'instanceId'> | null;
};
