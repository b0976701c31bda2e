import { numberOnWire } from '../directory.wire.js';
import { refusal } from '../errors.js';
import { operation } from '../operation.js';
import { choice, list, structure, text, whole } from '../shapes.js';

/** The phone numbers of one instance, given by id or ARN, or of the whole account. */
export const listPhoneNumbersV2 = operation({
  name: 'ListPhoneNumbersV2',
  input: structure({
    TargetArn: text(),
    InstanceId: text({ min: 1, max: 100 }),
    MaxResults: whole({ min: 1, max: 1_000 }),
    NextToken: text({ min: 1, max: 100_000 }),
    PhoneNumberCountryCodes: list(text({ pattern: /^[A-Z]{2}$/ }), { max: 10 }),
    PhoneNumberTypes: list(
      choice('TOLL_FREE', 'DID', 'UIFN', 'SHARED', 'THIRD_PARTY_TF', 'THIRD_PARTY_DID', 'SHORT_CODE'),
      { max: 6 },
    ),
    PhoneNumberPrefix: text({ pattern: /^\+?[0-9]{1,11}$/ }),
  }),
  // The model has no InvalidRequestException here.
  lacks: ['InvalidRequestException'],
  handle(request, { directory, pager }) {
    const { TargetArn, InstanceId, MaxResults, NextToken, PhoneNumberPrefix = '+' } = request;
    const { PhoneNumberCountryCodes: countries = [], PhoneNumberTypes: types = [] } = request;
    if (TargetArn !== undefined && InstanceId !== undefined) {
      throw refusal('InvalidParameterException', 'Only one of TargetArn and InstanceId can be given.');
    }
    const instances = directory.instances.filter(
      ({ id }) => (InstanceId ?? id) === id && (TargetArn ?? directory.arn(id)) === directory.arn(id),
    );
    if (instances.length === 0) throw refusal('ResourceNotFoundException', 'The instance was not found.');
    const numbers = instances
      .flatMap((instance) => instance.numbers.map((claimed) => ({ instance, claimed })))
      .filter(
        ({ claimed }) =>
          (countries.length === 0 || countries.includes(claimed.country)) &&
          (types.length === 0 || types.includes(claimed.type)) &&
          claimed.number.startsWith(PhoneNumberPrefix),
      );
    const page = pager.page(numbers, {
      nextToken: NextToken,
      size: MaxResults ?? 100,
      scope: ['ListPhoneNumbersV2', TargetArn, InstanceId, countries, types, PhoneNumberPrefix],
    });
    return {
      ListPhoneNumbersSummaryList: page.items.map(({ instance, claimed }) =>
        numberOnWire(directory, instance, claimed),
      ),
      NextToken: page.nextToken,
    };
  },
});
