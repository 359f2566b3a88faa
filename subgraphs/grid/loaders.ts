import type { Context, Operation } from '../kit/context';
import { unauthenticated } from '../kit/errors';
import { inEffect } from '../kit/in-effect';
import { argumentLoader, listLoader, rowLoader } from '../kit/loaders';
import { eventsOf, type GridCaseFilter, gridCasesById, gridCasesIn } from './cases/store';
import { categoriesByCode, limitsOf } from './categories/store';
import { alertsOf, neighborsOf, reachesByCode } from './reaches/store';

export const gridLoaders = ({ db, viewer, now }: Operation) => ({
  gridCase: rowLoader(
    (ids) => gridCasesById(db, ids),
    (row) => row.id,
  ),
  gridCasesIn: argumentLoader(async (places, filter: GridCaseFilter) => {
    if (!viewer) throw unauthenticated();
    return gridCasesIn(db, { viewer, now }, places, filter);
  }),
  eventsByGridCase: listLoader(
    (ids) => eventsOf(db, ids),
    (row) => row.case_id,
  ),
  gridCaseCategory: rowLoader(
    (codes) => categoriesByCode(db, codes),
    (row) => row.code,
  ),
  /** The limit of each category that holds in a place on a day. */
  gridCaseLimit: argumentLoader(async (codes, { place, day }: { place: string; day: string }) => {
    const limits = await limitsOf(db, codes, place);
    return new Map(
      codes.map((code) => [
        code,
        inEffect(
          limits.filter((limit) => limit.category === code),
          place,
          day,
        ),
      ]),
    );
  }),
  reach: rowLoader(
    (codes) => reachesByCode(db, codes),
    (row) => row.code,
  ),
  reachesAbove: listLoader(
    (codes) => neighborsOf(db, codes, 'upstream'),
    (row) => row.of,
  ),
  reachesBelow: listLoader(
    (codes) => neighborsOf(db, codes, 'downstream'),
    (row) => row.of,
  ),
  alertsByGridCase: listLoader(
    (ids) => alertsOf(db, ids),
    (row) => row.case_id,
  ),
});

export type GridContext = Context<ReturnType<typeof gridLoaders>>;
