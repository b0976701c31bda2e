import { Checked } from '../../graphql/rules/checked.js';
import { phoneNumberProblem } from '../../numbers/phone-number-problem.js';

/** The value must be a possible phone number in E.164 form, written as `+12065550100`. */
export function IsPhoneNumber(): PropertyDecorator {
  return Checked('phoneNumber', (value) => {
    const problem = phoneNumberProblem(String(value));
    return problem ? [problem] : [];
  });
}
