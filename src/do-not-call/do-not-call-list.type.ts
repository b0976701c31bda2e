import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../graphql/date-time.scalar.js';
import type { DoNotCallEntry as StoredEntry } from '../ledger/do-not-call.js';

@ObjectType({
  description: 'The entry of a number in a do-not-call list. All numbers that ring one phone are one entry.',
})
export class DoNotCallEntry {
  @Field(() => String, { nullable: true, description: 'Why, as whoever added it last said.' })
  readonly reason!: string | null;

  @Field(() => DateTime, { description: 'When the number was added, the first time.' })
  readonly addedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the entry ends; null where it stands until it is removed.',
  })
  readonly expiresAt!: Date | null;
}

@ObjectType({
  description: 'What became of numbers that were to be put on a do-not-call list; together they are all of them.',
})
export class DoNotCallAddition {
  @Field(() => Int, { description: 'How many were added.' })
  readonly added!: number;

  @Field(() => Int, { description: 'How many were on the list already, and have this reason and end now.' })
  readonly alreadyThere!: number;
}

@ObjectType({
  description: 'What became of numbers that were to be taken off a do-not-call list; together they are all of them.',
})
export class DoNotCallRemoval {
  @Field(() => Int, { description: 'How many were removed.' })
  readonly removed!: number;

  @Field(() => Int, { description: 'How many were not on the list.' })
  readonly notThere!: number;
}

export function doNotCallEntryFrom({ reason, addedAtMs, expiresAtMs }: StoredEntry): DoNotCallEntry {
  return {
    reason: reason ?? null,
    addedAt: new Date(addedAtMs),
    expiresAt: expiresAtMs === undefined ? null : new Date(expiresAtMs),
  };
}
