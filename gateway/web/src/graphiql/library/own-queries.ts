import type { SharedQuery } from '../share';

/** A query that somebody at this browser has saved. */
export interface OwnQuery extends SharedQuery {
  name: string;
}

const STORAGE_KEY = 'delta-hub:queries';
const MOST = 100;

export function loadOwnQueries(): OwnQuery[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isOwnQuery) : [];
  } catch {
    return [];
  }
}

/** Headers are not among what is kept, so no token is. */
export function keepOwnQueries(queries: readonly OwnQuery[]): OwnQuery[] {
  const kept = queries.slice(0, MOST);
  localStorage.setItem(STORAGE_KEY, JSON.stringify(kept));
  return kept;
}

function isOwnQuery(value: unknown): value is OwnQuery {
  if (typeof value !== 'object' || value === null) return false;
  const { name, query, variables } = value as Partial<OwnQuery>;
  return [name, query, variables].every((text) => typeof text === 'string');
}
