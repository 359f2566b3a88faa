import { writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { supergraphFile } from '../gateway/supergraph';
import { SUBGRAPH_NAMES } from '../subgraphs';
import { SUPERGRAPH_FILE, sdlOf } from '../subgraphs/kit/sdl';

/** Composes the subgraphs' SDL. Hints about `@sharing` are errors: a class that got lost would open a field. */
export function compose(): { supergraphSdl: string } | { errors: string[] } {
  const result = composeServices(
    SUBGRAPH_NAMES.map((name) => ({
      name,
      // Never called: where a subgraph answers is each gateway's own configuration.
      url: `http://${name}.subgraph`,
      typeDefs: parse(sdlOf(name)),
    })),
  );
  if (result.errors) return { errors: result.errors.map((error) => error.message) };
  const lost = result.hints.filter((hint) => hint.message.includes('@sharing'));
  if (lost.length > 0) return { errors: lost.map((hint) => hint.message) };
  return { supergraphSdl: supergraphFile(result.supergraphSdl, SUBGRAPH_NAMES) };
}

if (require.main === module) {
  const result = compose();
  if ('errors' in result) {
    console.error(`The subgraphs do not compose:\n${result.errors.map((error) => `- ${error}`).join('\n')}`);
    process.exitCode = 1;
  } else {
    writeFileSync(SUPERGRAPH_FILE, result.supergraphSdl);
    console.log(`Composed ${SUBGRAPH_NAMES.length} subgraphs into ${SUPERGRAPH_FILE}.`);
  }
}
