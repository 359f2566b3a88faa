import { createHmac } from 'node:crypto';
import type { Caller } from '../support/subgraph';
import { testAttacker } from './small-cells';
import { FLOW, hr, type Row, useStatistics } from './statistics-world';

describe('small cells', () => {
  // All values and places take minutes; some of each say nearly as much.
  testAttacker({ values: [0, 2, 4, 6, 8, 9], isWhole: false });

  const { world, as, stranger, freshMonth, submit } = useStatistics();

  it('leave a note when a party is shown another unit exact ones, and none otherwise', async () => {
    const month = freshMonth();
    await submit('341225-HRSS', 'ORIGIN', month, [
      ['341225', '330421', 'B', 4],
      ['341225', '330421', 'C', 400],
    ]);
    const noted = async (caller: Caller, sector: string) => {
      const variables = { origin: '341225', destination: '330421', month, sector };
      return (await caller.send(FLOW, variables)).extensions ?? null;
    };
    expect(await noted(as('330421-HRSS'), 'B')).toEqual({
      hubSharing: {
        disclosed: [
          {
            ...{ item: 'labor-flow.reports', provider: '341225-HRSS' },
            ids: [`${month}|ORIGIN|341225|330421|B`],
          },
        ],
        withheld: [],
      },
    });
    expect(await noted(as('330421-HRSS'), 'C')).toBeNull();
    expect(await noted(as('341225-HRSS'), 'B')).toBeNull();
    expect(await noted(stranger(), 'B')).toBeNull();
  });

  it('are drawn by the database under a key that no member reads or is handed', async () => {
    const month = freshMonth();
    await submit('341225-HRSS', 'ORIGIN', month, [['341225', '330421', 'B', 4]]);
    const session = world.database.session(hr('341225-HRSS'));
    for (const attempt of [
      'SELECT * FROM labor_flow_month_keys',
      'SELECT labor_flow_month_key(?)',
      "SELECT labor_flow_masked('x', 1), ?",
      'UPDATE labor_flow_month_keys SET key = NULL WHERE month = ?',
    ]) {
      const tried = session.write((db) => db.raw(attempt, attempt.includes('?') ? [month] : []));
      await expect(tried).rejects.toThrow(/permission denied|does not exist/);
    }
    await session.end();
  });

  it('are not drawn for who is no party to what another unit has reported', async () => {
    const month = freshMonth();
    await submit('341225-HRSS', 'ORIGIN', month, [['341225', '330421', 'B', 4]]);
    const draws = async (agency: string) => {
      const session = world.database.session(hr(agency));
      const drawn = await session.db.raw(
        `SELECT drawn FROM draw_small_labor_flows(?, 'ORIGIN', ARRAY['341225', '341225'], ARRAY['330421', '330421'],
           ARRAY['B', 'C'], ARRAY[9, 9])`,
        [month],
      );
      await session.end();
      return drawn.length;
    };
    expect(await draws('341200-HRSS')).toBe(2);
    expect(await draws('330421-HRSS')).toBe(2);
    // Sector C is nobody's yet, so what it would be drawn as says nothing of anyone.
    expect(await draws('320500-HRSS')).toBe(1);
  });

  it('are drawn by an HMAC of the cell under the month’s key: each for itself, right on average, 0 as 0', async () => {
    const places = await world.build((db) =>
      db<{ code: string }>('places').select('code').whereRaw("level = 'COUNTY'").orderBy('code').limit(1_000),
    );
    const month = freshMonth();
    for (const workers of [0, 4, 9]) {
      const sector = 'ABCDEFGHIJ'.charAt(workers);
      await submit(
        '340000-HRSS',
        'ORIGIN',
        month,
        places.map(({ code }): Row => ['341225', code, sector, workers]),
      );
    }
    const [keyed] = await world.build((db) =>
      db<{ month: string; key: Buffer }>('labor_flow_month_keys').where({ month }).select('key'),
    );
    const stored = await world.build((db) =>
      db<{
        month: string;
        destination: string;
        sector: string;
        workers: number;
        public_workers: number;
        is_small: boolean;
      }>('labor_flow_reports').where({ month }),
    );
    expect(stored).toHaveLength(3_000);
    for (const { destination, sector, workers, public_workers, is_small } of stored) {
      const name = [month, 'ORIGIN', '341225', destination, sector].join('|');
      const draw =
        createHmac('sha256', keyed?.key ?? '')
          .update(name)
          .digest()
          .readUIntBE(0, 6) /
        2 ** 48;
      expect([public_workers, is_small]).toEqual([draw * 10 < workers ? 10 : 0, true]);
    }
    for (const workers of [0, 4, 9]) {
      const drawn = stored.filter((row) => row.workers === workers).map((row) => row.public_workers);
      const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
      // Five standard deviations of the mean of 1,000 draws of 0 or 10 are at most 0.8.
      expect(Math.abs(mean - workers)).toBeLessThanOrEqual(workers === 0 ? 0 : 0.8);
    }
  });
});
