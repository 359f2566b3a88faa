import { type Attributes, SpanKind } from '@opentelemetry/api';
import pg from 'pg';
import { errorTypeOf, type Span } from './tracing';

/** A statement as the comment before it and its first word tell it. */
const STATEMENT = /^\s*(?:\/\*\s*(.+?)\s*\*\/)?[\s(]*([a-z]+)/i;

/** What a statement does, and the store's method that it comes from, where it says so. */
export function summaryOf(sql: string): { operation: string; summary: string } {
  const [, method, word = 'statement'] = STATEMENT.exec(sql) ?? [];
  const operation = word.toUpperCase();
  return { operation, summary: method === undefined ? operation : `${operation} ${method}` };
}

/**
 * Sends a statement as a part of what is recorded. Its span says what kind of statement it is, which method of a store it
 * comes from, and how many rows it had; of its text, and so of its values, nothing.
 */
export async function inStatementSpan<Answer>(
  parent: Span | null,
  sql: string,
  send: () => Promise<Answer>,
): Promise<Answer> {
  if (!parent?.isRecorded) return send();
  const { operation, summary } = summaryOf(sql);
  const span = parent.child(summary, {
    kind: SpanKind.CLIENT,
    attributes: {
      ...{ 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.query.summary': summary },
    },
  });
  try {
    const answer = await send();
    span.set(rowsOf(answer));
    span.end();
    return answer;
  } catch (error) {
    const type = errorTypeOf(error);
    if (error instanceof pg.DatabaseError) span.set({ 'db.response.status_code': type });
    span.end(type);
    throw error;
  }
}

/** How many rows came back, and how many were changed: what knex hands around has the driver's answer in it. */
function rowsOf(answer: unknown): Attributes {
  const { response } = (answer ?? {}) as { response?: Partial<pg.QueryResult> };
  if (!Array.isArray(response?.rows)) return {};
  const { command, rowCount, rows } = response;
  return {
    'db.response.returned_rows': rows.length,
    ...(command !== 'SELECT' && typeof rowCount === 'number' && { 'hub.db.affected_rows': rowCount }),
  };
}
