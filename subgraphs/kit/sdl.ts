import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const SCHEMA_DIRECTORY = path.join(__dirname, '..', '..', 'schema');
export const SUPERGRAPH_FILE = path.join(SCHEMA_DIRECTORY, 'supergraph.graphql');

/** The subgraphs that the contract holds, each in a folder of its own. */
export const contractSubgraphs = (): string[] =>
  readdirSync(SCHEMA_DIRECTORY, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

/** The SDL of one subgraph: what all share, then its features in the order of their names. */
export function sdlOf(subgraph: string): string {
  const folder = path.join(SCHEMA_DIRECTORY, subgraph);
  const features = readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort();
  return [path.join(SCHEMA_DIRECTORY, 'common.graphql'), ...features.map((file) => path.join(folder, file))]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

/** SHA-256 over the subgraphs' SDL, hex: the first line of a supergraph says which sources it was composed from. */
export function sourceHash(subgraphs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const name of [...subgraphs].sort()) hash.update(`${name}\n${sdlOf(name)}\n`);
  return hash.digest('hex');
}
