/** What a TZif file says. */
export interface TzifContent {
  /** `\0` for version 1, else the digit. */
  readonly version?: '\0' | '2' | '3' | '4';
  /** Seconds since 1970, and the index of the local time from then on. */
  readonly transitions?: readonly (readonly [number, number])[];
  /** Seconds east of UTC, and the abbreviation. */
  readonly types?: readonly (readonly [number, string])[];
  readonly leapSeconds?: number;
  /** The rule in the last line. */
  readonly footer?: string;
}

/** A TZif file as RFC 9636 describes it. In versions from 2 on its first block, which readers must skip, says something else. */
export function tzifBytes({
  version = '2',
  transitions = [],
  types = [[0, 'UTC']],
  leapSeconds = 0,
  footer = '',
}: TzifContent) {
  const content = { transitions, types, leapSeconds };
  if (version === '\0') return blockOf('\0', content, 4);
  const skipped = { transitions: [[0, 0]] as const, types: [[3600 * 7, 'BAD']] as const, leapSeconds: 0 };
  return Buffer.concat([blockOf(version, skipped, 4), blockOf(version, content, 8), Buffer.from(`\n${footer}\n`)]);
}

function blockOf(
  version: string,
  { transitions, types, leapSeconds }: Required<Pick<TzifContent, 'transitions' | 'types' | 'leapSeconds'>>,
  timeBytes: 4 | 8,
): Buffer {
  const names = types.map(([, name]) => `${name}\0`).join('');
  const counts = [0, 0, leapSeconds, transitions.length, types.length, names.length];
  const time = (seconds: number) => {
    const bytes = Buffer.alloc(timeBytes);
    if (timeBytes === 4) bytes.writeInt32BE(seconds);
    else bytes.writeBigInt64BE(BigInt(seconds));
    return bytes;
  };
  return Buffer.concat([
    Buffer.from(`TZif${version}${'\0'.repeat(15)}`, 'latin1'),
    ...counts.map(int32),
    ...transitions.map(([seconds]) => time(seconds)),
    Buffer.from(transitions.map(([, type]) => type)),
    ...types.map(([seconds, name]) => Buffer.concat([int32(seconds), Buffer.from([0, names.indexOf(`${name}\0`)])])),
    Buffer.from(names, 'latin1'),
    ...Array.from({ length: leapSeconds }, (_, index) => Buffer.concat([time(78_796_800 + index), int32(index + 1)])),
  ]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
