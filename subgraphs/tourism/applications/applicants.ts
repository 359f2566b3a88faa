import type { Connection } from '../../kit/connection';
import { badInput } from '../../kit/errors';
import type { TourismContext } from '../loaders';
import { type ApplicantFilter, applicationsByApplicant, type LicenseApplicationRow } from './store';

/**
 * A page of the applications of an applicant. That an application is found tells who its applicant is, so each is
 * disclosed as such. Throws a sentence when nobody is looked for.
 */
export async function applicationsOfApplicant(
  context: TourismContext,
  filter: ApplicantFilter,
): Promise<Connection<LicenseApplicationRow> | null> {
  if (!filter.nameContains?.trim() && !filter.phone?.trim()) {
    throw badInput({
      en: 'Nobody is looked for. Give a part of the name in nameContains, or the telephone in phone.',
      zh: '未填写查询条件，请填写 nameContains（姓名）或 phone（电话）。',
    });
  }
  const page = await applicationsByApplicant(context.db, filter);
  context.discloses(
    'tourism.applicants',
    (page?.edges ?? []).map(({ node }) => ({ provider: node.filed_by, id: node.id })),
  );
  return page;
}
