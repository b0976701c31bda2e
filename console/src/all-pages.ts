import type { TypedDocumentNode } from '@apollo/client';
import { useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';

/** A query for one page of the field that it calls `list`. */
export type ListQuery<Row> = TypedDocumentNode<
  {
    readonly list: {
      readonly nodes: readonly Row[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    } | null;
  },
  { after?: string | null }
>;

export interface AllPages<Row> {
  /** What was read so far; undefined until the first page is there, or has failed. */
  readonly rows: readonly Row[] | undefined;
  /** There are more rows, which are left out: as many as `maxRows` are there. */
  readonly isCut: boolean;
  readonly error: unknown;
  /** After an error: goes on with the page that failed. */
  readonly readOn: () => void;
}

/** Ten pages: what a person may still find something in, at a bounded number of requests. */
export const maxRows = 1_000;

/** Reads a list page after page, each asked for once the one before has come; the cache's field policy puts them together. */
export function useAllPages<Row>(query: ListQuery<Row>): AllPages<Row> {
  const { client, data, error, loading, fetchMore, refetch } = useQuery(query);
  const [stopped, setStopped] = useState<{ readonly by: typeof client; readonly error: unknown }>();
  const list = data?.list;
  const next = list?.pageInfo.hasNextPage === true ? list.pageInfo.endCursor : null;
  const isCut = next !== null && (list?.nodes.length ?? 0) >= maxRows;
  // Another client, such as with another token, starts afresh.
  const stop = stopped?.by === client ? stopped.error : undefined;
  const after = isCut || stop !== undefined ? null : next;

  useEffect(() => {
    if (after === null) return;
    fetchMore({ variables: { after } }).catch((reason: unknown) => {
      setStopped({ by: client, error: reason });
    });
  }, [after, client, fetchMore]);

  return {
    rows: list?.nodes ?? (loading ? undefined : []),
    isCut,
    error: error ?? stop,
    readOn: () => {
      setStopped(undefined);
      // Its failure is shown as `error`.
      if (error) refetch().catch(() => undefined);
    },
  };
}
