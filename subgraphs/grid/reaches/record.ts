import { GENERAL_GOVERNMENT } from '../../kit/catalog';
import { refuse } from '../../kit/errors';
import { hasFunction, mayActIn } from '../../kit/viewer';
import type { GridContext } from '../loaders';
import type { RecordReachInput } from '../schema-types';
import { checkDownstream, checkReach, takenByAnother } from './rules';
import { linksBelow, lockLinks, type ReachRow, reachesByCode, storeReach } from './store';

const RECORDERS = ['RIVER_CHIEF', 'GRID_COMMAND', GENERAL_GOVERNMENT];

/** Records a reach and where it flows, or changes one of the viewer's unit. Throws a `Refusal` with every violation. */
export async function recordReach(context: GridContext, input: RecordReachInput): Promise<ReachRow> {
  const { signedIn: viewer } = context;
  const reach = {
    code: input.code.trim(),
    name: input.name.trim(),
    river: input.river.trim(),
    jurisdiction: input.jurisdiction,
    downstream: [...new Set(input.downstream?.map((code) => code.trim()) ?? [])],
  };
  const mayRecord = hasFunction(viewer, RECORDERS) && mayActIn(viewer, reach.jurisdiction);
  const violations = checkReach(reach, { mayRecord });
  return context.write(async (db) => {
    await lockLinks(db);
    const known = new Set((await reachesByCode(db, reach.downstream)).map(({ code }) => code));
    checkDownstream(violations, reach, { known, links: await linksBelow(db, reach.downstream) });
    violations.throwIfAny();
    const stored = await storeReach(db, reach, viewer.agency);
    return stored ?? refuse('CONFLICT', ['code'], takenByAnother(reach.code));
  });
}
