import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { addDays, startOfDay } from '../../kit/time';
import type { AccreditationEventKind } from '../bases/rules';
import type { AccreditationRow } from '../bases/store';

type Accredited = AccreditationRow & { issuer: string; registered_by: string };

const CHECKS = ['产地环境', '用药记录', '检测条件', '分拣包装', '规格一致'];
const VISITORS = ['韩立群', '曹佩芬', '蒋卫东', '陆晓燕'];
const REMARKS: Partial<Record<AccreditationEventKind, string>> = {
  REJECTED: '分级不严，规格偏差超过允差，整改后可再申请。',
  WARNED: '九月两批规格偏大，请加强分拣。',
  SUSPENDED: '用药记录缺页，补齐前暂停供货。',
  REVOKED: '转包供货，取消授牌。',
};

const atNine = (day: string): Date => new Date(startOfDay(day).getTime() + 9 * 3_600_000);

/** Points that come to the score of the visit, the same for each point. */
const checklistOf = (score: string) =>
  CHECKS.map((item) => ({ item, points: Number(score), maximum: 100, remark: null }));

/** The visits and steps that the accreditations of the demo came to be what they are by. */
export async function loadAccreditationLives(db: Db): Promise<void> {
  const rows = await db.raw<Accredited & Record<string, unknown>>(
    `/* demo.accreditationLives */
     SELECT held.*, standard.issuer, base.registered_by FROM accreditations AS held
     JOIN supply_standards AS standard ON standard.id = held.standard_id
     JOIN supply_bases AS base ON base.id = held.base_id
     WHERE NOT EXISTS (SELECT FROM accreditation_events WHERE accreditation_id = held.id) ORDER BY held.id`,
  );
  const visits = rows.flatMap(({ id, visited_on, score, issuer }, i) =>
    visited_on === null || score === null
      ? []
      : [
          {
            ...{ id: demoId('visit', id), accreditation_id: id, visited_on, score },
            inspectors: [VISITORS[i % 4], VISITORS[(i + 1) % 4]],
            ...{ checklist: JSON.stringify(checklistOf(score)), remark: '示例' },
            ...{ recorded_by: issuer, recorded_at: atNine(visited_on) },
          },
        ],
  );
  if (visits.length > 0) await db('accreditation_visits').comment('demo.visits').insert(visits);
  await db('accreditation_events').comment('demo.accreditationEvents').insert(rows.flatMap(lifeOf));
}

function lifeOf(row: Accredited) {
  const steps: { kind: AccreditationEventKind; at: Date; agency: string }[] = [
    { kind: 'APPLIED', at: row.applied_at, agency: row.registered_by },
  ];
  const issuer = { agency: row.issuer };
  if (row.visited_on) steps.push({ kind: 'VISITED', at: atNine(row.visited_on), ...issuer });
  if (row.decided_at) {
    const isRejected = row.status === 'REJECTED';
    steps.push({ kind: isRejected ? 'REJECTED' : 'ACCREDITED', at: row.decided_at, ...issuer });
    if (row.status === 'WARNED' || row.status === 'SUSPENDED' || row.status === 'REVOKED') {
      const day = addDays(row.decided_at.toISOString().slice(0, 10), 60);
      steps.push({ kind: row.status, at: atNine(day), ...issuer });
    }
  }
  return steps.map(({ kind, at, agency }, i) => ({
    ...{ accreditation_id: row.id, ordinal: i + 1, kind, at, agency },
    actor: kind === 'APPLIED' ? '杜建国' : '韩立群',
    note: REMARKS[kind] ?? null,
  }));
}
