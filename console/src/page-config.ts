export interface Suggestion {
  readonly number: string;
  readonly what: string;
}

/** What the server that hands out this page wrote into it. */
export interface PageConfig {
  /** A bearer token to begin with; empty where the person has to give one. */
  readonly token: string;
  /** Destinations worth trying. */
  readonly destinations: readonly Suggestion[];
}

/** The JSON of the page's `console-config` element; an empty token and no suggestions where there is none. */
export function readPageConfig(page: Document): PageConfig {
  const written = JSON.parse(page.getElementById('console-config')?.textContent ?? '{}') as Partial<PageConfig>;
  return { token: written.token ?? '', destinations: written.destinations ?? [] };
}
