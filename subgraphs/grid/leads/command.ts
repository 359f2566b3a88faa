import type { Db } from '../../kit/database';
import { type AgencyRow, agenciesAbove } from '../../kit/directory';
import { ancestorsAndSelf } from '../../kit/jurisdiction';

/** The grid commands of each place and of those above it, one a level, the nearest first. */
export async function commandsAbove(db: Db, places: readonly string[]): Promise<AgencyRow[][]> {
  const commands = await agenciesAbove(db, places, 'GRID_COMMAND');
  return places.map((place) =>
    ancestorsAndSelf(place)
      .reverse()
      .flatMap((level) => commands.find(({ jurisdiction }) => jurisdiction === level) ?? []),
  );
}
