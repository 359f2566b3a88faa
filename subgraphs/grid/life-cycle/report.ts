import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import { refuse } from '../../kit/errors';
import type { Viewer } from '../../kit/viewer';
import type { GridCaseSource } from '../cases/rules';
import type { GridCaseRow } from '../cases/store';
import { categoriesByCode } from '../categories/store';
import type { GridContext } from '../loaders';
import { reachesByCode } from '../reaches/store';
import { warnDownstream } from '../reaches/warn';
import type { ReportGridCaseInput } from '../schema-types';
import { anotherWasFaster, checkCategory, checkReachOfCase, checkReport, type GridCaseReport } from './rules';
import { caseByExternalId, insertCase, recordEvent } from './store';

/**
 * Takes a report in, and warns the places below of what drifts. What the viewer's unit sent before under the source's id
 * is answered as it is by now. Throws a `Refusal` with every violation.
 */
export async function reportGridCase(context: GridContext, input: ReportGridCaseInput): Promise<GridCaseRow> {
  const { signedIn: viewer, now } = context;
  const { jurisdiction, source, category } = input;
  const report = {
    ...{ jurisdiction, category },
    title: input.title.trim(),
    description: input.description?.trim() ?? '',
    location: input.location
      ? {
          latitude: input.location.latitude ?? null,
          longitude: input.location.longitude ?? null,
          address: input.location.address?.trim() ?? '',
        }
      : null,
    reach: input.reach?.trim() ?? '',
    photos: (input.photos ?? []).map((address) => address.trim()),
    reportedAt: input.reportedAt ?? now,
    externalId: input.externalId?.trim() ?? '',
  };
  return context.writeToFeed((db, transactionId) =>
    takeReport(db, report, { source, viewer, now, transactionId }),
  );
}

/**
 * Takes in what a caller reports, or what a case is made of, within a write to the feed. What the viewer's unit sent
 * before under the source's id is answered as it is by now. Throws a `Refusal` with every violation.
 */
export async function takeReport(
  db: Db,
  report: GridCaseReport,
  by: { source: GridCaseSource; viewer: Viewer; now: Date; transactionId: number },
): Promise<GridCaseRow> {
  const { source, viewer, now, transactionId } = by;
  const { user, agency } = viewer;
  const { jurisdiction, category } = report;
  const known = { reporter: agency, source, externalId: report.externalId };
  const violations = checkReport(report, { viewer, now });
  const [matter] = await categoriesByCode(db, [category]);
  checkCategory(violations, category, matter);
  if (report.reach !== '') {
    const [reach] = await reachesByCode(db, [report.reach]);
    checkReachOfCase(violations, report.reach, reach, jurisdiction);
  }
  violations.throwIfAny();
  const earlier = report.externalId === '' ? null : await caseByExternalId(db, known);
  if (earlier) return earlier;
  const stored = await insertCase(db, {
    ...{ id: randomUUID(), jurisdiction, source, category, title: report.title, stage: 'RECEIVED' },
    description: report.description || null,
    latitude: report.location?.latitude ?? null,
    longitude: report.location?.longitude ?? null,
    address: report.location?.address || null,
    reach: report.reach || null,
    photos: [...report.photos],
    ...{ reporter: agency, reported_at: report.reportedAt },
    external_id: report.externalId || null,
  });
  // Sent twice at the same moment, it is the other one's.
  if (!stored)
    return (await caseByExternalId(db, known)) ?? refuse('CONFLICT', ['externalId'], anotherWasFaster);
  const act = { user, agency, at: report.reportedAt };
  await recordEvent(db, stored, { kind: 'RECEIVED', ...act }, { transactionId, ordinal: 0 });
  await warnDownstream(db, stored, { ...act, transactionId, firstOrdinal: 1 });
  return stored;
}
