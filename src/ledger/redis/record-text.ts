import { StoreUnavailable } from '../../store-health.js';
import type { CallRecord, Placement } from '../call-record.js';
import type { DecisionEntry, DecisionRow } from '../decision-entry.js';
import type { KeyedHash } from '../../keyed-hash.js';
import { recordFormat, type RecordKey, type Stored } from '../ledger.js';

type Kind = RecordKey['kind'];

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** A UUID in 22 characters, as ids of Connect are UUIDs; any other id as it is, after a character that no other has. */
export function shortId(id: string): string {
  return uuid.test(id) ? Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url') : `~${id}`;
}

function fullId(short: string): string {
  if (short.startsWith('~')) return short.slice(1);
  if (!/^[\w-]{22}$/.test(short)) throw new StoreUnavailable(new Error('a record has an id that is none'));
  const hex = Buffer.from(short, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Begins the fields of a record, which JSON does not, and ends them: of a record that was cut the last one would else be taken for another. */
const mark = '!';

/** `format version changedAtMs value`; the script looks at the first two. The value is JSON, but of a placed call and a placement, which are kept for days, its fields. */
export function textOf(kind: Kind, { version, changedAtMs, value }: Stored): string {
  const fields = kind === 'call' ? fieldsOfCall(value) : kind === 'placement' ? fieldsOfPlacement(value) : undefined;
  const text = fields && isReadable(fields) ? `${mark}${fields.join(' ')}${mark}` : JSON.stringify(value);
  return `${recordFormat} ${version} ${timeText(changedAtMs)} ${text}`;
}

/** Throws StoreUnavailable where the record cannot be read, as where a later version of the gateway wrote it: what it means is not known here. */
export function storedFrom(kind: Kind, text: string | null): Stored | undefined {
  if (text === null || text === '') return undefined;
  const [, format, version, changedAt, value] = /^(\d+) (\S+) (\S+) (.*)$/s.exec(text) ?? [];
  if (Number(format) !== recordFormat || version === undefined || changedAt === undefined || value === undefined) {
    throw new StoreUnavailable(
      new Error(`a record has the format ${format ?? 'of nobody'}; this version reads ${recordFormat}`),
    );
  }
  return { version, changedAtMs: timeFrom(changedAt), value: valueFrom(kind, value) };
}

function valueFrom(kind: Kind, text: string): unknown {
  if (!text.startsWith(mark)) return parsed(text);
  const isWhole = (kind === 'call' || kind === 'placement') && text.endsWith(mark);
  const [first, second, time, ...more] = text.slice(mark.length, -mark.length).split(' ');
  if (!isWhole || first === undefined || second === undefined || time === undefined || more.length > 0) {
    throw new StoreUnavailable(new Error('a record has other fields than it should'));
  }
  const placedAtMs = timeFrom(time);
  if (kind === 'placement') return { instanceId: fullId(first), contactFlowId: fullId(second), placedAtMs };
  const facts = { contactId: fullId(second), placedAtMs };
  return { state: 'placed', requestHash: first, leaseUntilMs: 0, isOutcomeUnknown: false, facts };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The cause is not told: it would quote the record.
    throw new StoreUnavailable(new Error('a record is no JSON'));
  }
}

/** What a decision says as JSON, without what is personal, which has fields of its own and can be erased. */
export function decisionText(entry: DecisionEntry): string {
  return JSON.stringify({ ...entry, keptForMs: undefined, subject: undefined, numberHash: undefined });
}

/** Undefined for a row that is gone. Throws StoreUnavailable where it cannot be read. */
export function decisionFrom({ at, says, subject, number }: Readonly<Record<string, string>>): DecisionRow | undefined {
  if (at === undefined || says === undefined) return undefined;
  return { ...(parsed(says) as DecisionRow), atMs: Number(at), subject, numberHash: number as KeyedHash | undefined };
}

/** Undefined unless the call is placed and nothing else is known of it. */
function fieldsOfCall(value: unknown): readonly string[] | undefined {
  const { state, requestHash, facts, owner, firstSentAtMs, leaseUntilMs, isOutcomeUnknown } = value as CallRecord;
  const isOver = owner === undefined && firstSentAtMs === undefined && leaseUntilMs === 0 && !isOutcomeUnknown;
  return state === 'placed' && facts && isOver
    ? [requestHash, shortId(facts.contactId), timeText(facts.placedAtMs)]
    : undefined;
}

function fieldsOfPlacement(value: unknown): readonly string[] | undefined {
  const { instanceId, contactFlowId, placedAtMs } = value as Partial<Placement>;
  if (instanceId === undefined || contactFlowId === undefined || placedAtMs === undefined) return undefined;
  return [shortId(instanceId), shortId(contactFlowId), timeText(placedAtMs)];
}

/** No field could be taken for several, or is changed on its way. */
function isReadable(fields: readonly string[]): boolean {
  return fields.every((field) => /^[!-~]+$/.test(field));
}

/** Whole milliseconds in base 36; others as they are, after a character that no such number has. */
function timeText(ms: number): string {
  return Number.isSafeInteger(ms) ? ms.toString(36) : `=${ms}`;
}

function timeFrom(text: string): number {
  const ms = text.startsWith('=') ? Number(text.slice(1)) : /^-?[\da-z]+$/.test(text) ? parseInt(text, 36) : NaN;
  if (Number.isNaN(ms)) throw new StoreUnavailable(new Error('a record has a time that is none'));
  return ms;
}
