import { refusal } from './errors.js';
import type { Value } from './shapes.js';
import { choice, structure, text } from './shapes.js';
import type { tagFilter } from './wire-shapes.js';

/** A condition on one named field. */
export const stringCondition = structure({
  FieldName: text(),
  Value: text(),
  ComparisonType: choice('STARTS_WITH', 'CONTAINS', 'EXACT'),
});

/** What `stringCondition` reads. */
export type StringCondition = Value<typeof stringCondition>;

/** A tree of conditions: what stands beside each other must all hold. */
export type Criteria<Leaf> = Leaf & {
  readonly OrConditions?: readonly Criteria<Leaf>[];
  readonly AndConditions?: readonly Criteria<Leaf>[];
};

/** Whether a tree of conditions holds, given whether one leaf does; no conditions hold always. */
export function matchesCriteria<Leaf>(
  criteria: Criteria<Leaf> | undefined,
  matchesLeaf: (leaf: Leaf) => boolean,
): boolean {
  if (!criteria) return true;
  const { OrConditions: or, AndConditions: and } = criteria;
  return (
    matchesLeaf(criteria) &&
    (and ?? []).every((one) => matchesCriteria(one, matchesLeaf)) &&
    (or === undefined || or.some((one) => matchesCriteria(one, matchesLeaf)))
  );
}

/** Whether a field (names in lower case) satisfies the condition, without regard to case. Throws InvalidParameterException. */
export function matchesString(
  fields: Readonly<Record<string, string>>,
  condition: StringCondition | undefined,
): boolean {
  if (!condition) return true;
  const { FieldName: name = '', Value: wanted = '', ComparisonType: comparison = 'EXACT' } = condition;
  const field = Object.hasOwn(fields, name.toLowerCase()) ? fields[name.toLowerCase()] : undefined;
  if (field === undefined) throw refusal('InvalidParameterException', 'FieldName is not supported.');
  const [have, want] = [field.toLowerCase(), wanted.toLowerCase()];
  switch (comparison) {
    case 'EXACT':
      return have === want;
    case 'STARTS_WITH':
      return have.startsWith(want);
    case 'CONTAINS':
      if (want.length < 2 || want.length > 25) {
        throw refusal('InvalidParameterException', 'A CONTAINS value must have 2 to 25 characters.');
      }
      return have.includes(want);
  }
}

/** Whether tags satisfy the filter. */
export function matchesTags(
  tags: Readonly<Record<string, string>>,
  filter: Value<typeof tagFilter> | undefined,
): boolean {
  if (!filter) return true;
  const holds = ({ TagKey: key, TagValue: value }: { TagKey?: string; TagValue?: string }): boolean =>
    key === undefined || (Object.hasOwn(tags, key) && (value === undefined || tags[key] === value));
  return (
    (filter.TagCondition === undefined || holds(filter.TagCondition)) &&
    (filter.AndConditions ?? []).every(holds) &&
    (filter.OrConditions === undefined || filter.OrConditions.some((all) => all.every(holds)))
  );
}
