import { types } from 'node:util';

/*
 * Jest runs tests in a realm of its own, whose `Error` is not that of Node's modules: a refused connection would be
 * no Error there, and be handled as nothing that happens outside of tests.
 */

const isOrdinarily = Function.prototype[Symbol.hasInstance];

for (const type of [Error, AggregateError]) {
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (isOrdinarily.call(this, value)) return true;
      return this === type && types.isNativeError(value) && (type === Error || value.name === type.name);
    },
  });
}
