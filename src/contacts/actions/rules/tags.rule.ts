import { Checked } from '../../../graphql/rules/checked.js';
import type { RuleProblem } from '../../../graphql/rules/checked.js';
import { mapEntriesProblems } from '../../../graphql/rules/map-entries.js';
import type { MapEntries } from '../../../graphql/rules/map-entries.js';
import { textProblem } from '../../../graphql/rules/text.rule.js';
import { readableEntries } from '../../../graphql/unreadable.js';

interface TagEntry {
  readonly key: string;
  readonly value: string;
}

const tags: MapEntries<TagEntry> = {
  key: 'key',
  members: { key: ({ key }) => keyProblems(key), value: ({ value }) => valueProblems(value) },
  sent: ({ key, value }) => [key, value],
  // Connect limits each of them, and how many there are.
  maxBytes: Number.POSITIVE_INFINITY,
};

/** The value must be a list of `{ key, value }` that Amazon Connect takes as the tags of a contact. */
export function IsTagList(): PropertyDecorator {
  return Checked('tagList', (value) => mapEntriesProblems(value as readonly TagEntry[], tags));
}

/** The value must be a list of keys that a tag of a contact can have. */
export function IsTagKeyList(): PropertyDecorator {
  return Checked('tagKeyList', function* (value) {
    for (const [index, key] of readableEntries(value as readonly string[]))
      for (const problem of keyProblems(key)) yield { path: String(index), ...problem };
  });
}

function keyProblems(key: string): RuleProblem[] {
  if (key.startsWith('aws:')) return [{ rule: 'tagKeyReserved', message: 'begins with aws:, which only AWS may use' }];
  // From `+` to `=` is a range in Connect's own pattern: the digits, and what stands between.
  if (/^[a-zA-Z+-=._:/]{1,128}$/.test(key)) return [];
  return [{ rule: 'tagKey', message: 'must have 1 to 128 characters of A-Z, a-z, 0-9 and + - = . _ : / only' }];
}

function valueProblems(value: string): RuleProblem[] {
  const problem = textProblem(value, 0, 256);
  return problem ? [problem] : [];
}
