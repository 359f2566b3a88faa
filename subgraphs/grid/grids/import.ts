import { agenciesByCode } from '../../kit/directory';
import { Violations } from '../../kit/errors';
import type { GridContext } from '../loaders';
import type { ImportGridsInput, ImportGridWorkersInput } from '../schema-types';
import { checkGrids, checkWorkers, USUAL_DUTY, villageOf } from './rules';
import { gridsByCode, type Importation, otherLeaders, storeGrids, storeWorkers } from './store';

/** Enters grids as they are to stand, all or none. Throws a `Refusal` with every violation. */
export async function importGrids(context: GridContext, input: ImportGridsInput): Promise<Importation> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const grids = input.grids.map((grid) => ({
    ...{ code: grid.code.trim(), name: grid.name.trim(), kind: grid.kind, agency: grid.agency ?? agency },
    ...{ people: grid.people ?? 0, places: grid.places ?? 0, things: grid.things ?? 0 },
    ...{ closedOn: grid.closedOn ?? null, jurisdiction: villageOf(grid.code.trim()) ?? '' },
  }));
  return context.write(async (db) => {
    const units = await agenciesByCode(db, [...new Set(grids.map((grid) => grid.agency))]);
    checkGrids(grids, { viewer, units }).throwIfAny();
    return storeGrids(db, grids, { user, agency, at: now });
  });
}

/** Enters workers as they are to stand, all or none. Throws a `Refusal` with every violation. */
export async function importGridWorkers(
  context: GridContext,
  input: ImportGridWorkersInput,
): Promise<Importation> {
  const { signedIn: viewer, now } = context;
  const { user, agency } = viewer;
  const workers = input.workers.map((worker) => ({
    ...{
      grid: worker.grid.trim(),
      number: worker.number.trim(),
      name: worker.name.trim(),
      role: worker.role,
    },
    phone: worker.phone?.trim() ?? '',
    dutyWeekdays: [...(worker.dutyWeekdays ?? USUAL_DUTY.weekdays)].sort((a, b) => a - b),
    dutyBegins: worker.dutyBegins?.trim() ?? USUAL_DUTY.begins,
    dutyEnds: worker.dutyEnds?.trim() ?? USUAL_DUTY.ends,
    leftOn: worker.leftOn ?? null,
  }));
  return context.write(async (db) => {
    const known = await gridsByCode(db, [...new Set(workers.map(({ grid }) => grid))]);
    checkWorkers(workers, { viewer, known: new Set(known.map(({ code }) => code)) }).throwIfAny();
    const violations = new Violations();
    const others = new Map((await otherLeaders(db, workers)).map(({ grid, number }) => [grid, number]));
    for (const [i, { grid, role, leftOn }] of workers.entries()) {
      const leader = others.get(grid);
      if (role !== 'LEADER' || leftOn !== null || leader === undefined) continue;
      violations.add('CONFLICT', ['workers', i, 'role'], {
        en: `${grid} is led by its worker ${leader}. Enter that one too, with another role or a last day.`,
        zh: `网格 ${grid} 的网格长为工号 ${leader}，请一并登记其新的岗位或离岗日期。`,
      });
    }
    violations.throwIfAny();
    return storeWorkers(db, workers, { user, agency, at: now });
  });
}
