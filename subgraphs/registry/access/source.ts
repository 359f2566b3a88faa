import { readFileSync } from 'node:fs';
import { type GraphQLSchema, parse } from 'graphql';
import { SUPERGRAPH_FILE } from '../../kit/sdl';
import { apiSchema } from './rules';

let schema: GraphQLSchema | null = null;

/** What gateways let clients ask, by the contract that this process was started with. Read once, when first asked for. */
export function contractSchema(): GraphQLSchema {
  schema ??= apiSchema(parse(readFileSync(SUPERGRAPH_FILE, 'utf8'), { noLocation: true }));
  return schema;
}
