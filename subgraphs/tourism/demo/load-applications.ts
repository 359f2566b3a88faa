import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { APPLICATIONS, type DemoApplication } from './applications';
import { PROCEDURES, procedureId } from './procedures';
import { STAGE_AFTER, type Step } from './steps';

/** Who works on applications in each unit of the demo. */
export const OFFICERS: Readonly<Record<string, string>> = {
  '330421103-REVIEW': '沈佳敏',
  '330421103-TOURISM': '倪立群',
  '310118104-REVIEW': '陆文静',
  '310118104-TOURISM': '汤晓岚',
};

const dayOfStep = ({ at }: Step): string => `2026-${at.slice(0, 5)}`;
export const instantOf = ({ at }: Step): Date => new Date(`2026-${at.replace(' ', 'T')}:00+08:00`);

/** The number of an application, the `ordinal`-th of its town. */
export const applicationNumber = (town: string, ordinal: number): string =>
  `${town}-2026-${String(ordinal).padStart(4, '0')}`;

/** The tables' rows of one application, the `ordinal`-th of its town. */
function rowsOf(application: DemoApplication, ordinal: number) {
  const { town, kind, applicant, steps } = application;
  const [submission] = steps;
  const procedure = PROCEDURES.find(
    (p) =>
      p.jurisdiction === town &&
      p.effective_from <= dayOfStep(submission) &&
      dayOfStep(submission) <= (p.effective_to ?? '9999-12-31'),
  );
  if (!procedure) throw new Error(`${application.shop} was filed when ${town} had no procedure`);
  const number = applicationNumber(town, ordinal);
  const parties = {
    jurisdiction: application.village ?? town,
    filed_by: `${town}-${application.filedBy ?? 'REVIEW'}`,
  };
  const id = demoId('licenseApplication', number);
  const ofApplication = { application_id: id, ...parties };
  const about = (wanted: Step['kind'], code: string) =>
    steps.find((step) => step.kind === wanted && step.codes.includes(code));
  return {
    application: {
      ...parties,
      id,
      number,
      shop_name: application.shop,
      kind,
      stage: STAGE_AFTER[(steps.at(-1) ?? submission).kind],
      address: application.address,
      floors: application.floors,
      area_square_meters: application.area,
      business: application.business,
      proposal: application.proposal,
      submitted_at: instantOf(submission),
      procedure_id: procedureId(procedure),
      town,
      stepped_at: instantOf(steps.at(-1) ?? submission),
    },
    applicant: { ...ofApplication, ...applicant },
    materials: procedure.materials
      .filter((material) => material.kinds.includes(kind))
      .map(({ code, name }) => {
        const request = about('MATERIALS_REQUESTED', code);
        const supply = request ? about('MATERIALS_SUPPLIED', code) : submission;
        return {
          ...ofApplication,
          code,
          name,
          url: supply ? `https://files.example/${number}/${code}.pdf` : null,
          requested_at: request ? instantOf(request) : null,
          supplied_at: supply ? instantOf(supply) : null,
        };
      }),
    events: steps.map((step, i) => {
      const agency = step === submission ? parties.filed_by : `${town}-REVIEW`;
      return {
        ...ofApplication,
        position: i + 1,
        kind: step.kind,
        at: instantOf(step),
        actor: OFFICERS[agency],
        agency,
        note: step.note,
      };
    }),
  };
}

export async function loadApplications(db: Db): Promise<void> {
  const filed = new Map<string, number>();
  const rows = APPLICATIONS.map((application) => {
    const ordinal = (filed.get(application.town) ?? 0) + 1;
    filed.set(application.town, ordinal);
    return rowsOf(application, ordinal);
  });
  await db('applications')
    .comment('demo.applications')
    .insert(rows.map((row) => row.application));
  await db('applicants')
    .comment('demo.applicants')
    .insert(rows.map((row) => row.applicant));
  await db('application_materials')
    .comment('demo.applicationMaterials')
    .insert(rows.flatMap((row) => row.materials));
  await db('application_events')
    .comment('demo.applicationEvents')
    .insert(rows.flatMap((row) => row.events));
}
