import { agenciesByCode } from '../../kit/directory';
import { refuse, Violations } from '../../kit/errors';
import { contains } from '../../kit/jurisdiction';
import type { Text } from '../../kit/language';
import { dayOf } from '../../kit/time';
import type { Viewer } from '../../kit/viewer';
import { categoriesByCode } from '../categories/store';
import { commands } from '../life-cycle/rules';
import type { GridContext } from '../loaders';
import type { EndGridCaseRouteInput, SetGridCaseRouteInput } from '../schema-types';
import { endRoute, type GridCaseRouteRow, lockRoutes, routesFrom, storeRoute } from './store';

/** Whether the viewer's unit says where a place's cases go: the command of the place itself, or of one above it. */
const mayRoute = (viewer: Viewer, place: string): boolean =>
  commands(viewer, place) && contains(viewer.jurisdiction, place);

const notAllowed: Text = {
  en: 'Only the grid command of the place, or of one above it, says where its cases go.',
  zh: '仅该区划或上级的网格化指挥单位可以设置派遣路由。',
};

/** Says which unit deals with a category in a place from a day on. Throws a `Refusal` with every violation. */
export async function setGridCaseRoute(
  context: GridContext,
  input: SetGridCaseRouteInput,
): Promise<GridCaseRouteRow> {
  const { signedIn: viewer, now } = context;
  const { jurisdiction, category } = input;
  const today = dayOf(now);
  const effective_from = input.effectiveFrom ?? today;
  return context.write(async (db) => {
    const violations = new Violations();
    if (!mayRoute(viewer, jurisdiction)) violations.add('NOT_ALLOWED', ['jurisdiction'], notAllowed);
    if ((await categoriesByCode(db, [category])).length === 0) {
      violations.add('NOT_FOUND', ['category'], {
        en: `There is no category ${category}. Look its code up under gridCaseCategories.`,
        zh: `不存在类别 ${category}，请在案件类别列表中查询。`,
      });
    }
    const [agency] = await agenciesByCode(db, [input.agency]);
    if (!agency) {
      violations.add('NOT_FOUND', ['agency'], {
        en: `There is no unit ${input.agency}. Look its code up under agencies.`,
        zh: `不存在单位 ${input.agency}，请在单位列表中查询代码。`,
      });
    } else if (!agency.remit.some((outer) => contains(outer, jurisdiction))) {
      violations.add('INVALID', ['agency'], {
        en: `${input.agency} may not act in ${jurisdiction}. Name a unit that may.`,
        zh: `${input.agency} 无权在 ${jurisdiction} 办理业务，请选择有权单位。`,
      });
    }
    if (effective_from < today) {
      violations.add('INVALID', ['effectiveFrom'], {
        en: `${effective_from} is over. A route begins today or later.`,
        zh: `${effective_from} 已过，路由的生效日期不能早于今日。`,
      });
    }
    violations.throwIfAny();
    await lockRoutes(db, jurisdiction, category);
    const later = (await routesFrom(db, input, effective_from)).find(
      (r) => r.effective_from > effective_from,
    );
    if (later) {
      refuse('CONFLICT', ['effectiveFrom'], {
        en: `Another route begins on ${later.effective_from}. Let this one begin then, or later.`,
        zh: `已有路由自 ${later.effective_from} 起生效，请将生效日期设为该日或之后。`,
      });
    }
    const stored = await storeRoute(db, {
      ...{ jurisdiction, category, effective_from, agency: input.agency, set_by: viewer.agency },
    });
    return stored ?? refuse('NOT_ALLOWED', ['jurisdiction'], notAllowed);
  });
}

/** Ends the route of a place and category after a day. Throws a `Refusal` with every violation. */
export async function endGridCaseRoute(
  context: GridContext,
  input: EndGridCaseRouteInput,
): Promise<GridCaseRouteRow> {
  const { signedIn: viewer, now } = context;
  const { jurisdiction, category } = input;
  const today = dayOf(now);
  const until = input.effectiveUntil ?? today;
  if (!mayRoute(viewer, jurisdiction)) refuse('NOT_ALLOWED', ['jurisdiction'], notAllowed);
  return context.write(async (db) => {
    await lockRoutes(db, jurisdiction, category);
    const [route] = await routesFrom(db, input, today);
    if (!route) {
      return refuse('NOT_FOUND', ['category'], {
        en: `No route for ${category} is set in exactly ${jurisdiction}. Look at gridCaseRoutes.`,
        zh: `${jurisdiction} 没有为 ${category} 设置路由，请查询派遣路由列表。`,
      });
    }
    if (until < today || until < route.effective_from) {
      refuse('INVALID', ['effectiveUntil'], {
        en: `${until} lies before today or before the route began, on ${route.effective_from}. Name a later day.`,
        zh: `${until} 早于今日或路由生效日期 ${route.effective_from}，请填写更晚的日期。`,
      });
    }
    const ended = await endRoute(db, route, { until, by: viewer.agency });
    return ended ?? refuse('NOT_ALLOWED', ['jurisdiction'], notAllowed);
  });
}
