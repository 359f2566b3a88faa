import { buildASTSchema, parse } from 'graphql';
import type { ItemName } from '../../kit/catalog';
import { contractSubgraphs, sdlOf } from '../../kit/sdl';
import { type CatalogEntry, catalogEntries, isOperation } from './rules';

let entries: readonly CatalogEntry[] | null = null;
let items: ReadonlyMap<string, ItemName> | null = null;

/** The catalog of the contract that this process was started with. Read once, when it is first asked for. */
export function sharingCatalog(): readonly CatalogEntry[] {
  entries ??= catalogEntries(
    contractSubgraphs().map((subgraph) => ({
      subgraph,
      // Without federation's own directives and checks, which composition has made: they take twenty times as long.
      schema: buildASTSchema(parse(sdlOf(subgraph)), { assumeValidSDL: true }),
    })),
  );
  return entries;
}

/** The item that a field (`Type.field`) belongs to; null when the catalog has none such. */
export function itemOfField(coordinate: string): ItemName | null {
  items ??= new Map(
    sharingCatalog().flatMap(({ item, fields }) => fields.map((field) => [field.coordinate, item] as const)),
  );
  return items.get(coordinate) ?? null;
}

/** The same for a field of a row; an operation is none. */
export const itemOfRowField = (coordinate: string): ItemName | null =>
  isOperation(coordinate) ? null : itemOfField(coordinate);
