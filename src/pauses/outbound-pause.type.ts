import { Field, ID, ObjectType } from 'type-graphql';
import { Authorize } from '../graphql/authorize.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import type { Pause } from '../ledger/pauses.js';
import { PausedTrafficType } from './paused-traffic-type.enum.js';

@ObjectType({ description: 'A stop of outbound calls, which stands until somebody resumes them.' })
export class OutboundPause {
  @Field(() => ID, { description: 'What resumeOutboundCalling takes.' })
  readonly id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Whose calls it holds; null where it holds those of all tenants.',
  })
  readonly tenant!: string | null;

  @Field(() => PausedTrafficType, { nullable: true, description: 'Which traffic it holds; null where it holds all.' })
  readonly trafficType!: PausedTrafficType | null;

  @Field(() => String, { description: 'Why, as whoever asked for it said.' })
  readonly reason!: string;

  @Field(() => DateTime, { description: 'Since when it stands.' })
  readonly since!: Date;

  @Field(() => String, { description: 'The subject of the token of whoever asked for it.' })
  @Authorize('calls:pause-all')
  readonly by!: string;
}

@ObjectType({ description: 'What became of a pause that was to end.' })
export class ResumedOutboundCalling {
  @Field(() => OutboundPause, {
    nullable: true,
    description: 'The pause that ended; null where no pause has the id, such as one that has ended already.',
  })
  readonly resumed!: OutboundPause | null;

  @Field(() => [OutboundPause], { description: 'The pauses that still hold your calls, as outboundPauses tells them.' })
  readonly pauses!: OutboundPause[];
}

export function outboundPauseFrom({ id, tenant, trafficType, reason, by, sinceMs }: Pause): OutboundPause {
  return {
    id,
    tenant: tenant ?? null,
    trafficType: (trafficType as PausedTrafficType | undefined) ?? null,
    reason,
    since: new Date(sinceMs),
    by,
  };
}
