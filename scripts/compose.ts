import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { Command } from 'commander';
import { parse } from 'graphql';
import { supergraphFile } from '../gateway/supergraph';
import { SetupError } from '../subgraphs/kit/migrate';
import { SUPERGRAPH_FILE, sdlOf } from '../subgraphs/kit/sdl';
import { SUBGRAPH_NAMES } from '../subgraphs/names';
import { runCommand } from './lifecycle';

type Composed = { supergraphSdl: string } | { errors: string[] };

/** Composes subgraphs. Hints about `@sharing` are errors: a class that got lost would open a field. */
export function composeSources(sources: readonly { name: string; sdl: string }[]): Composed {
  const result = composeServices(
    sources.map(({ name, sdl }) => ({
      name,
      // Never called: where a subgraph answers is each gateway's own configuration.
      url: `http://${name}.subgraph`,
      typeDefs: parse(sdl),
    })),
  );
  if (result.errors) return { errors: result.errors.map((error) => error.message) };
  const lost = result.hints.filter((hint) => hint.message.includes('@sharing'));
  if (lost.length > 0) return { errors: lost.map((hint) => hint.message) };
  return { supergraphSdl: result.supergraphSdl };
}

/** The supergraph of the hub, as it is committed. */
export function compose(): Composed {
  const result = composeSources(SUBGRAPH_NAMES.map((name) => ({ name, sdl: sdlOf(name) })));
  return 'errors' in result
    ? result
    : { supergraphSdl: supergraphFile(result.supergraphSdl, SUBGRAPH_NAMES) };
}

const command = new Command('npm run compose --')
  .description('Composes schema/<subgraph>/*.graphql into schema/supergraph.graphql, which gateways serve.')
  .option('--check', 'write nothing; say whether the committed supergraph is fresh')
  .action(({ check = false }: { check?: boolean }) => {
    const result = compose();
    if ('errors' in result) {
      throw new SetupError(
        `The subgraphs do not compose:\n${result.errors.map((error) => `- ${error}`).join('\n')}`,
      );
    }
    if (!check) {
      writeFileSync(SUPERGRAPH_FILE, result.supergraphSdl);
      console.log(`Composed ${SUBGRAPH_NAMES.join(', ')} into ${SUPERGRAPH_FILE}.`);
    } else if (
      !existsSync(SUPERGRAPH_FILE) ||
      readFileSync(SUPERGRAPH_FILE, 'utf8') !== result.supergraphSdl
    ) {
      throw new SetupError('schema/supergraph.graphql is stale. Make it anew with: npm run compose');
    }
  });

if (require.main === module) void runCommand(command);
