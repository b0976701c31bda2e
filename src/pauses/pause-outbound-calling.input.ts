import { IsOptional } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { Authorize } from '../graphql/authorize.js';
import { IsText } from '../graphql/rules/text.rule.js';
import { PausedTrafficType } from './paused-traffic-type.enum.js';

@InputType({ description: 'Which outbound calls are to stop: those of your tenant unless it says more.' })
export class PauseOutboundCallingInput {
  @Field(() => String, {
    description:
      'Why, for whoever finds calls paused and for the log: 1 to 256 characters without personal data. A pause of the same calls for the same reason is one. Example: `Wrong list was loaded`.',
  })
  @IsText(1, 256)
  readonly reason!: string;

  @Field(() => PausedTrafficType, { nullable: true, description: 'Only calls of this traffic; all when left out.' })
  @IsOptional()
  readonly trafficType?: PausedTrafficType | null;

  @Authorize('calls:pause-all')
  @Field(() => String, { nullable: true, description: 'The calls of this tenant; of your own when left out.' })
  @IsOptional()
  @IsText(1, 256)
  readonly tenant?: string | null;

  @Authorize('calls:pause-all')
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'The calls of all tenants, whatever `tenant` says.',
  })
  readonly allTenants!: boolean;
}
