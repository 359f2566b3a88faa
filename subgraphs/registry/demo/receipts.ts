import { createHash } from 'node:crypto';
import type { Db } from '../../kit/database';
import { demoId } from '../../kit/demo';
import { type ReceiptDraft, type ReceiptItem, sealReceipts, type WithheldReason } from '../receipts/rules';
import { insertReceipts, lockChainEnd } from '../receipts/store';

/** Who asked, as which of its people, what for, and by which operation. */
interface Visitor {
  consumer: string;
  user: string;
  purpose: string | null;
  operationName: string | null;
}

interface Visit {
  /** In UTC. */
  at: string;
  visitor: Visitor;
  leaves: ReceiptDraft['leaves'];
}

const shown = (item: string, disclosedRows: number): ReceiptItem => ({
  ...{ item, disclosedRows, withheldRows: 0, reason: null },
});
const refused = (item: string, withheldRows: number, reason: WithheldReason): ReceiptItem => ({
  ...{ item, disclosedRows: 0, withheldRows, reason },
});
const of = (provider: string, ...items: ReceiptItem[]) => ({ provider, items });

const YRD: Visitor = {
  ...{ consumer: '310000-YRDOFFICE', user: '沈若溪' },
  ...{ purpose: 'regional statistics', operationName: 'MonthlyFlows' },
};
const SONGJIANG: Visitor = {
  ...{ consumer: '310117-HRSS', user: '唐子墨', purpose: '用工监测', operationName: 'Reports' },
};
const TRACING: Visitor = {
  ...{ consumer: '310000-AGRI', user: '陆秋实', purpose: '产地追溯', operationName: 'BatchTrace' },
};
const FENHU: Visitor = {
  ...{ consumer: '320509110-COMMAND', user: '吴晓峰', purpose: '交叉检查复核', operationName: 'Findings' },
};

const REPORTS = 'labor-flow.reports';
const CONTACT = 'personnel.officer-contact';
const BATCHES = 'agriculture.batches';
const INSPECTIONS = 'grid.inspections';

const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11'];

/** What the holders of the demo's grants did with them, month by month, and what others were refused. */
const VISITS: readonly Visit[] = [
  // Both ends of a flow in one request: each provider reads its own part of the one receipt.
  ...MONTHS.map((month, i) => ({
    at: `2026-${month}-06T01:${String(10 + i)}:24.318Z`,
    visitor: YRD,
    leaves: [of('341200-HRSS', shown(REPORTS, 96 + 3 * i)), of('310000-HRSS', shown(REPORTS, 88 + 4 * i))],
  })),
  {
    at: '2026-03-06T00:58:02.751Z',
    visitor: { ...YRD, purpose: null },
    leaves: [of('341200-HRSS', refused(CONTACT, 4, 'NO_GRANT'))],
  },
  ...MONTHS.slice(0, 8).map((month) => ({
    at: `2026-${month}-10T02:40:11.640Z`,
    visitor: SONGJIANG,
    leaves: [of('330421-HRSS', shown(REPORTS, 42))],
  })),
  ...MONTHS.slice(3, 10).map((month, i) => ({
    at: `2026-${month}-17T07:05:${String(30 + i)}.005Z`,
    visitor: TRACING,
    leaves: [of('341225-AGRI', shown(BATCHES, 5 + i))],
  })),
  ...MONTHS.slice(0, 6).map((month) => ({
    at: `2026-${month}-27T06:20:45.912Z`,
    visitor: FENHU,
    leaves: [of('330421-URBAN', shown(INSPECTIONS, 31))],
  })),
  {
    at: '2026-07-02T06:21:09.233Z',
    visitor: { ...FENHU, operationName: null },
    leaves: [of('330421-URBAN', refused(INSPECTIONS, 31, 'EXPIRED'))],
  },
  {
    at: '2026-11-18T08:33:54.107Z',
    visitor: {
      ...{ consumer: '330421-ORG', user: '俞佳宁', purpose: null, operationName: 'Contacts' },
    },
    leaves: [
      of('310118-ORG', refused(CONTACT, 6, 'NO_GRANT')),
      of('310118104-GOV', refused(CONTACT, 2, 'NO_GRANT')),
    ],
  },
  {
    at: '2026-11-19T02:12:37.480Z',
    visitor: { ...YRD, purpose: null, operationName: 'Contacts' },
    leaves: [of('341200-HRSS', refused(CONTACT, 4, 'NO_GRANT'))],
  },
];

const saltOf = (number: number): string =>
  createHash('sha256').update(`demo salt ${number}`).digest('hex').slice(0, 32);

/** Seals the demo's receipts into the hub's chain, behind whatever it holds. */
export async function loadReceipts(db: Db): Promise<void> {
  const drafts = [...VISITS]
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ at, visitor, leaves }, i) => ({
      ...{ id: demoId('receipt', i), at, gateway: 'gateway-1', requestId: demoId('request', i) },
      ...visitor,
      leaves,
    }));
  const { last } = await lockChainEnd(db, []);
  let salts = 0;
  const sealed = sealReceipts(drafts, last, () => {
    salts += 1;
    return saltOf(salts);
  });
  await insertReceipts(db, sealed, []);
}
