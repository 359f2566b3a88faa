import { personnel } from '../../subgraphs/personnel';
import { hostOn } from '../../subgraphs/personnel/secondments/rules';
import { partyAmong } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { personnelMaker } from './make';

describe("the parties to a posting's conduct", () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);

  const isParty = async (agency: string, functions: string[], id: string) => {
    const session = world.database.session(viewer(agency, { functions }));
    try {
      return (await partyAmong(session.db, [id])).length > 0;
    } finally {
      await session.end();
    }
  };

  it('are the units that it names, and those whose duty it is in their places', async () => {
    const program = await make.program({ organizer: '310000-YRDOFFICE' });
    const posting = await make.posting({
      program: program.code,
      home_agency: '341225-HRSS',
      host_agency: '310118104-CITYOPS',
    });
    await world.build((db) =>
      db('secondment_stints').insert({
        ...{ secondment: posting.id, host_agency: '330421103-GOV' },
        ...{ starts_on: '2026-05-01', ends_on: '2026-05-31' },
      }),
    );
    const found: Record<string, boolean> = {};
    for (const [agency, ...functions] of [
      ['341225-HRSS'],
      ['310118104-CITYOPS'],
      ['330421103-GOV'],
      ['310000-YRDOFFICE'],
      ['341200-ORG', 'ORGANIZATION'],
      ['310118-ORG', 'ORGANIZATION'],
      ['330421-ORG', 'ORGANIZATION'],
      ['310118104-GOV', 'GENERAL_GOVERNMENT'],
      ['310117-ORG', 'ORGANIZATION'],
      ['310118-AGRI', 'AGRICULTURE'],
      ['341225-AGRI'],
    ] as const) {
      found[agency] = await isParty(agency, functions, posting.id);
    }
    expect(found).toEqual({
      '341225-HRSS': true,
      '310118104-CITYOPS': true,
      '330421103-GOV': true,
      '310000-YRDOFFICE': true,
      '341200-ORG': true,
      '310118-ORG': true,
      '330421-ORG': true,
      '310118104-GOV': true,
      '310117-ORG': false,
      '310118-AGRI': false,
      '341225-AGRI': false,
    });
  });

  it("do not include who organizes at the organizer's place", async () => {
    const program = await make.program({ organizer: '320500-HRSS' });
    const { id } = await make.posting({ program: program.code });
    expect(await isParty('320500-HRSS', [], id)).toBe(true);
    expect(await isParty('320500-ORG', ['ORGANIZATION'], id)).toBe(false);
  });

  it('name a unit once, however many parts it has', async () => {
    const { code } = await make.program({ organizer: '320500-GOV' });
    const { id } = await make.posting({ program: code, host_agency: '320500-GOV' });
    await world.build((db) =>
      db('secondment_stints').insert({
        ...{ secondment: id, host_agency: '320500-GOV', starts_on: '2026-05-01', ends_on: '2026-05-31' },
      }),
    );
    const rows = await world.build((db) =>
      db('secondment_parties').select('agency', 'is_place').where({ id, agency: '320500-GOV' }),
    );
    expect(rows).toEqual([{ agency: '320500-GOV', is_place: true }]);
  });

  it('are changed by nobody', async () => {
    const { id } = await make.posting();
    const session = world.database.session(viewer('340000-AGRI'));
    try {
      await expect(
        session.write((db) => db('secondment_parties').insert({ id, agency: '340000-AGRI', is_place: true })),
      ).rejects.toThrow('permission denied');
    } finally {
      await session.end();
    }
  });
});

describe('hostOn', () => {
  const posting = { host_agency: 'A' };
  const stints = [
    { host_agency: 'B', starts_on: '2026-05-01', ends_on: '2026-05-31' },
    { host_agency: 'C', starts_on: '2026-06-01', ends_on: '2026-06-30' },
  ];
  it.each([
    ['2026-04-30', 'A'],
    ['2026-05-01', 'B'],
    ['2026-05-31', 'B'],
    ['2026-06-01', 'C'],
    ['2026-07-01', 'A'],
  ])('on %s is %s', (day, expected) => {
    expect(hostOn(posting, stints, day)).toBe(expected);
  });
});
