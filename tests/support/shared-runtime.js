// Jest loads this itself, past its transforms: plain JavaScript.
const path = require('node:path');
const { types } = require('node:util');
const { default: Runtime } = require('jest-runtime');

/*
 * Each test file has modules of its own, so that none leaves anything behind for another. Of libraries that keep nothing
 * that is only dear: GraphQL's and Apollo's took several seconds of each file that opens a hub, most of it to load them
 * and to build the planner for one and the same supergraph. Those are loaded once a process here, by Node.
 */
const SHARED =
  /^(?:graphql|@apollo\/(?:gateway|server|subgraph|composition|query-planner|query-graphs|federation-internals))(?:\/|$)/;

// They report usage to their vendor unless told not to, and look at the environment of the process.
process.env.APOLLO_TELEMETRY_DISABLED = '1';

// Their errors and those of the tests are of two realms; see `node-errors.ts`.
const isOrdinarily = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  value(value) {
    return isOrdinarily.call(this, value) || (this === Error && types.isNativeError(value));
  },
});

/** Has a function that makes something of a text or an object make it once. */
function once(exported, name, keyOf) {
  const make = exported[name];
  const made = new WeakMap();
  const texts = new Map();
  exported[name] = function (...given) {
    const key = keyOf(...given);
    if (key === null) return make.apply(this, given);
    const [subject, rest] = key;
    const of = typeof subject === 'string' ? texts : made;
    const kept = of.get(subject) ?? new Map();
    of.set(subject, kept);
    if (!kept.has(rest)) kept.set(rest, make.apply(this, given));
    return kept.get(rest);
  };
}

let isPrepared = false;
function prepare() {
  if (isPrepared) return;
  isPrepared = true;
  const { Supergraph } = require('@apollo/federation-internals');
  const graphs = require('@apollo/query-graphs/dist/querygraph.js');
  once(Supergraph, 'build', (sdl, options) =>
    typeof sdl === 'string' ? [sdl, JSON.stringify(options)] : null,
  );
  // Nothing is written into either after it was built.
  once(graphs, 'buildFederatedQueryGraph', (supergraph, ...rest) => [supergraph, JSON.stringify(rest)]);
  once(graphs, 'buildSupergraphAPIQueryGraph', (supergraph) => [supergraph, '']);
}

/**
 * The tests that take part: those of the gateway and of what all share. What a library makes is of another realm than the
 * tests, so that to `isDeepStrictEqual` an array of an input is not one of the database's; the domains' tests do without.
 */
const TAKING_PART = /[\\/]tests[\\/](?:gateway|kit|schema)[\\/]/;

module.exports = {
  __esModule: true,
  default: class SharedRuntime extends Runtime {
    #takesPart;

    constructor(...given) {
      super(...given);
      const [, , , , , , testPath] = given;
      this.#takesPart = TAKING_PART.test(testPath);
    }

    requireModuleOrMock(from, name) {
      if (!this.#takesPart || !SHARED.test(name)) return super.requireModuleOrMock(from, name);
      prepare();
      return require(require.resolve(name, { paths: [path.dirname(from)] }));
    }
  },
};
