/** The most points that one operation may cost. A field is 1 unless its declaration says more, as `complexity`. */
export const costLimit = 20_000;

/** An operation of `costLimit` points is thus answered with 10 MB at most. */
const bytesPerPoint = 512;
/** For what an operation asks beside its one large value. */
const pointsBeside = 1_000;

/** The `complexity` of a field whose value may have so many bytes. */
export function costOfBytes(bytes: number): number {
  return Math.ceil(bytes / bytesPerPoint);
}

/** The same for a value that anybody may ask for: an operation has room for one of them, of whatever size, and never for two. */
export function costOfOnly(bytes: number): number {
  const moreThanHalf = Math.floor(costLimit / 2) + 1;
  return Math.min(Math.max(costOfBytes(bytes), moreThanHalf), costLimit - pointsBeside);
}
