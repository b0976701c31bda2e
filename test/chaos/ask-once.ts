interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly extensions: {
      readonly code: string;
      readonly retryable: boolean;
      readonly retryAfterMs?: number;
      readonly refusals?: readonly { readonly reason: string }[];
    };
  }[];
}

/** Undefined where there was no answer, or none that can be read. */
export type Asked<Data> = Answer<Data> | undefined;

export interface Question {
  readonly token: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** After so long the caller hangs up. */
  readonly patienceMs: number;
}

/** Asks the gateway at `url` once. */
export async function askOnce<Data>(
  url: string,
  { token, query, variables, patienceMs }: Question,
): Promise<Asked<Data>> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(patienceMs),
    });
    return (await response.json()) as Answer<Data>;
  } catch {
    return undefined;
  }
}
