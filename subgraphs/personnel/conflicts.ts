import pg from 'pg';

/** What the database calls what it refused: the constraint, or the index, that a row would break; null for other errors. */
export const constraintOf = (error: unknown): string | null =>
  error instanceof pg.DatabaseError ? (error.constraint ?? null) : null;

/** The SQLSTATE under which the database refused; null for other errors. */
export const stateOf = (error: unknown): string | null =>
  error instanceof pg.DatabaseError ? (error.code ?? null) : null;
