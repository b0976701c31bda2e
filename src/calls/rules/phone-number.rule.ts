import { Checked } from '../../graphql/rules/checked.js';
import { readableEntries } from '../../graphql/unreadable.js';
import { phoneNumberProblem } from '../../numbers/phone-number-problem.js';

/** The value must be a possible phone number in E.164 form, written as `+12065550100`. */
export function IsPhoneNumber(): PropertyDecorator {
  return Checked('phoneNumber', (value) => {
    const problem = phoneNumberProblem(String(value));
    return problem ? [problem] : [];
  });
}

/** The value must be a list of such numbers. */
export function IsPhoneNumberList(): PropertyDecorator {
  return Checked('phoneNumberList', function* (value) {
    for (const [index, number] of readableEntries(value as readonly string[])) {
      const problem = phoneNumberProblem(number);
      if (problem) yield { path: String(index), ...problem };
    }
  });
}
