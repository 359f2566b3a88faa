import { ancestorsAndSelf } from '../../kit/jurisdiction';

interface Route {
  readonly jurisdiction: string;
  readonly category: string;
}

/**
 * Of the routes that are in effect the one for a case of a category in a place: that of the nearest place, and there the
 * one of the minor class before that of its major class. Null when there is none.
 */
export function routeOf<R extends Route>(
  routes: readonly R[],
  { place, category, major }: { place: string; category: string; major: string | null },
): R | null {
  for (const level of ancestorsAndSelf(place).reverse()) {
    for (const code of [category, major]) {
      const found = routes.find((route) => route.jurisdiction === level && route.category === code);
      if (found) return found;
    }
  }
  return null;
}
