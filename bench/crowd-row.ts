/** What one measurement of the crowd showed, and whether that is within its bound. */
export interface Row {
  readonly what: string;
  readonly is: string;
  readonly bound: string;
  readonly isKept: boolean;
}

export const ms = (value: number) => `${whole(value)} ms`;
export const whole = (value: number) => Math.round(value).toLocaleString('en');
