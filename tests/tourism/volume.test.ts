import { FILLED_TABLES, fillApplications } from '../../scripts/bench/license-applications';
import type { Db } from '../../subgraphs/kit/database';
import { tourism } from '../../subgraphs/tourism';
import {
  applicationsAt,
  applicationsByApplicant,
  applicationsForPremises,
  applicationsIn,
  applicationsOfViewer,
} from '../../subgraphs/tourism/applications/store';
import { decidedIn, departmentsIn, pendingIn } from '../../subgraphs/tourism/durations/store';
import { agendaOf } from '../../subgraphs/tourism/sessions/store';
import { planOf } from '../support/plans';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn } from './make';

const TOWN = '330421103';
const COUNT = 3_000;

describe('many applications', () => {
  const world = useSubgraph(tourism);
  const office = viewer(`${TOWN}-REVIEW`, { functions: ['LICENSE_REVIEW'] });

  beforeAll(async () => {
    await makeIn(world).procedure({
      jurisdiction: TOWN,
      functions: ['INVESTMENT', 'BUILDING_APPEARANCE', 'FIRE_SAFETY'].map((code) => ({
        code,
        is_veto: true,
      })),
    });
    await world.build((db) =>
      db.raw(fillApplications({ town: TOWN, count: COUNT, from: '2024-01-01', to: '2026-09-30' })),
    );
    await world.build((db) => db.raw(`ANALYZE ${FILLED_TABLES}`));
  }, 60_000);

  const PAGE = { first: 20 };
  const YEAR = { under: TOWN, from: '2025-01-01', to: '2025-12-31', byTown: false };
  const BY_TIME = /Index.* Scan Backward using applications_by_time/;
  const byGram = (table: string) => new RegExp(`${table}_pkey.*\\s+Index Cond: .*gram = '[^']{2}'`);

  it.each<[string, (db: Db) => Promise<unknown>, RegExp]>([
    ['the latest of a place', (db) => applicationsIn(db, [TOWN], PAGE), BY_TIME],
    ['the latest of all', (db) => applicationsOfViewer(db, office, PAGE), BY_TIME],
    [
      'a shop in a place',
      (db) => applicationsIn(db, [TOWN], { ...PAGE, shopNameContains: '听荷客栈4' }),
      /application_grams_pkey.*\s+Index Cond: .*gram = '[^']{2}'::text\) AND \(.*jurisdiction >= '330421103'/,
    ],
    [
      'a shop anywhere',
      (db) => applicationsOfViewer(db, office, { ...PAGE, shopNameContains: '听荷客栈4' }),
      byGram('application_grams'),
    ],
    [
      'a street',
      (db) => applicationsIn(db, [TOWN], { ...PAGE, addressContains: '里仁街77号' }),
      byGram('application_grams'),
    ],
    [
      'an applicant by name',
      (db) => applicationsByApplicant(db, { ...PAGE, under: TOWN, nameContains: '沈梦瑶' }),
      byGram('applicant_grams'),
    ],
    [
      'an applicant by telephone',
      (db) => applicationsByApplicant(db, { ...PAGE, phone: '13900000777' }),
      /applicants_by_phone.*\s+Index Cond: \(phone = /,
    ],
    [
      'a house',
      (db) => applicationsAt(db, { town: TOWN, address: '西街86号' }, PAGE),
      /applications_by_premises.*\s+Index Cond: \(\(town = .* AND \(premises_key = /,
    ],
    [
      'what else was applied for in a house',
      (db) => applicationsForPremises(db, [`filled-${TOWN}-5`], PAGE),
      /applications_by_premises.*\s+Index Cond: \(\(town = .* AND \(premises_key = /,
    ],
    [
      'an agenda',
      (db) => agendaOf(db, [`filled-session-${TOWN}-3`], PAGE),
      /agenda_items_pkey.*\s+Index Cond: \(session_id = /,
    ],
    [
      'what was decided in a year',
      (db) => decidedIn(db, YEAR),
      /decisions_by_town.*\s+Index Cond: \(\(town >= .* AND \(decided_at >= /,
    ],
    [
      'what departments said in a year',
      (db) => departmentsIn(db, YEAR),
      /review_opinions_by_place.*\s+Index Cond: \(\(jurisdiction >= .* AND \(given_at >= /,
    ],
    ['what waits', (db) => pendingIn(db, YEAR), /applications_by_town.*\s+Index Cond: .*stage = ANY/],
  ])('have %s found by an index under row security', async (_, read, expected) => {
    expect(await planOf(world, office, read)).toMatch(expected);
  });

  const NODE = `edges { node { number shopName opinions { verdict function { isVeto } } decision { conditions { text } }
    durations { workingDays } materials { code } timeline { kind } } }`;
  const found = async (query: string): Promise<{ shopName: string; number: string }[]> => {
    const [page] = Object.values(await world.as(office).ask(query)) as [{ edges: { node: never }[] }];
    return page.edges.map(({ node }) => node);
  };

  it('are found by a part of their name, street or applicant, and no others', async () => {
    const shops = await found(
      `{ licenseApplications(shopNameContains: "听荷客栈", first: 200) { ${NODE} } }`,
    );
    const all = await world.build((db) =>
      db.raw<{ shop_name: string }>("SELECT shop_name FROM applications WHERE shop_name LIKE '%听荷客栈%'"),
    );
    expect(shops.map(({ shopName }) => shopName).sort()).toEqual(all.map((row) => row.shop_name).sort());
    expect(all.length).toBeGreaterThan(20);
    // Both pairs are in the index, though never in this order.
    expect(await found(`{ licenseApplications(shopNameContains: "客栈听荷") { ${NODE} } }`)).toEqual([]);
    expect(await found(`{ licenseApplications(addressContains: "里仁街7号") { ${NODE} } }`)).not.toEqual([]);
    const named = await found(
      `{ licenseApplicationsByApplicant(nameContains: "沈建", first: 200) { ${NODE} } }`,
    );
    const people = await world.build((db) => db.raw("SELECT 1 FROM applicants WHERE name LIKE '%沈建%'"));
    expect(named).toHaveLength(people.length);
  });

  it('are found by what they are called now', async () => {
    const id = `filled-${TOWN}-5`;
    await world.build((db) => db('applications').where({ id }).update({ shop_name: '紫藤小筑' }));
    expect(await found(`{ licenseApplications(shopNameContains: "紫藤") { ${NODE} } }`)).toHaveLength(1);
    expect(await found(`{ licenseApplications(shopNameContains: "客栈5") { ${NODE} } }`)).not.toContainEqual(
      expect.objectContaining({ number: id }),
    );
  });

  it('take as many statements as few do', async () => {
    const statements = async (first: number) =>
      (
        await world.statementsOf(() =>
          found(
            `{ licenseApplications(shopNameContains: "听荷", stage: DECIDED, first: ${first}) { ${NODE} } }`,
          ),
        )
      ).length;
    expect(await statements(100)).toBe(await statements(1));
  });
});
