/** How much one request may ask for. Each is refused with a code of its own, before anything is planned. */
export interface Limits {
  /** Bytes of a request's body. A batch of 10,000 labor-flow rows fits several times over. */
  readonly bodyBytes: number;
  /** Operations of one request. */
  readonly batch: number;
  /** Characters of a document. */
  readonly documentCharacters: number;
  /** Words and signs of a document. */
  readonly tokens: number;
  /** Fields inside fields. */
  readonly depth: number;
  /** Fields that are written in a document. */
  readonly fields: number;
  readonly aliases: number;
  readonly rootFields: number;
  /** Directives that are written in a document. */
  readonly directives: number;
  /** What a list may be asked to give at once. Each connection has a smaller most of its own. */
  readonly listSize: number;
  /** Values in a request's variables, and how deep they lie. */
  readonly variableValues: number;
  readonly variableDepth: number;
  /** What an operation may cost; see `cost.ts`. */
  readonly cost: number;
  /** What the operations of one unit, or of one address that is not signed in, may cost a second, on and on. */
  readonly costPerSecond: number;
  /** What they may cost at once after they asked for nothing for a while. */
  readonly costBurst: number;
  /** Whether those who are not signed in may ask for the schema. */
  readonly anonymousIntrospection: boolean;
}

export const LIMITS: Limits = {
  bodyBytes: 8 * 1024 * 1024,
  batch: 10,
  documentCharacters: 100_000,
  tokens: 4_000,
  depth: 20,
  fields: 1_000,
  aliases: 100,
  rootFields: 50,
  directives: 200,
  listSize: 5_000,
  variableValues: 500_000,
  variableDepth: 32,
  cost: 100_000,
  costPerSecond: 100_000,
  costBurst: 6_000_000,
  anonymousIntrospection: true,
};
