import { existsSync, readFileSync } from 'node:fs';
import { SetupError } from '../subgraphs/kit/migrate';
import { sourceHash } from '../subgraphs/kit/sdl';

const HEADER = /^# Composed from the sources with SHA-256 ([0-9a-f]{64})\./;

/** A composed supergraph as it is committed: its first line says from which sources it was composed. */
export const supergraphFile = (supergraphSdl: string, subgraphs: readonly string[]): string =>
  `# Composed from the sources with SHA-256 ${sourceHash(subgraphs)}. Made by \`npm run compose\`; do not edit.\n${supergraphSdl}\n`;

/** The committed supergraph. Refuses one that is missing, or that the sources have moved on from. */
export function readSupergraph(file: string, subgraphs: readonly string[]): string {
  if (!existsSync(file)) {
    throw new SetupError(`The supergraph ${file} is missing. Make it with: npm run compose`);
  }
  const sdl = readFileSync(file, 'utf8');
  if (HEADER.exec(sdl)?.[1] !== sourceHash(subgraphs)) {
    throw new SetupError(
      `The supergraph ${file} does not match the schema it was composed from. Make it anew with: npm run compose`,
    );
  }
  return sdl;
}
