import { Checked } from './checked.js';
import type { RuleProblem } from './checked.js';
import { ListOfAtMost } from './list-of-at-most.rule.js';
import { mapEntriesProblems, mostEntries } from './map-entries.js';
import type { MapEntries } from './map-entries.js';
import { textProblem } from './text.rule.js';

interface AttributeEntry {
  readonly key: string;
  readonly value: string;
}

/** What all attributes of one contact may have together, keys and values. */
export const maxAttributeBytes = 32_768;
const maxCharacters = 32_767;
/** A-Z, a-z, 0-9, - and _. */
const keySymbols = 64;

const attributes: MapEntries<AttributeEntry> = {
  key: 'key',
  members: { key: ({ key }) => keyProblems(key), value: ({ value }) => valueProblems(value) },
  sent: ({ key, value }) => [key, value],
  maxBytes: maxAttributeBytes,
};

/** The value must be a list of `{ key, value }` that Amazon Connect takes as the attributes of a contact. */
export function IsAttributeList(): PropertyDecorator {
  const isShort = ListOfAtMost(mostEntries(maxAttributeBytes, keySymbols));
  const isValid = Checked('attributeList', (value) =>
    mapEntriesProblems(value as readonly AttributeEntry[], attributes),
  );
  return (prototype, member) => {
    isShort(prototype, member);
    isValid(prototype, member);
  };
}

function keyProblems(key: string): RuleProblem[] {
  if (/^[A-Za-z0-9_-]+$/.test(key) && key.length <= maxCharacters) return [];
  const message = `must have 1 to ${maxCharacters} characters of A-Z, a-z, 0-9, - and _ only`;
  return [{ rule: 'attributeKey', message }];
}

function valueProblems(value: string): RuleProblem[] {
  const problem = textProblem(value, 0, maxCharacters);
  return problem ? [problem] : [];
}
