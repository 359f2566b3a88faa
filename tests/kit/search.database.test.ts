import fc from 'fast-check';
import { CREATE_BIGRAMS, nameContaining } from '../../subgraphs/kit/search';
import { useTables } from '../support/tables';

describe('a search by name', () => {
  const world = useTables(
    'kit_search',
    `${CREATE_BIGRAMS}
   CREATE TABLE names (
     id int PRIMARY KEY,
     name text NOT NULL,
     name_bigrams text[] GENERATED ALWAYS AS (bigrams(name)) STORED
   );
   CREATE INDEX names_by_name ON names USING gin (name_bigrams);`,
  );

  /** The names among `names` that a search for `text` finds, in their order. */
  async function find(names: readonly string[], text: string): Promise<string[]> {
    return world.database.asOwner(async (db) => {
      await db.raw('DELETE FROM names');
      await db('names').insert(names.map((name, id) => ({ id, name })));
      const rows: { name: string }[] = await db<{ id: number; name: string }>('names')
        .modify(nameContaining(text))
        .orderBy('id');
      return rows.map((row) => row.name);
    });
  }

  it.each([
    ['two characters', '金泽', ['金泽镇', '青浦区金泽镇']],
    ['a single character', '镇', ['金泽镇', '西塘镇', '青浦区金泽镇']],
    ['a whole name', '西塘镇', ['西塘镇']],
    ['the characters in another order', '泽金', []],
    ['pairs that stand apart in the name', '金泽塘', []],
    ['spaces around it', ' 西塘 ', ['西塘镇']],
    ['nothing but spaces, which narrows nothing', '  ', ['金泽镇', '西塘镇', '青浦区金泽镇']],
  ])('finds %s', async (_, text, found) => {
    expect(await find(['金泽镇', '西塘镇', '青浦区金泽镇'], text)).toEqual(found);
  });

  it('takes wildcards for themselves', async () => {
    expect(await find(['100%', '100元', 'a_b', 'axb'], '0%')).toEqual(['100%']);
    expect(await find(['100%', '100元', 'a_b', 'axb'], 'a_b')).toEqual(['a_b']);
  });

  it('does not tell capital letters from small ones', async () => {
    expect(await find(['A座', 'a座', 'B座'], 'a座')).toEqual(['A座', 'a座']);
    expect(await find(['A座', 'a座', 'B座'], 'A座')).toEqual(['A座', 'a座']);
  });

  it('finds a name by any part of it', async () => {
    const anyName = fc.string({
      unit: fc.constantFrom(
        '金',
        '泽',
        '镇',
        'A',
        'a',
        'Ａ',
        'É',
        'İ',
        'ß',
        '𠮷',
        '1',
        ' ',
        '%',
        '_',
        "'",
        '\\',
        '?',
      ),
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(anyName, fc.nat(), fc.nat(), async (name, from, length) => {
        const characters = [...name];
        const start = from % characters.length;
        const part = characters.slice(start, start + 1 + (length % characters.length)).join('');
        expect(await find([name], part)).toEqual([name]);
      }),
      { numRuns: 100 },
    );
  });

  it('asks the index for its candidates', async () => {
    const plan = await world.database.asOwner(async (db) => {
      await db.raw('SET LOCAL enable_seqscan = off');
      return db.raw(`EXPLAIN ${db('names').modify(nameContaining('金泽')).toQuery()}`);
    });
    expect(JSON.stringify(plan)).toContain('Bitmap Index Scan on names_by_name');
  });
});
