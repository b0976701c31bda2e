import { numberOnWire } from '../directory.wire.js';
import { refusal } from '../errors.js';
import { operation } from '../operation.js';
import { required, structure, text } from '../shapes.js';

/** One phone number of the account. */
export const describePhoneNumber = operation({
  name: 'DescribePhoneNumber',
  input: structure({ PhoneNumberId: required(text()) }),
  handle({ PhoneNumberId }, world) {
    for (const instance of world.directory.instances) {
      const claimed = instance.numbers.find(({ id }) => id === PhoneNumberId);
      if (!claimed) continue;
      return {
        ClaimedPhoneNumberSummary: {
          ...numberOnWire(world.directory, instance, claimed),
          Tags: {},
          PhoneNumberStatus: { Status: 'CLAIMED' },
        },
      };
    }
    throw refusal('ResourceNotFoundException', 'The phone number was not found.');
  },
});
