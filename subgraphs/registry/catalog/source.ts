import { buildASTSchema, parse } from 'graphql';
import { contractSubgraphs, sdlOf } from '../../kit/sdl';
import { type CatalogEntry, catalogEntries } from './rules';

let entries: readonly CatalogEntry[] | null = null;

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
