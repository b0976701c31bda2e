import { ValidateBy } from 'class-validator';

const hourMs = 3_600_000;

/** A Date that comes after the one in `startMember`, and at most `hours` later. */
export function SpansAtMostHours(startMember: string, hours: number): PropertyDecorator {
  return ValidateBy({
    name: 'timeRange',
    validator: {
      validate: (end: unknown, { object } = {} as never) => {
        const start: unknown = Reflect.get(object, startMember);
        if (!(end instanceof Date) || !(start instanceof Date)) return false;
        const spanMs = end.getTime() - start.getTime();
        return spanMs > 0 && spanMs <= hours * hourMs;
      },
      defaultMessage: () => `must be later than ${startMember}, by at most ${hours.toLocaleString('en')} hours`,
    },
  });
}
