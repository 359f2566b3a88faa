import { jurisdictionOfAgency } from '../../kit/agency-code';
import { type Connection, type Keyset, type PageArgs, pageOfAll } from '../../kit/connection';
import { badInput } from '../../kit/errors';
import { addDays, dayOf, lastDayOf } from '../../kit/time';
import { assessmentsOf } from '../assessments/store';
import { groupedBy } from '../grouping';
import { waitingLeaveOf } from '../leave/store';
import type { PersonnelContext } from '../loaders';
import { readPolicies } from '../policies';
import { reportedMonths } from '../reports/store';
import { type ConductScope, conductUnderWay } from '../secondments/store';
import { type Duty, dutiesOf, isMonday, mondayOf, monthsDueIn } from './rules';

const BY_DAY = {
  name: 'secondmentAgenda',
  columns: ['due_on', 'kind', 'secondment', 'agency', 'month', 'leave'],
  direction: 'asc',
  maximum: 200,
} as const satisfies Keyset;

/** What is due in a week about the postings of a scope to which the viewer is a party: a fixed number of statements. */
export async function agendaOf(
  context: PersonnelContext,
  {
    weekOf,
    agency,
    first,
    after,
    ...scope
  }: ConductScope & PageArgs & { weekOf?: string | null; agency?: string | null },
): Promise<Connection<Duty>> {
  const { db, now } = context;
  const today = dayOf(now);
  const monday = weekOf ?? mondayOf(today);
  if (!isMonday(monday)) {
    throw badInput({
      en: `${monday} is no Monday. Weeks begin on Mondays: ask for ${mondayOf(monday)}.`,
      zh: `${monday} 不是星期一。每周自星期一开始，请填写 ${mondayOf(monday)}。`,
    });
  }
  const week = { from: monday, until: addDays(monday, 6) };
  const postings = await conductUnderWay(db, scope);
  const ids = postings.map(({ id }) => id);
  const places = [...new Set(postings.map(({ host_agency }) => jurisdictionOfAgency(host_agency)))];
  const policy = await readPolicies(db, ['MONTHLY_REPORT_DUE_DAY', 'MONTH_COUNTS_FROM_DAYS'], places);
  const ofPosting = ({ secondment }: { secondment: string }) => secondment;
  const reported = groupedBy(
    await reportedMonths(db, ids, { by: today, months: monthsDueIn(week) }),
    ofPosting,
  );
  const assessments = groupedBy(await assessmentsOf(db, ids), ofPosting);
  const waiting = groupedBy(await waitingLeaveOf(db, ids, now), ofPosting);
  const duties = postings.flatMap((posting) => {
    const place = jurisdictionOfAgency(posting.host_agency);
    return dutiesOf(
      {
        posting,
        reportedMonths: new Set((reported.get(posting.id) ?? []).map(({ month }) => month)),
        assessments: assessments.get(posting.id) ?? [],
        waitingLeave: waiting.get(posting.id) ?? [],
        reportDueDay: (month) => policy('MONTHLY_REPORT_DUE_DAY', place, lastDayOf(month)),
        monthCountsFromDays: (month) => policy('MONTH_COUNTS_FROM_DAYS', place, lastDayOf(month)),
      },
      week,
      today,
    );
  });
  const due = agency ? duties.filter((duty) => duty.agency === agency) : duties;
  const page = pageOfAll(due, BY_DAY, { first, after });
  const hostOf = new Map(postings.map(({ id, host_agency }) => [id, host_agency]));
  context.discloses(
    'personnel.conduct',
    page.edges.map(({ node: { secondment: id } }) => ({ id, provider: hostOf.get(id) ?? '' })),
  );
  return page;
}
