import { registry } from '../../subgraphs/registry';
import { loadReceipts } from '../../subgraphs/registry/demo/receipts';
import { answerReceipts } from '../../subgraphs/registry/receipts/internal';
import { ChainCheck } from '../../subgraphs/registry/receipts/rules';
import { readChain } from '../../subgraphs/registry/receipts/store';
import { type SubgraphWorld, useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const world = useSubgraph(registry, { demo: true });
/** Where a chain ends, which is checked from its beginning. */
const endOf = (hub: SubgraphWorld) =>
  hub.build(async (db) => {
    const check = new ChainCheck();
    for await (const entry of readChain(db)) expect(check.add(entry)).toBeNull();
    expect(check.end()).toBeNull();
    return check.head;
  });

const TOTALS = `query Totals($provider: AgencyCode!) {
  accessReceiptTotals(provider: $provider) { consumerCode consumer { name } item receipts rows withheldRows }
}`;

it('is a chain that is whole, the same every time, and every visitor is in the directory', async () => {
  expect(await endOf(world)).toEqual({
    sequence: 36,
    hash: 'a5b446b24b021ad12031500baf0dea69591a5a78fa6877633fe7620375f96637',
  });
  const { accessReceiptTotals: totals } = await world
    .as(viewer('341200-HRSS'))
    .ask(TOTALS, { provider: '341200-HRSS' });
  expect(totals).toEqual([
    {
      ...{ consumerCode: '310000-YRDOFFICE', consumer: { name: '长三角区域合作办公室' } },
      ...{ item: 'labor-flow.reports', receipts: 11, rows: 1221, withheldRows: 0 },
    },
    {
      ...{ consumerCode: '310000-YRDOFFICE', consumer: { name: '长三角区域合作办公室' } },
      ...{ item: 'personnel.officer-contact', receipts: 2, rows: 0, withheldRows: 8 },
    },
  ]);
});

it.each(['310000-HRSS', '330421-HRSS', '341225-AGRI', '330421-URBAN', '310118-ORG', '310118104-GOV'])(
  'shows %s who was given its data, or refused it',
  async (provider) => {
    const { accessReceiptTotals: totals } = await world.as(viewer(provider)).ask(TOTALS, { provider });
    expect(totals.length).toBeGreaterThan(0);
    for (const { consumer, receipts } of totals) {
      expect(consumer).toEqual({ name: expect.any(String) });
      expect(receipts).toBeGreaterThan(0);
    }
  },
);

describe('a hub that has sealed receipts before', () => {
  const older = useSubgraph(registry);

  it('gets those of the demo behind them', async () => {
    const leaves = [
      {
        provider: '341200-HRSS',
        items: [{ item: 'labor-flow.reports', disclosedRows: 1, withheldRows: 0, reason: null }],
      },
    ];
    const own = {
      ...{ id: 'own', at: '2026-11-23T02:00:00.000Z', gateway: 'g', requestId: 'r', consumer: '310117-HRSS' },
      ...{ user: 'u', purpose: null, operationName: null, leaves },
    };
    await answerReceipts(older.database, { receipts: [own] });
    await older.build(loadReceipts);
    expect((await endOf(older)).sequence).toBe(37);
  });
});
