import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Supergraph } from '@apollo/federation-internals';
import { Command } from 'commander';
import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  parse,
  print,
  separateOperations,
  validate,
} from 'graphql';
import { documentId, type Manifest } from '../gateway/documents';
import { SetupError } from '../subgraphs/kit/migrate';
import { SUPERGRAPH_FILE } from '../subgraphs/kit/sdl';
import { runCommand } from './lifecycle';

/**
 * The manifest of the operations in files, each with the fragments that it uses, wherever they are written. Throws a
 * sentence that names everything that is wrong with them.
 */
export function manifestOf(
  files: readonly { name: string; text: string }[],
  schema: GraphQLSchema,
): Manifest {
  const problems: string[] = [];
  const definitions = files.flatMap(({ name, text }) => {
    try {
      return parse(text).definitions;
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
      return [];
    }
  });
  const whole: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  const names = definitions.flatMap((d) => (d.kind === Kind.OPERATION_DEFINITION ? [d.name?.value] : []));
  if (names.includes(undefined)) problems.push('every operation needs a name');
  for (const name of new Set(names)) {
    if (name !== undefined && names.indexOf(name) !== names.lastIndexOf(name)) {
      problems.push(`${name}: there are several operations of this name`);
    }
  }
  const operations = Object.entries(separateOperations(whole)).map(([name, document]): Operation => {
    for (const { message } of validate(schema, document)) problems.push(`${name}: ${message}`);
    const body = print(document);
    return { id: documentId(body), name, type: getOperationAST(document)?.operation ?? 'query', body };
  });
  if (problems.length > 0) {
    throw new SetupError(
      `The documents cannot be registered:\n${problems.map((text) => `- ${text}`).join('\n')}`,
    );
  }
  operations.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { format: 'apollo-persisted-query-manifest', version: 1, operations };
}

type Operation = Manifest['operations'][number];

/** The files with documents at places: files themselves, and what folders hold however deep. */
function documentsAt(places: readonly string[]): { name: string; text: string }[] {
  return places.flatMap((place) => {
    const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory();
    if (isFolder === undefined) throw new SetupError(`There is nothing at ${place}.`);
    const names = isFolder
      ? readdirSync(place, { recursive: true, encoding: 'utf8' })
          .filter((name) => /\.(graphql|gql)$/.test(name))
          .sort()
          .map((name) => path.join(place, name))
      : [place];
    return names.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
  });
}

const command = new Command('npm run documents --')
  .description(
    'Writes the manifest of a front end: its operations under their SHA-256, as Apollo’s tools write and read it. Gateways take it as HUB_DOCUMENTS.',
  )
  .argument('<places...>', 'files with operations and fragments (.graphql, .gql), or folders of them')
  .requiredOption('--out <file>', 'where the manifest is written')
  .action((places: string[], { out }: { out: string }) => {
    const supergraph = Supergraph.build(readFileSync(SUPERGRAPH_FILE, 'utf8'));
    const manifest = manifestOf(documentsAt(places), supergraph.apiSchema().toGraphQLJSSchema());
    writeFileSync(out, `${JSON.stringify(manifest, null, 2)}\n`);
    console.log(`Wrote ${manifest.operations.length} operations to ${out}.`);
  });

if (require.main === module) void runCommand(command);
