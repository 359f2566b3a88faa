import DataLoader from 'dataloader';

/**
 * A loader of one row a key. `load` gets distinct keys and answers in any order, without the missing ones; `keyOf`
 * says which key a row answers. Missing rows are null.
 */
export function rowLoader<Key extends string, Row>(
  load: (keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): DataLoader<Key, Row | null> {
  return new DataLoader(async (keys) => {
    const rows = new Map((await load(keys)).map((row) => [keyOf(row), row]));
    return keys.map((key) => rows.get(key) ?? null);
  });
}

/** The row that a foreign key, or the like, vouches for. Throws when it is missing, which is a bug. */
export async function loadExisting<Key extends string, Row>(
  loader: DataLoader<Key, Row | null>,
  key: Key,
): Promise<Row> {
  const row = await loader.load(key);
  if (row === null) throw new Error(`${key} is referred to and does not exist`);
  return row;
}

/** A loader of the rows that belong to a key, in the order of `load`; an empty list for a key without any. */
export function listLoader<Key extends string, Row>(
  load: (keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): DataLoader<Key, Row[]> {
  return new DataLoader(async (keys) => {
    const lists = new Map<Key, Row[]>(keys.map((key) => [key, []]));
    for (const row of await load(keys)) lists.get(keyOf(row))?.push(row);
    return keys.map((key) => lists.get(key) ?? []);
  });
}

/**
 * A loader for fields with arguments: parents asked with equal arguments are loaded in one call. `load` answers each
 * distinct parent.
 */
export function argumentLoader<Args extends object, Result>(
  load: (parents: readonly string[], args: Args) => Promise<ReadonlyMap<string, Result>>,
): (parent: string, args: Args) => Promise<Result> {
  const loaders = new Map<string, DataLoader<string, Result>>();
  return (parent, args) => {
    const key = JSON.stringify(Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1)));
    let loader = loaders.get(key);
    if (!loader) {
      loader = new DataLoader(async (parents) => {
        const results = await load(parents, args);
        return parents.map((p) => {
          const result = results.get(p);
          return result === undefined ? new Error(`no result for ${p}`) : result;
        });
      });
      loaders.set(key, loader);
    }
    return loader.load(parent);
  };
}
