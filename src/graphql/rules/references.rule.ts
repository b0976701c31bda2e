import { isEmail } from 'class-validator';
import type { InputRule } from '../../errors.js';
import { epochSecondsFromIsoDate } from '../iso-date.js';
import { Checked } from './checked.js';
import type { RuleProblem } from './checked.js';
import { ListOfAtMost } from './list-of-at-most.rule.js';
import { mapEntriesProblems, mostEntries } from './map-entries.js';
import type { MapEntries } from './map-entries.js';
import { textProblem } from './text.rule.js';

/** The kinds of reference that can be put on a voice contact. */
export type WritableReferenceType = 'URL' | 'NUMBER' | 'STRING' | 'DATE' | 'EMAIL';

interface ReferenceEntry {
  readonly name: string;
  readonly type: WritableReferenceType;
  readonly value: string;
}

const maxCharacters = 4096;

const maxBytes = 4096;
/** Of a name of one byte; of longer ones there are more than fit. */
const nameSymbols = 128;

const references: MapEntries<ReferenceEntry> = {
  key: 'name',
  members: { name: ({ name }) => nameProblems(name), value: ({ type, value }) => valueProblems(type, value) },
  sent: ({ name, type, value }) => [name, referenceValueAsSent(type, value)],
  maxBytes,
};

/** The value must be a list of `{ name, type, value }` that Amazon Connect takes as the references of a contact. */
export function IsReferenceList(): PropertyDecorator {
  const isShort = ListOfAtMost(mostEntries(maxBytes, nameSymbols));
  const isValid = Checked('referenceList', (value) =>
    mapEntriesProblems(value as readonly ReferenceEntry[], references),
  );
  return (prototype, member) => {
    isShort(prototype, member);
    isValid(prototype, member);
  };
}

/** What Amazon Connect is sent for a reference: a DATE as whole seconds since the epoch, anything else, and what is no date, as given. */
export function referenceValueAsSent(type: WritableReferenceType, value: string): string {
  const epochSeconds = type === 'DATE' ? epochSecondsFromIsoDate(value) : undefined;
  return epochSeconds === undefined ? value : String(epochSeconds);
}

const forms: Readonly<
  Record<
    Exclude<WritableReferenceType, 'STRING'>,
    { fits: (text: string) => boolean; rule: InputRule; message: string }
  >
> = {
  URL: {
    fits: isWebUrl,
    rule: 'referenceUrl',
    message: 'must be a whole http or https URL, such as https://example.com/order/1',
  },
  NUMBER: {
    fits: (text) => /^[+-]?\d+(?:\.\d+)?$/.test(text) && Number.isFinite(Number(text)),
    rule: 'referenceNumber',
    message: 'must be a decimal number, such as 12.5',
  },
  DATE: {
    fits: (text) => epochSecondsFromIsoDate(text) !== undefined,
    rule: 'referenceDate',
    message: 'must be an ISO 8601 date, such as 2030-01-31, or a time with its offset, such as 2030-01-31T09:30:00Z',
  },
  EMAIL: {
    fits: (text) => isEmail(text),
    rule: 'referenceEmail',
    message: 'must be an email address, such as ann@example.com',
  },
};

function nameProblems(name: string): RuleProblem[] {
  const problem = textProblem(name, 1, maxCharacters);
  return problem ? [problem] : [];
}

function valueProblems(type: WritableReferenceType, value: string): RuleProblem[] {
  // No pattern runs over text that is too long anyway.
  const problem = textProblem(value, 0, maxCharacters);
  if (problem) return [problem];
  if (type === 'STRING') return [];
  const { fits, rule, message } = forms[type];
  return fits(value) ? [] : [{ rule, message }];
}

function isWebUrl(text: string): boolean {
  // The URL parser drops line breaks, trims blanks and turns backslashes: what it accepts is not always what was written.
  return /^https?:\/\/(?![/?#])[^\s\p{C}\\"<>^`{|}]+$/iu.test(text) && URL.canParse(text);
}
