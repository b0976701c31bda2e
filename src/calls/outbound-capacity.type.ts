import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Capacity } from '../coordination/rate-limiter.js';

@ObjectType({ description: 'What is left of the quota of call starts, for all replicas and everybody together.' })
export class OutboundCapacity {
  @Field(() => Float, {
    description: 'Starts a second at present: less than the quota after Connect refused too much.',
  })
  readonly ratePerSecond!: number;

  @Field(() => Int, { description: 'How many starts may come at once.' })
  readonly burst!: number;

  @Field(() => Int, { description: 'How many calls would start at once now.' })
  readonly available!: number;

  @Field(() => Int, { description: 'How many calls wait for their permits.' })
  readonly queueLength!: number;

  @Field(() => Int, { description: 'How long a GENERAL call of yours would about wait for its permit.' })
  readonly estimatedWaitMsGeneral!: number;

  @Field(() => Int, { description: 'How long a CAMPAIGN call of yours would about wait for its permit.' })
  readonly estimatedWaitMsCampaign!: number;
}

export function outboundCapacityFrom(capacity: Capacity): OutboundCapacity {
  const { ratePerSecond, burst, available, waiting, generalWaitMs, campaignWaitMs } = capacity;
  return {
    ratePerSecond,
    burst,
    available: Math.floor(available),
    queueLength: waiting,
    estimatedWaitMsGeneral: Math.ceil(generalWaitMs),
    estimatedWaitMsCampaign: Math.ceil(campaignWaitMs),
  };
}
