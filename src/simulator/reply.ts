/** An answer before it is sent. */
export interface Reply {
  readonly status: number;
  readonly output: object;
  readonly headers: Readonly<Record<string, string>>;
}
