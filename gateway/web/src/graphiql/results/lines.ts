import type { Exchange } from '../exchanges';
import { type WithheldValue, withheldPlaces } from '../withheld';

/** A line of an answer as GraphiQL prints it, on which a null stands that was withheld. */
export interface WithheldLine {
  /** The first line is 1. */
  line: number;
  /** Where in the data it is, for example `officers.edges.0.node.phone`. */
  path: string;
  value: WithheldValue;
}

/** An answer as GraphiQL prints it. */
export const printed = ({ shown }: Pick<Exchange, 'shown'>): string => JSON.stringify(shown, null, 2);

/** The lines of a printed answer on which something was withheld, from top to bottom. */
export function withheldLines({ shown, withheld }: Pick<Exchange, 'shown' | 'withheld'>): WithheldLine[] {
  const byPath = new Map(
    [...withheldPlaces(withheld)].map(({ place, value }) => [place.join('.'), value] as const),
  );
  const found: WithheldLine[] = [];
  if (byPath.size === 0) return found;
  let line = 1;
  const pass = (content: unknown, path: string): void => {
    if (typeof content === 'object' && content !== null) {
      const entries = Object.entries(content).filter(([, inner]) => inner !== undefined);
      if (entries.length === 0) return;
      for (const [name, inner] of entries) {
        line += 1;
        pass(inner, path === '' ? name : `${path}.${name}`);
      }
      line += 1;
      return;
    }
    // The printed answer begins with what holds the data.
    const place = path.startsWith('data.') ? path.slice('data.'.length) : null;
    const value = place !== null && content === null ? byPath.get(place) : undefined;
    if (place !== null && value) found.push({ line, path: place, value });
  };
  pass(shown, '');
  return found;
}
