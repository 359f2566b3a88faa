import { agenciesByCode } from '../../kit/directory';
import { refuse } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import { anotherWasFaster, noSuchOfficer } from '../officers/rules';
import { holdOfficer, officersById } from '../officers/store';
import { programsByCode } from '../programs/store';
import type { PlanSecondmentInput } from '../schema-types';
import { checkPlan, postedElsewhere } from './rules';
import { insertPlan, type SecondmentRow } from './store';

/** Plans a posting of one of the caller's own officers. Throws a `Refusal` with every violation. */
export async function planSecondment(
  context: PersonnelContext,
  input: PlanSecondmentInput,
): Promise<SecondmentRow> {
  const { signedIn: viewer, now } = context;
  const program = input.program?.trim() || null;
  const plan = {
    ...{ program, home: viewer.agency, hostAgency: input.hostAgency, position: input.position.trim() },
    ...{ startsOn: input.startsOn, endsOn: input.endsOn, stints: input.stints ?? [] },
    ...{ note: input.note?.trim() || null, at: input.at ?? now },
  };
  return context.write(async (db) => {
    const [officer] = await officersById(db, [input.officerId]);
    if (!officer) return refuse('NOT_FOUND', ['officerId'], noSuchOfficer);
    if (officer.agency !== viewer.agency) return refuse('NOT_ALLOWED', ['officerId'], notYourOfficer);
    const isProgramKnown = program === null || (await programsByCode(db, [program])).length > 0;
    const hosts = [plan.hostAgency, ...plan.stints.map(({ hostAgency }) => hostAgency)];
    const known = new Set((await agenciesByCode(db, [...new Set(hosts)])).map(({ code }) => code));
    checkPlan(plan, { now, isProgramKnown, knows: (code) => known.has(code) }).throwIfAny();
    if (!(await holdOfficer(db, officer))) return refuse('CONFLICT', ['officerId'], anotherWasFaster);
    const posting = await insertPlan(db, officer.id, plan, viewer.user);
    return posting ?? refuse('CONFLICT', ['startsOn'], postedElsewhere);
  });
}

const notYourOfficer = {
  en: "The officer is another unit's. Only the officer's own unit plans a posting.",
  zh: '该干部属于其他单位，挂职由干部所在单位拟派。',
};
