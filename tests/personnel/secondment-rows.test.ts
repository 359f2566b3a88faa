import { randomUUID } from 'node:crypto';
import { personnel } from '../../subgraphs/personnel';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { personnelMaker } from './make';

describe('what the database holds of postings, whoever writes', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);

  describe('one posting at a time', () => {
    const officerWith = async (given: Partial<SecondmentRow>) => {
      const posting = await make.posting({ starts_on: '2026-03-02', ends_on: '2026-08-31', ...given });
      return { officer: posting.officer, home_agency: posting.home_agency };
    };
    const taken = /one_posting_at_a_time/;

    it.each(['PLANNED', 'ACTIVE'] as const)(
      'refuses one that begins on the last day of one that is %s',
      async (status) => {
        const of = await officerWith({ status });
        await expect(make.posting({ ...of, starts_on: '2026-08-31' })).rejects.toThrow(taken);
        await expect(make.posting({ ...of, status: 'PLANNED', starts_on: '2026-08-31' })).rejects.toThrow(
          taken,
        );
      },
    );

    it('lets one begin the day after another', async () => {
      const of = await officerWith({});
      await expect(make.posting({ ...of, starts_on: '2026-09-01' })).resolves.toMatchObject(of);
    });

    it('does not count one that is DECLINED', async () => {
      const of = await officerWith({ status: 'DECLINED' });
      await expect(make.posting({ ...of, starts_on: '2026-07-01' })).resolves.toMatchObject(of);
    });

    it('counts one that is COMPLETED, for what is past may be entered in any order', async () => {
      const of = await officerWith({ status: 'COMPLETED' });
      await expect(make.posting({ ...of, starts_on: '2026-07-01' })).rejects.toThrow(taken);
    });

    it('counts one that is RECALLED until the recall', async () => {
      const of = await officerWith({ status: 'RECALLED', ends_on: '2026-06-30' });
      await expect(make.posting({ ...of, starts_on: '2026-06-30' })).rejects.toThrow(taken);
      await expect(make.posting({ ...of, starts_on: '2026-07-01' })).resolves.toMatchObject(of);
    });

    it('does not count one that was RECALLED before it began', async () => {
      const of = await officerWith({ status: 'RECALLED', recalled_on: '2026-03-01', ends_on: '2026-03-01' });
      await expect(make.posting({ ...of, starts_on: '2026-03-01' })).resolves.toMatchObject(of);
    });

    it('lets two officers be posted at the same time', async () => {
      const { home_agency } = await officerWith({});
      const colleague = await make.officer({ agency: home_agency });
      await expect(make.posting({ officer: colleague.id, home_agency })).resolves.toMatchObject({
        home_agency,
      });
    });

    it('lets one of ten that are planned at once win', async () => {
      const officer = await make.officer();
      const attempts = await Promise.allSettled(
        Array.from({ length: 10 }, () => make.posting({ officer: officer.id, home_agency: officer.agency })),
      );
      expect(attempts.filter((a) => a.status === 'fulfilled')).toHaveLength(1);
    });

    it('holds for the stints of a posting likewise', async () => {
      const [posting, other] = [await make.posting(), await make.posting()];
      const stint = (secondment: string, starts_on: string, ends_on: string) =>
        world.build((db) =>
          db('secondment_stints').insert({ secondment, host_agency: '310118104-GOV', starts_on, ends_on }),
        );
      await stint(posting.id, '2026-03-16', '2026-04-15');
      await stint(posting.id, '2026-04-16', '2026-05-15');
      await stint(other.id, '2026-03-16', '2026-04-15');
      await expect(stint(posting.id, '2026-05-15', '2026-06-14')).rejects.toThrow(/one_stint_at_a_time/);
    });
  });

  describe('row security', () => {
    const asRuntime = async <Result>(
      agency: string | null,
      work: (session: ReturnType<typeof world.database.session>) => Promise<Result>,
    ) => {
      const session = world.database.session(agency === null ? null : viewer(agency));
      try {
        return await work(session);
      } finally {
        await session.end();
      }
    };
    const move = (agency: string, id: string, change: Partial<SecondmentRow>) =>
      asRuntime(agency, (session) =>
        session.write((db) => db('secondments').where({ id }).update(change).returning('status')),
      );

    it.each(['secondment_programs', 'secondments', 'secondment_stints', 'secondment_events'])(
      'opens %s to any signed-in unit and closes it to nobody',
      async (table) => {
        const { id } = await make.posting({ program: (await make.program()).code });
        await world.build(async (db) => {
          const of = { secondment: id };
          await db('secondment_stints').insert({
            ...of,
            host_agency: '310118104-GOV',
            starts_on: '2026-03-02',
            ends_on: '2027-03-01',
          });
          await db('secondment_events').insert({
            ...of,
            ordinal: 1,
            kind: 'PLANNED',
            at: new Date(),
            actor: '陆远山',
            agency: '310118104-GOV',
          });
        });
        const count = (agency: string | null) =>
          asRuntime(agency, (session) => session.db.raw<{ n: number }>(`SELECT count(*) AS n FROM ${table}`));
        expect((await count('330421-URBAN'))[0]?.n).toBeGreaterThan(0);
        await expect(count(null)).rejects.toThrow(`permission denied for table ${table}`);
      },
    );

    const recall = { recall_reason: '另有任用', recalled_on: '2026-06-30', ends_on: '2026-06-30' };

    it.each<[SecondmentRow['status'], 'home_agency' | 'host_agency', Partial<SecondmentRow>, boolean]>([
      ['PLANNED', 'host_agency', { status: 'ACTIVE' }, true],
      ['PLANNED', 'host_agency', { status: 'DECLINED' }, true],
      ['PLANNED', 'home_agency', { status: 'DECLINED' }, false],
      ['ACTIVE', 'home_agency', { status: 'RECALLED', ...recall }, true],
      ['ACTIVE', 'host_agency', { status: 'RECALLED', ...recall }, false],
      ['PLANNED', 'home_agency', { status: 'ACTIVE' }, false],
      ['PLANNED', 'host_agency', { status: 'COMPLETED' }, false],
      ['ACTIVE', 'host_agency', { status: 'DECLINED' }, false],
      ['ACTIVE', 'home_agency', { status: 'COMPLETED' }, true],
      ['ACTIVE', 'home_agency', { ends_on: '2027-06-30' }, false],
      ['ACTIVE', 'host_agency', { ends_on: '2027-06-30' }, false],
      ['ACTIVE', 'host_agency', { status: 'PLANNED' }, false],
    ])('of one that is %s the %s may set %j: %s', async (status, side, change, isAllowed) => {
      const posting = await make.posting({ status });
      const moved = move(posting[side], posting.id, change);
      if (isAllowed) await expect(moved).resolves.toEqual([{ status: change.status ?? status }]);
      else await expect(moved).rejects.toThrow(/violates row-level security policy|may not take this step/);
    });

    it('moves the last day for either unit to where both agreed, and no further', async () => {
      const { id, home_agency, host_agency } = await make.posting();
      await world.build((db) =>
        db('secondment_extensions').insert({
          ...{ id: randomUUID(), secondment: id, status: 'AGREED', previously_ends_on: '2027-03-01' },
          ...{ ends_on: '2027-06-30', stints: '[]', reason: '延期', proposed_by: home_agency },
          ...{ proposed_at: world.now, proposer: '甲', answered_by: host_agency, answered_at: world.now },
          answerer: '乙',
        }),
      );
      await expect(move(host_agency, id, { ends_on: '2027-07-01' })).rejects.toThrow(
        'may not take this step',
      );
      expect(await move(host_agency, id, { ends_on: '2027-06-30' })).toEqual([{ status: 'ACTIVE' }]);
    });

    it.each(['COMPLETED', 'RECALLED', 'DECLINED'] as const)(
      'leaves one that is %s as it is',
      async (status) => {
        const { id, home_agency, host_agency } = await make.posting({ status });
        expect(await move(home_agency, id, { ends_on: '2027-06-30' })).toEqual([]);
        expect(await move(host_agency, id, { ends_on: '2027-06-30' })).toEqual([]);
      },
    );

    it.each([
      ['a stranger', '330421-URBAN'],
      ['the organization department of the host place', '310118-ORG'],
    ])('lets %s change nothing', async (_, agency) => {
      const { id } = await make.posting({ host_agency: make.unit('310118') });
      expect(await move(agency, id, { ends_on: '2027-06-30' })).toEqual([]);
      const [row] = await world.build((db) => db('secondments').select('ends_on').where({ id }));
      expect(row?.ends_on).toBe('2027-03-01');
    });

    it('lets no unit give a posting away', async () => {
      const { id, host_agency } = await make.posting();
      const away = { home_agency: '330421-ORG', host_agency: '330421-URBAN' };
      await expect(move(host_agency, id, away)).rejects.toThrow('permission denied for table secondments');
    });

    it('lets a unit plan postings of its own only', async () => {
      const officer = await make.officer();
      const row = {
        id: randomUUID(),
        officer: officer.id,
        home_agency: officer.agency,
        host_agency: make.unit(),
        position: '副主任（挂职）',
        status: 'PLANNED',
        starts_on: '2026-12-01',
        ends_on: '2027-02-28',
      };
      const insert = (agency: string) =>
        asRuntime(agency, (session) => session.write((db) => db('secondments').insert(row)));
      await expect(insert('330421-URBAN')).rejects.toThrow('violates row-level security policy');
      await insert(officer.agency);
      const planned = await world.build((db) =>
        db('secondments').select('id').where({ officer: officer.id }),
      );
      expect(planned).toEqual([{ id: row.id }]);
    });

    it('lets nobody delete a posting', async () => {
      const { id, home_agency } = await make.posting();
      await expect(
        asRuntime(home_agency, (session) => session.write((db) => db('secondments').where({ id }).delete())),
      ).rejects.toThrow('permission denied for table secondments');
    });
  });
});
