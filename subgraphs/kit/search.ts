import type { Knex } from 'knex';

/*
 * Chinese search. Trigrams miss words of two characters, which most Chinese words are, so names are indexed by their
 * single characters and pairs: a GIN index over `bigrams(name)` finds the candidates, `position` then decides. Capital
 * letters of ASCII count as small ones, others as themselves: what else is a capital, each server's locale says otherwise.
 */

/** SQL that makes the function behind the generated column of names; once a schema. */
export const CREATE_BIGRAMS = `
  CREATE FUNCTION bigrams(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (
    SELECT coalesce(array_agg(DISTINCT substr(lower(name COLLATE "C"), i, n)), '{}')
    FROM generate_series(1, length(name)) AS i, (VALUES (1), (2)) AS size (n)
    WHERE i + n - 1 <= length(name));`;

/** What a search for `text` must find among a row's bigrams: its pairs, or its only character. */
export function searchGrams(text: string): string[] {
  const characters = [...text.replace(/[A-Z]/g, (capital) => capital.toLowerCase())];
  if (characters.length < 2) return characters;
  return [...new Set(characters.slice(1).map((character, i) => `${characters[i]}${character}`))];
}

/** Restricts a statement to rows whose `name` contains the text; needs the column `name_bigrams`. Blank text: all. */
export const nameContaining =
  (text: string) =>
  (query: Knex.QueryBuilder): void => {
    const wanted = text.trim();
    if (wanted === '') return;
    query.whereRaw(
      'name_bigrams @> ?::text[] AND position(lower(? COLLATE "C") in lower(name COLLATE "C")) > 0',
      [searchGrams(wanted), wanted],
    );
  };
