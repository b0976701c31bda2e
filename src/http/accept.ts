export interface MediaRange {
  /** In lower case, such as `text/event-stream`. */
  readonly type: string;
  readonly parameters: readonly string[];
}

/** What an Accept header names, in its order, without what it refuses by `q=0`. */
export function acceptedRanges(accept = ''): MediaRange[] {
  return accept
    .toLowerCase()
    .split(',')
    .map((range) => range.split(';').map((part) => part.trim()))
    .map(([type = '', ...parameters]) => ({ type, parameters }))
    .filter(({ parameters }) => !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)));
}

/** False for nearly all headers that do not name the type, which need not be taken apart. */
export function mayName(accept: string | undefined, type: string): boolean {
  return accept?.toLowerCase().includes(type) ?? false;
}

/** Whether an Accept header leaves room for JSON; without one, anything is accepted. */
export function acceptsJson(accept: string | undefined): boolean {
  return (
    accept === undefined || acceptedRanges(accept).some(({ type }) => /^(\*|application)\/(\*|.*json)$/.test(type))
  );
}

const responseJson = 'application/graphql-response+json';

/**
 * The media type of an answer that is no stream. Many clients read the errors of an answer whose status is no success only where it has the
 * type of GraphQL over HTTP; one that does not name that type gets plain JSON, whatever else it accepts.
 */
export function acceptedJson(accept: string | undefined): string {
  if (!mayName(accept, responseJson)) return 'application/json';
  return acceptedRanges(accept).some(({ type }) => type === responseJson) ? responseJson : 'application/json';
}
