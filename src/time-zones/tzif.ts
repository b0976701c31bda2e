import type { TransitionList } from './zone-clock.js';
import { noLocalTime, YearlyRule } from './yearly-rule.js';

const headerBytes = 44;
/** The format has no zone further from UTC (RFC 9636, 3.2). */
const maxOffsetSeconds = 26 * 3600;
/** Version 1 lists transitions up to the end of 32-bit time, 2038-01-19T03:14:08Z. */
const endOfVersion1Ms = 2 ** 31 * 1000;

interface Header {
  readonly version: number;
  readonly isUtCount: number;
  readonly isStandardCount: number;
  readonly leapCount: number;
  readonly transitionCount: number;
  readonly typeCount: number;
  readonly characterCount: number;
}

/**
 * The local time of a zone from a TZif file (RFC 9636), as zic writes it into /usr/share/zoneinfo. Of versions from 2 on the 64-bit block and the rule behind
 * it count; of version 1 the only block. Throws where the bytes are no such file, end early or contradict themselves, and where the file counts leap
 * seconds, as those below `right/` do: their instants are not those of the machine's clock.
 */
export function parseTzif(bytes: Buffer): TransitionList {
  const first = headerAt(bytes, 0);
  if (first.version === 1) return { ...blockAt(bytes, 0, first, 4), endMs: endOf(first, endOfVersion1Ms) };
  const start = headerBytes + blockBytes(first, 4);
  const header = headerAt(bytes, start);
  const list = blockAt(bytes, start, header, 8);
  const footer = /^\n([^\n]*)\n/.exec(bytes.toString('latin1', start + headerBytes + blockBytes(header, 8)))?.[1];
  if (footer === undefined) throw new Error('its last line is missing');
  // Without a rule the time after the last transition is unspecified.
  if (footer === '') return { ...list, endMs: endOf(header, list.startsMs.at(-1) ?? 0) };
  const rule = YearlyRule.parse(footer);
  if (!rule) throw new Error('its last line is not a rule that is known');
  return { ...list, rule, endMs: Infinity };
}

/** A file without transitions and without a rule has one local time for ever. */
function endOf({ transitionCount }: Header, endMs: number): number {
  return transitionCount === 0 ? Infinity : endMs;
}

function headerAt(bytes: Buffer, start: number): Header {
  if (bytes.length < start + headerBytes) throw new Error('it ends early');
  if (bytes.toString('latin1', start, start + 4) !== 'TZif') throw new Error('it is not a TZif file');
  const count = (index: number) => bytes.readUInt32BE(start + 20 + 4 * index);
  const digit = bytes[start + 4]!;
  const version = digit === 0 ? 1 : digit - 0x30;
  if (version < 1 || version > 9) throw new Error('its version is unknown');
  return {
    version,
    isUtCount: count(0),
    isStandardCount: count(1),
    leapCount: count(2),
    transitionCount: count(3),
    typeCount: count(4),
    characterCount: count(5),
  };
}

function blockBytes(header: Header, timeBytes: 4 | 8): number {
  return (
    header.transitionCount * (timeBytes + 1) +
    header.typeCount * 6 +
    header.characterCount +
    header.leapCount * (timeBytes + 4) +
    header.isStandardCount +
    header.isUtCount
  );
}

function blockAt(
  bytes: Buffer,
  start: number,
  header: Header,
  timeBytes: 4 | 8,
): Pick<TransitionList, 'startsMs' | 'offsetsMs'> {
  const { transitionCount, typeCount } = header;
  const timesAt = start + headerBytes;
  if (bytes.length < timesAt + blockBytes(header, timeBytes)) throw new Error('it ends early');
  if (header.leapCount > 0) throw new Error('it counts leap seconds');
  if (typeCount === 0) throw new Error('it has no local time');
  const indicesAt = timesAt + transitionCount * timeBytes;
  const typesAt = indicesAt + transitionCount;
  const namesAt = typesAt + typeCount * 6;
  const names = bytes.toString('latin1', namesAt, namesAt + header.characterCount);
  const offsets = Array.from({ length: typeCount }, (_, type) => {
    const seconds = bytes.readInt32BE(typesAt + type * 6);
    if (Math.abs(seconds) > maxOffsetSeconds) throw new Error('it has an offset that no place has');
    const [abbreviation] = names.slice(bytes[typesAt + type * 6 + 5]).split('\0');
    return `<${abbreviation}>` === noLocalTime ? undefined : seconds * 1000;
  });
  const startsMs = Array.from({ length: transitionCount }, (_, index) => {
    const at = timesAt + index * timeBytes;
    return (
      1000 * (timeBytes === 4 ? bytes.readInt32BE(at) : bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4))
    );
  });
  // zic up to 2021b may write two transitions at one instant.
  if (startsMs.some((atMs, index) => atMs < (startsMs[index - 1] ?? -Infinity)))
    throw new Error('its transitions are out of order');
  const later = startsMs.map((_, index) => {
    const type = bytes[indicesAt + index]!;
    if (type >= typeCount) throw new Error('it names a local time that it does not have');
    return offsets[type];
  });
  return { startsMs, offsetsMs: [offsets[0], ...later] };
}
