import { randomUUID } from 'node:crypto';
import type { Db } from '../../kit/database';
import { numberPolicy, policiesOf, policyValue } from '../../kit/in-effect';
import { dayOf } from '../../kit/time';
import type { GridCaseRow } from '../cases/store';
import { categoriesByCode } from '../categories/store';
import { ALERT_POLICY, alertMessage, placesToAlert } from './rules';
import { alertsOf, type GridAlertRow, insertAlerts, linksBelow, reachesByCode } from './store';

/**
 * Warns the places below of a case whose matter drifts down the reach that it was reported on; does nothing for any
 * other. A place that was warned of the case is not warned again. The warnings go into the feed with the transaction that
 * writes them, from `firstOrdinal` on. Answers them.
 */
export async function warnDownstream(
  db: Db,
  gridCase: GridCaseRow,
  act: {
    agency: string;
    at: Date;
    transactionId: number;
    firstOrdinal: number;
    idOf?: (place: string) => string;
  },
): Promise<GridAlertRow[]> {
  const { id, reach, jurisdiction: place, category } = gridCase;
  if (reach === null) return [];
  const [matter] = await categoriesByCode(db, [category]);
  if (!matter?.is_drifting) return [];
  const policies = await policiesOf(db, [ALERT_POLICY], [place]);
  const within = policyValue(policies, ALERT_POLICY, { place, day: dayOf(act.at) }, numberPolicy);
  const links = await linksBelow(db, [reach]);
  const reaches = await reachesByCode(db, [reach, ...links.map(({ downstream }) => downstream)]);
  const byCode = new Map(reaches.map((row) => [row.code, row]));
  const warned = new Set((await alertsOf(db, [id])).map(({ jurisdiction }) => jurisdiction));
  const alerts = placesToAlert({ reach, place, within }, links, reaches)
    .filter(({ jurisdiction }) => !warned.has(jurisdiction))
    .map(({ jurisdiction, reach: alerted, distance }): GridAlertRow => {
      const message = alertMessage({ matter, reach: named(byCode, reach), alerted: named(byCode, alerted) });
      return {
        ...{ id: act.idOf?.(jurisdiction) ?? randomUUID(), case_id: id, jurisdiction, from_place: place },
        ...{ reach, alerted_reach: alerted, distance, recorded_by: act.agency, at: act.at },
        ...{ message_zh: message.zh, message_en: message.en },
      };
    });
  await insertAlerts(db, alerts, act);
  return alerts;
}

function named<Row>(rows: ReadonlyMap<string, Row>, code: string): Row {
  const row = rows.get(code);
  if (!row) throw new Error(`there is no reach ${code}`);
  return row;
}
