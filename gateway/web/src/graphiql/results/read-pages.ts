import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Withheld } from '../../shared/hub';
import type { Language } from '../../shared/messages';
import { MESSAGES } from '../../shared/messages';
import { Trouble } from '../../shared/trouble';
import type { Exchange } from '../exchanges';
import { pagedOperation } from './paging';
import { type Table, tablesOf } from './tables';

/** A list, read on as far as it goes: so many pages, or to the end. */
interface Reading {
  exchange: Exchange;
  schema: GraphQLSchema;
  table: Table;
  mostPages: number;
  signal: AbortSignal;
  onPage(table: Table): void;
}

/** Whether the list of an answer can be read on at all. */
export const canReadOn = (
  schema: GraphQLSchema | null | undefined,
  exchange: Exchange,
  table: Table,
): boolean => schema != null && table.path !== '' && pagedOperation(schema, exchange, table.path) !== null;

/**
 * The list with the pages that follow. The first request is that of the answer, so that its `pageInfo` is known even
 * where the operation did not ask for it. Throws {@link Trouble}.
 */
export async function readOn({
  exchange,
  schema,
  table,
  mostPages,
  signal,
  onPage,
}: Reading): Promise<Table> {
  const paged = pagedOperation(schema, exchange, table.path);
  if (!paged) return table;
  let whole = table;
  for (let pages = 0; pages < mostPages && !signal.aborted; ) {
    // Without a page's end to go on from, the list is read from its beginning.
    const isBeginning = whole.page === null;
    if (!isBeginning) pages += 1;
    if (whole.page && !whole.page.hasNextPage) break;
    const { data, errors, extensions } = await exchange.again({
      query: paged.query,
      operationName: paged.operationName,
      variables: paged.variablesFor(whole.page?.endCursor ?? null),
    });
    const next = tablesOf(data, withheldIn(extensions)).find(({ path }) => path === table.path);
    if (!next) throw new Trouble((messages) => messages.refused(errors?.[0]?.message ?? table.path));
    whole = {
      ...next,
      columns: [...new Set([...(isBeginning ? [] : whole.columns), ...next.columns])],
      rows: isBeginning ? next.rows : [...whole.rows, ...next.rows],
    };
    onPage(whole);
  }
  return whole;
}

const withheldIn = (extensions: ExecutionResult['extensions']): readonly Withheld[] =>
  (extensions as { withheld?: Withheld[] } | undefined)?.withheld ?? [];

export const reasonOf = (error: unknown, language: Language): string => {
  if (error instanceof Trouble) return error.sentence(MESSAGES[language]);
  throw error;
};
