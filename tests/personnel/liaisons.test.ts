import { personnel } from '../../subgraphs/personnel';
import { nearestLiaisons } from '../../subgraphs/personnel/liaisons/rules';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { codesOf, methodsOf, mutation, personnelMaker } from './make';

const LIAISON = 'liaison { id officer { id } agency { code } topic { code } phone startsOn endsOn }';
const APPOINT = mutation('appointLiaison', LIAISON);
const END = mutation('endLiaison', LIAISON);
const FIND = `query Find($jurisdiction: JurisdictionCode!, $topic: String, $includesFormer: Boolean) {
  liaisons(jurisdiction: $jurisdiction, topic: $topic, includesFormer: $includesFormer) {
    phone endsOn agency { code } officer { name phone } topic { name }
  }
}`;

describe('liaisons', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const as = (agency: string) => world.as(viewer(agency));
  const appoint = async (agency: string, more: object = {}) =>
    as(agency).do(APPOINT, {
      ...{ officerId: (await make.officer({ agency, phone: '021-00000001' })).id },
      ...{ topic: 'WATER', phone: '021-5926 0000', ...more },
    });
  const found = async (jurisdiction: string, filter: object = {}) =>
    (await as('330421-URBAN').ask(FIND, { jurisdiction, ...filter })).liaisons as {
      agency: { code: string };
      phone: string;
      endsOn: string | null;
      officer: { phone: string | null };
    }[];
  const codes = async (jurisdiction: string, filter: object = {}) =>
    (await found(jurisdiction, filter)).map(({ agency }) => agency.code);

  it('give any unit their own line, and the phone of the officer to none', async () => {
    const agency = make.unit('350102101');
    const { liaison } = await appoint(agency);
    expect(liaison).toMatchObject({
      agency: { code: agency },
      topic: { code: 'WATER' },
      startsOn: '2026-11-23',
      endsOn: null,
    });
    expect(await found('350102101', { topic: 'WATER' })).toEqual([
      {
        ...{ phone: '021-5926 0000', endsOn: null, agency: { code: agency } },
        ...{ officer: { name: '陆远山', phone: null }, topic: { name: '水环境联保共治' } },
      },
    ]);
  });

  it('are those of a place and below; else those of the nearest place above', async () => {
    const [county, town] = [make.unit('350205'), make.unit('350205001')];
    await appoint(county);
    await appoint(town, { topic: 'GRID' });
    expect(await codes('350205')).toEqual([county, town]);
    expect(await codes('350205001')).toEqual([town]);
    expect(await codes('350205001', { topic: 'WATER' })).toEqual([county]);
    expect(await codes('350205001201', { topic: 'GRID' })).toEqual([town]);
    expect(await codes('350206', { topic: 'WATER' })).toEqual([]);
    expect(await codes('350205', { topic: 'NONE' })).toEqual([]);
  });

  it('leave their history behind', async () => {
    const agency = make.unit('350303');
    const { liaison } = await appoint(agency, { startsOn: '2026-03-01' });
    const end = (endsOn: string | undefined, by = agency) =>
      as(by).do(END, { liaisonId: liaison.id, endsOn });
    expect(codesOf(await end('2026-11-24'))).toEqual(['INVALID endsOn']);
    expect(codesOf(await end('2026-02-28'))).toEqual(['INVALID endsOn']);
    expect(codesOf(await end('2026-06-30', '330421-ORG'))).toEqual(['NOT_ALLOWED liaisonId']);
    expect((await end('2026-06-30')).liaison.endsOn).toBe('2026-06-30');
    expect(codesOf(await end('2026-06-30'))).toEqual(['NOT_ALLOWED_IN_STATE liaisonId']);
    await appoint(agency, { phone: '0591-1234567' });
    expect((await found('350303')).map(({ phone }) => phone)).toEqual(['0591-1234567']);
    expect((await found('350303', { includesFormer: true })).map(({ endsOn }) => endsOn)).toEqual([
      null,
      '2026-06-30',
    ]);
  });

  it('are appointed by the unit of the officer or of the posting', async () => {
    const { posting, units } = await make.posted();
    const attempt = (agency: string) =>
      as(agency).do(APPOINT, { officerId: posting.officer, topic: 'LABOR', phone: '0558-1234567' });
    for (const side of ['home', 'host', 'stint host'] as const)
      expect(codesOf(await attempt(units[side]))).toEqual([]);
    for (const side of ['organizer', 'stranger'] as const)
      expect(codesOf(await attempt(units[side]))).toEqual(['NOT_ALLOWED officerId']);
  });

  it('have one appointment for a topic, whoever is faster', async () => {
    const agency = make.unit();
    const officerId = (await make.officer({ agency })).id;
    const attempt = () => appoint(agency, { officerId });
    expect((await Promise.all([attempt(), attempt()])).map(codesOf).sort()).toEqual([
      [],
      ['CONFLICT officerId'],
    ]);
  });

  it.each([
    [
      'everything wrong at once',
      { topic: 'NONE', phone: 'call me', startsOn: '2026-11-24' },
      ['NOT_FOUND topic', 'INVALID phone', 'INVALID startsOn'],
    ],
    ['no phone', { phone: ' ' }, ['REQUIRED phone']],
    ['a phone without digits', { phone: '( - - - )' }, ['INVALID phone']],
    ['an officer that there is not', { officerId: 'none' }, ['NOT_FOUND officerId']],
  ])('refuse %s', async (_, change, expected) => {
    expect(codesOf(await appoint(make.unit(), change))).toEqual(expected);
  });

  it('are found by the same statements for one and for twenty', async () => {
    const statements = async () => methodsOf(await world.statementsOf(() => found('350400'))).sort();
    await appoint(make.unit('350403'));
    const one = await statements();
    for (let i = 0; i < 20; i += 1) await appoint(make.unit('350403'), { topic: 'GRID' });
    expect(await statements()).toEqual(one);
    expect(await found('350400')).toHaveLength(21);
  });
});

it('nearestLiaisons prefers the lowest place above', () => {
  const rows = ['310000', '310118'].map((jurisdiction) => ({ jurisdiction }));
  expect(nearestLiaisons(rows, '310118104')).toEqual([{ jurisdiction: '310118' }]);
  expect(nearestLiaisons(rows, '310117')).toEqual([{ jurisdiction: '310000' }]);
  expect(nearestLiaisons(rows, '320000')).toEqual([]);
});
