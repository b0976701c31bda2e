import { ValidateBy } from 'class-validator';
import { listRule } from '../member-rules.js';

/** The value must be a list of at most `most` entries; no other rule looks further. Every list of an input class has it. */
export function ListOfAtMost(most: number): PropertyDecorator {
  return ValidateBy({
    name: listRule,
    constraints: [most],
    validator: {
      validate: (value) => !Array.isArray(value) || value.length <= most,
      defaultMessage: () => `must have at most ${most} entries`,
    },
  });
}
