import type { Knex } from 'knex';

/*
 * Chinese search. Trigrams miss words of two characters, which most Chinese words are, so names are indexed by their
 * single characters and pairs: a GIN index over `bigrams(name)` finds the candidates, `position` then decides. Capital
 * letters of ASCII count as small ones, others as themselves: what else is a capital, each server's locale says otherwise.
 */

/**
 * SQL that makes the function behind the generated column of names; once a schema. It counts in a loop, because a query
 * in its place is set up anew for every row: seven times the work.
 */
export const CREATE_BIGRAMS = `
  CREATE FUNCTION bigrams(name text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
      lowered text := lower(name COLLATE "C");
      grams text[] := '{}';
    BEGIN
      FOR i IN 1 .. length(lowered) LOOP
        -- At the last character both are that character.
        grams := grams || ARRAY[substr(lowered, i, 1), substr(lowered, i, 2)];
      END LOOP;
      RETURN grams;
    END $$;`;

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
