import type { Viewer } from '../../subgraphs/kit/viewer';
import { tourism } from '../../subgraphs/tourism';
import { BUSINESSES } from '../../subgraphs/tourism/applications/reference';
import {
  applicationsIn,
  applicationsOfViewer,
  type LicenseApplicationFilter,
  type LicenseApplicationRow,
} from '../../subgraphs/tourism/applications/store';
import { planOf } from '../support/plans';
import { type Caller, useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aTown, makeIn } from './make';

const office = (town: string): Viewer => viewer(`${town}-REVIEW`, { functions: ['LICENSE_REVIEW'] });
const government = (place: string): Viewer => viewer(`${place}-GOV`, { functions: ['GENERAL_GOVERNMENT'] });

const ONE = 'query One($id: ID!) { licenseApplication(id: $id) { id } }';
const ARGUMENTS = `$stage: LicenseApplicationStage, $kind: LicenseApplicationKind, $business: String,
  $shopNameContains: String, $addressContains: String, $submittedFrom: Date, $submittedTo: Date, $first: Int, $after: String`;
const PASSED = `stage: $stage, kind: $kind, business: $business, shopNameContains: $shopNameContains,
  addressContains: $addressContains, submittedFrom: $submittedFrom, submittedTo: $submittedTo, first: $first, after: $after`;
const PAGE = 'edges { cursor node { shopName } } pageInfo { hasNextPage endCursor }';
const LIST = `query List($under: JurisdictionCode, ${ARGUMENTS}) {
  licenseApplications(under: $under, ${PASSED}) { ${PAGE} } }`;
const BELOW = `query Below($places: [_Any!]!, ${ARGUMENTS}) {
  _entities(representations: $places) { ... on Jurisdiction { code licenseApplications(${PASSED}) { ${PAGE} } } } }`;

interface Page {
  edges: { cursor: string; node: { shopName: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const shops = (page: Page) => page.edges.map((edge) => edge.node.shopName);
const places = (...codes: string[]) => codes.map((code) => ({ __typename: 'Jurisdiction', code }));

/** The shops of a list asked in each of the three ways in which a town's list can be asked. */
const everyWay: [string, (caller: Caller, town: string, filter: object) => Promise<Page>][] = [
  [
    'under a place',
    async (caller, town, filter) => (await caller.ask(LIST, { ...filter, under: town })).licenseApplications,
  ],
  [
    'without a place',
    async (caller, _, filter) =>
      (await caller.ask(LIST, filter as Record<string, unknown>)).licenseApplications,
  ],
  [
    'from a jurisdiction',
    async (caller, town, filter) =>
      (await caller.ask(BELOW, { ...filter, places: places(town) }))._entities[0].licenseApplications,
  ],
];

describe('license applications', () => {
  const world = useSubgraph(tourism);
  const make = makeIn(world);

  describe('an application', () => {
    it('is told whole to a party', async () => {
      const town = aTown();
      const procedure = await make.procedure({ jurisdiction: town, version: 3 });
      const filed = `${town}-TOURISM`;
      const { id } = await make.application({
        number: `${town}-2026-0012`,
        shop_name: '廊桥客栈',
        kind: 'RENOVATION',
        stage: 'AWAITING_MATERIALS',
        jurisdiction: `${town}001`,
        address: '西街86号',
        floors: 2,
        area_square_meters: 180.5,
        business: 'GUESTHOUSE',
        proposal: '更换门面木窗。',
        submitted_at: new Date('2026-11-11T02:00:00Z'),
        filed_by: filed,
        procedure_id: procedure.id,
        applicant: { name: '钱玉珍', phone: '13800000001' },
        materials: [
          {
            code: 'PROPOSAL',
            name: '方案',
            url: 'https://files.example/p.pdf',
            requested_at: null,
            supplied_at: new Date('2026-11-11T02:00:00Z'),
          },
          {
            code: 'FIRE_PLAN',
            name: '消防疏散图',
            url: null,
            requested_at: new Date('2026-11-11T03:00:00Z'),
            supplied_at: null,
          },
        ],
        events: [
          {
            kind: 'SUBMITTED',
            at: new Date('2026-11-11T02:00:00Z'),
            actor: '倪立群',
            agency: filed,
            note: null,
          },
          {
            kind: 'MATERIALS_REQUESTED',
            at: new Date('2026-11-11T02:00:00Z'),
            actor: '沈佳敏',
            agency: `${town}-REVIEW`,
            note: '缺消防疏散图',
          },
        ],
      });
      const answer = await world.as(office(town)).ask(
        `query One($id: ID!) { licenseApplication(id: $id) {
        id number shopName kind stage jurisdiction { code } premises { address floors areaSquareMeters }
        business { code name } proposal materials { code name url requestedAt suppliedAt } submittedAt filedBy { code }
        procedure { version jurisdiction { code } } applicant { name phone } timeline { kind at actor agency { code } note }
      } }`,
        { id },
      );
      expect(answer.licenseApplication).toEqual({
        id,
        number: `${town}-2026-0012`,
        shopName: '廊桥客栈',
        kind: 'RENOVATION',
        stage: 'AWAITING_MATERIALS',
        jurisdiction: { code: `${town}001` },
        premises: { address: '西街86号', floors: 2, areaSquareMeters: 180.5 },
        business: { code: 'GUESTHOUSE', name: '民宿' },
        proposal: '更换门面木窗。',
        materials: [
          {
            code: 'FIRE_PLAN',
            name: '消防疏散图',
            url: null,
            requestedAt: '2026-11-11T03:00:00.000Z',
            suppliedAt: null,
          },
          {
            code: 'PROPOSAL',
            name: '方案',
            url: 'https://files.example/p.pdf',
            requestedAt: null,
            suppliedAt: '2026-11-11T02:00:00.000Z',
          },
        ],
        submittedAt: '2026-11-11T02:00:00.000Z',
        filedBy: { code: filed },
        procedure: { version: 3, jurisdiction: { code: town } },
        applicant: { name: '钱玉珍', phone: '13800000001' },
        timeline: [
          {
            kind: 'SUBMITTED',
            at: '2026-11-11T02:00:00.000Z',
            actor: '倪立群',
            agency: { code: filed },
            note: null,
          },
          {
            kind: 'MATERIALS_REQUESTED',
            at: '2026-11-11T02:00:00.000Z',
            actor: '沈佳敏',
            agency: { code: `${town}-REVIEW` },
            note: '缺消防疏散图',
          },
        ],
      });
    });

    it('is null by an unknown id', async () => {
      expect(await world.as(office(aTown())).ask(ONE, { id: 'no-such-id' })).toEqual({
        licenseApplication: null,
      });
    });

    it('answers as an entity to its parties alone', async () => {
      const [town, elsewhere] = [aTown(), aTown()];
      const { id } = await make.application({ jurisdiction: town, shop_name: '桨声咖啡' });
      const entity = (who: Viewer) =>
        world
          .as(who)
          .ask(
            'query E($r: [_Any!]!) { _entities(representations: $r) { ... on LicenseApplication { shopName } } }',
            { r: [{ __typename: 'LicenseApplication', id }] },
          );
      expect(await entity(office(town))).toEqual({ _entities: [{ shopName: '桨声咖啡' }] });
      expect(await entity(office(elsewhere))).toEqual({ _entities: [null] });
    });
  });

  describe.each(everyWay)('a list %s', (_, list) => {
    const town = aTown();
    const caller = () => world.as(office(town));
    const day = (text: string) => new Date(`2026-${text}+08:00`);

    beforeAll(async () => {
      const { id: procedure_id } = await make.procedure();
      const file = (given: Partial<LicenseApplicationRow>) =>
        make.application({ jurisdiction: town, procedure_id, ...given });
      await file({
        shop_name: '水乡人家客栈',
        address: '西街86号',
        business: 'GUESTHOUSE',
        kind: 'RENOVATION',
        stage: 'DECIDED',
        submitted_at: day('11-01T23:59:59.999'),
      });
      await file({
        shop_name: '半盏Coffee',
        address: '计家弄12号',
        business: 'CAFE',
        kind: 'NEW_BUSINESS',
        stage: 'SCHEDULED',
        submitted_at: day('11-02T00:00:00'),
      });
      await file({
        shop_name: '水乡夜酌',
        address: '塘东街103号',
        business: 'BAR',
        kind: 'NEW_BUSINESS',
        stage: 'SUBMITTED',
        submitted_at: day('11-03T23:59:59.999'),
      });
      await file({
        shop_name: '听雨茶馆',
        address: '上西街45号',
        business: 'TEAHOUSE',
        kind: 'CHANGE_OF_BUSINESS',
        stage: 'WITHDRAWN',
        submitted_at: day('11-04T00:00:00'),
      });
    });

    it.each<[string, object, string[]]>([
      ['nothing', {}, ['听雨茶馆', '水乡夜酌', '半盏Coffee', '水乡人家客栈']],
      ['the stage', { stage: 'SCHEDULED' }, ['半盏Coffee']],
      ['the kind', { kind: 'NEW_BUSINESS' }, ['水乡夜酌', '半盏Coffee']],
      ['the line of business', { business: 'TEAHOUSE' }, ['听雨茶馆']],
      ['an unknown line of business', { business: 'SPACE_TRAVEL' }, []],
      ['a word of two characters in the name', { shopNameContains: '水乡' }, ['水乡夜酌', '水乡人家客栈']],
      ['a single character in the name', { shopNameContains: '茶' }, ['听雨茶馆']],
      [
        'a word in the name in other case, with blanks around',
        { shopNameContains: ' coffee ' },
        ['半盏Coffee'],
      ],
      ['characters of the name that do not stand together', { shopNameContains: '水家' }, []],
      ['a blank name', { shopNameContains: ' ' }, ['听雨茶馆', '水乡夜酌', '半盏Coffee', '水乡人家客栈']],
      ['a wildcard in the name', { shopNameContains: '%' }, []],
      ['a street', { addressContains: '西街' }, ['听雨茶馆', '水乡人家客栈']],
      ['a street and a number', { addressContains: '西街86号' }, ['水乡人家客栈']],
      ['a first day', { submittedFrom: '2026-11-02' }, ['听雨茶馆', '水乡夜酌', '半盏Coffee']],
      ['a last day', { submittedTo: '2026-11-03' }, ['水乡夜酌', '半盏Coffee', '水乡人家客栈']],
      ['a single day', { submittedFrom: '2026-11-02', submittedTo: '2026-11-02' }, ['半盏Coffee']],
      ['days in the wrong order', { submittedFrom: '2026-11-03', submittedTo: '2026-11-02' }, []],
      [
        'several things at once',
        { kind: 'NEW_BUSINESS', shopNameContains: '水乡', submittedFrom: '2026-11-02' },
        ['水乡夜酌'],
      ],
    ])('narrows by %s, newest first', async (_what, filter, expected) => {
      expect(shops(await list(caller(), town, filter))).toEqual(expected);
    });

    it('is cut into pages without a repeat or a gap, the last of them ended', async () => {
      const busy = aTown();
      const { id: procedure_id } = await make.procedure();
      const at = (minute: number) => new Date(Date.UTC(2026, 10, 10, 2, minute));
      // Three of them at one instant: the cursor must tell them apart.
      for (const [i, minute] of [0, 1, 2, 2, 2, 3, 4].entries()) {
        await make.application({
          jurisdiction: busy,
          procedure_id,
          shop_name: `第${i}店`,
          submitted_at: at(minute),
        });
      }
      const pages: string[][] = [];
      let after: string | null = null;
      let hasNextPage = true;
      while (hasNextPage) {
        const page: Page = await list(world.as(office(busy)), busy, { first: 2, after });
        pages.push(shops(page));
        after = page.pageInfo.endCursor;
        hasNextPage = page.pageInfo.hasNextPage;
        expect(after).toBe(page.edges.at(-1)?.cursor);
      }
      expect(pages.map((page) => page.length)).toEqual([2, 2, 2, 1]);
      const met = pages.flat();
      expect([met.slice(0, 2), met.slice(5), [...met].sort()]).toEqual([
        ['第6店', '第5店'],
        ['第1店', '第0店'],
        ['第0店', '第1店', '第2店', '第3店', '第4店', '第5店', '第6店'],
      ]);
    });
  });

  describe('lists', () => {
    it('hold what lies in the place or below it, and nothing beside it', async () => {
      const county = '320998';
      const file = (jurisdiction: string) => make.application({ jurisdiction, shop_name: jurisdiction });
      for (const place of ['320998101', '320998101001', '320998102', '320999101']) await file(place);
      const caller = world.as(government('320000'));
      const under = async (place: string) =>
        shops((await caller.ask(LIST, { under: place })).licenseApplications).sort();
      expect(await under('320998101001')).toEqual(['320998101001']);
      expect(await under('320998101')).toEqual(['320998101', '320998101001']);
      expect(await under(county)).toEqual(['320998101', '320998101001', '320998102']);
      expect(await under('320900')).toEqual(['320998101', '320998101001', '320998102', '320999101']);
      expect(await under('320000')).toEqual(['320998101', '320998101001', '320998102', '320999101']);
      expect(await under('340000')).toEqual([]);
    });

    it('of several jurisdictions are each their own', async () => {
      const [one, other] = [aTown(), aTown()];
      await make.application({ jurisdiction: one, shop_name: '甲' });
      await make.application({ jurisdiction: other, shop_name: '乙' });
      const { _entities } = await world
        .as(government('330421'))
        .ask(BELOW, { places: places(one, other, '330421999') });
      expect(
        _entities.map((e: { code: string; licenseApplications: Page }) => [
          e.code,
          shops(e.licenseApplications),
        ]),
      ).toEqual([
        [one, ['甲']],
        [other, ['乙']],
        ['330421999', []],
      ]);
    });

    it('without a place hold what lies in the own place and what the unit filed elsewhere', async () => {
      const [town, elsewhere] = [aTown(), aTown()];
      await make.application({ jurisdiction: town, shop_name: '本地', filed_by: `${town}-TOURISM` });
      await make.application({ jurisdiction: elsewhere, shop_name: '外地', filed_by: `${town}-REVIEW` });
      await make.application({ jurisdiction: elsewhere, shop_name: '无关' });
      const { licenseApplications } = await world.as(office(town)).ask(LIST);
      expect(shops(licenseApplications).sort()).toEqual(['外地', '本地']);
    });

    it('refuse the cursor of another list', async () => {
      const cursor = Buffer.from(JSON.stringify(['agencies', '310118-AGRI'])).toString('base64url');
      const { data, errors } = await world.as(office(aTown())).send(LIST, { after: cursor });
      expect(data).toEqual({ licenseApplications: null });
      expect(errors?.map((e) => [e.extensions?.code, e.message])).toEqual([
        [
          'BAD_USER_INPUT',
          `"${cursor.slice(0, 40)}" is not a cursor of licenseApplications. Pass the endCursor of a page of the same list, or leave after out to begin.`,
        ],
      ]);
    });

    it.each([0, 201])('refuse a page of %i rows with a sentence', async (first) => {
      const ask = async (language: 'en' | 'zh') => {
        const { errors } = await world.as(office(aTown()), language).send(LIST, { first });
        return errors?.map((e) => e.message);
      };
      expect(await ask('en')).toEqual([
        `licenseApplications gives 1 to 200 rows a page, and first was ${first}. Ask for fewer and page on with after.`,
      ]);
      expect(await ask('zh')).toEqual([
        `licenseApplications 每页可返回 1 至 200 行，而 first 为 ${first}。请减少数量并用 after 翻页。`,
      ]);
    });
  });

  describe('the parties', () => {
    const town = '330499101';
    const village = '330499101001';
    const filer = '340100-TOURISM';
    const unit = (agency: string, ...functions: string[]) => viewer(agency, { functions });
    let id = '';

    beforeAll(async () => {
      const application = await make.application({
        jurisdiction: village,
        filed_by: filer,
        materials: [
          {
            code: 'LEASE',
            name: '租赁合同',
            url: null,
            requested_at: new Date('2026-11-11T03:00:00Z'),
            supplied_at: null,
          },
        ],
        events: [
          { kind: 'SUBMITTED', at: new Date('2026-11-11T02:00:00Z'), actor: '某', agency: filer, note: null },
        ],
      });
      id = application.id;
    });

    const PARTS = `query Parts($id: ID!) {
    licenseApplication(id: $id) { materials { code } timeline { kind } applicant { name } } }`;
    const whole = {
      materials: [{ code: 'LEASE' }],
      timeline: [{ kind: 'SUBMITTED' }],
      applicant: { name: '张三' },
    };
    const withoutApplicant = { ...whole, applicant: null };
    const TABLES = ['applications', 'application_materials', 'application_events', 'applicants'] as const;

    /** How many of the application's rows a viewer finds in each table, asking PostgreSQL itself. */
    async function rowsSeenBy(who: Viewer): Promise<number[]> {
      const session = world.database.session(who);
      const counts: number[] = [];
      for (const table of TABLES) {
        const column = table === 'applications' ? 'id' : 'application_id';
        const found = await session.db.raw(`SELECT 1 FROM ${table} WHERE ${column} = ?`, [id]);
        counts.push(found.length);
      }
      await session.end();
      return counts;
    }

    it.each<[string, Viewer, object | null, number[]]>([
      ['the unit that filed it', unit(filer), whole, [1, 1, 1, 1]],
      ['the review office of its town', unit(`${town}-REVIEW`, 'LICENSE_REVIEW'), whole, [1, 1, 1, 1]],
      ['the government of its town', government(town), whole, [1, 1, 1, 1]],
      ['the government of its county', government('330499'), whole, [1, 1, 1, 1]],
      ['the government of its province', government('330000'), whole, [1, 1, 1, 1]],
      ['a tourism office of its town', unit(`${town}-TOURISM`, 'TOURISM'), withoutApplicant, [1, 1, 1, 0]],
      ['investment in its town', unit(`${town}-INVEST`, 'INVESTMENT'), withoutApplicant, [1, 1, 1, 0]],
      [
        'building in its town',
        unit(`${town}-BUILDING`, 'BUILDING_APPEARANCE'),
        withoutApplicant,
        [1, 1, 1, 0],
      ],
      ['the fire station of its town', unit(`${town}-FIRE`, 'FIRE_SAFETY'), withoutApplicant, [1, 1, 1, 0]],
      ['a unit there with another function', unit(`${town}-SANITATION`, 'SANITATION'), null, [0, 0, 0, 0]],
      [
        'a company there, whatever its remit',
        viewer(`${town}-SHOP`, { remit: ['330000'] }),
        null,
        [0, 0, 0, 0],
      ],
      ['the review office of the next town', unit('330499102-REVIEW', 'LICENSE_REVIEW'), null, [0, 0, 0, 0]],
      ['the next village', government('330499101002'), null, [0, 0, 0, 0]],
      ['the government of another province', government('340000'), null, [0, 0, 0, 0]],
    ])(
      '%s sees what the items open to it, in the graph and in the tables',
      async (_, who, expected, rows) => {
        expect(await world.as(who).ask(PARTS, { id })).toEqual({ licenseApplication: expected });
        expect(await rowsSeenBy(who)).toEqual(rows);
        const { licenseApplications } = await world.as(who).ask(LIST, { under: village });
        expect(licenseApplications.edges).toHaveLength(rows[0] ?? 0);
      },
    );

    it('are nobody who is not signed in', async () => {
      for (const [query, variables] of [
        [ONE, { id }],
        [LIST, { under: village }],
        [BELOW, { places: places(village) }],
      ] as const) {
        const { errors } = await world.as(null).send(query, variables);
        expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
      }
      for (const table of TABLES) {
        const session = world.database.session(null);
        await expect(session.db.raw(`SELECT 1 FROM ${table}`)).rejects.toThrow(
          `permission denied for table ${table}`,
        );
        await session.end();
      }
    });

    it('alone can write, and cannot give a row away to another place', async () => {
      const update = (who: Viewer, change: string) =>
        world.database
          .session(who)
          .write((db) => db.raw(`UPDATE applications SET ${change} WHERE id = ? RETURNING id`, [id]));
      expect(await update(unit('330499102-REVIEW', 'LICENSE_REVIEW'), 'floors = 9')).toEqual([]);
      expect(await update(unit(`${town}-REVIEW`, 'LICENSE_REVIEW'), 'floors = 1')).toEqual([{ id }]);
      await expect(
        update(unit(`${town}-REVIEW`, 'LICENSE_REVIEW'), "jurisdiction = '330499102'"),
      ).rejects.toThrow('row-level security');
    });

    it('cannot edit a timeline', async () => {
      await expect(
        world.database
          .session(unit(filer))
          .write((db) => db.raw("UPDATE application_events SET note = '改' WHERE application_id = ?", [id])),
      ).rejects.toThrow('permission denied for table application_events');
    });
  });

  describe('statements', () => {
    const NODE = `edges { node { shopName business { name } materials { code } timeline { kind } applicant { name }
    procedure { version requiredFunctions { code } materialList { code } differences { field } } } }`;
    const NODES = `query Nodes($under: JurisdictionCode) { licenseApplications(under: $under) { ${NODE} } }`;
    const NODES_BELOW = `query NodesBelow($places: [_Any!]!) {
    _entities(representations: $places) { ... on Jurisdiction { licenseApplications { ${NODE} } } } }`;

    async function filled(count: number): Promise<string> {
      const town = aTown();
      const origin = await make.procedure();
      for (let i = 0; i < count; i += 1) {
        const { id: procedure_id } = await make.procedure({ derived_from: origin.id });
        await make.application({ jurisdiction: town, procedure_id });
      }
      return town;
    }
    const statementsOf = async (query: string, variables: Record<string, unknown>, who: Viewer) =>
      (await world.statementsOf(() => world.as(who).ask(query, variables))).length;

    it('are as many for 1 application as for 20', async () => {
      const [one, twenty] = [await filled(1), await filled(20)];
      const expected = await statementsOf(NODES, { under: one }, office(one));
      expect(await statementsOf(NODES, { under: twenty }, office(twenty))).toBe(expected);
      expect(await statementsOf(NODES, {}, office(twenty))).toBe(expected);
    });

    it('are as many for a village as for a province, and for one place as for three', async () => {
      const [one, two] = [await filled(1), await filled(2)];
      const who = government('330000');
      const expected = await statementsOf(NODES, { under: one }, who);
      expect(await statementsOf(NODES, { under: '330000' }, who)).toBe(expected);
      expect(await statementsOf(NODES_BELOW, { places: places(one, two, '330000') }, who)).toBe(expected);
    });
  });

  describe('the indexes', () => {
    // Among few rows the planner takes any path: enough of other towns that it matters which.
    beforeAll(async () => {
      const { id } = await make.procedure();
      await world.build((db) =>
        db.raw(
          `INSERT INTO applications (id, number, shop_name, kind, stage, jurisdiction, address, floors, area_square_meters, business,
             proposal, submitted_at, filed_by, procedure_id, town, stepped_at)
           SELECT 'many-' || n, 'many-' || n, '某店', 'RENOVATION', (ARRAY['SUBMITTED', 'SCHEDULED', 'DECIDED'])[1 + n % 3],
             town, '某街', 1, 50, 'GUESTHOUSE', '修缮', timestamptz '2026-11-10' - n * interval '1 minute', town || '-REVIEW', ?, town, timestamptz '2026-11-10'
           FROM generate_series(1, 10000) AS n CROSS JOIN LATERAL (SELECT '3412251' || lpad((n % 100)::text, 2, '0') AS town)`,
          [id],
        ),
      );
      await world.build((db) => db.raw('ANALYZE applications'));
    });

    const search: LicenseApplicationFilter = { stage: 'SUBMITTED' };

    it('give a stage in a place the range of the place, row security notwithstanding', async () => {
      const plan = await planOf(world, office('330421103'), (db) =>
        applicationsIn(db, ['330421103'], search),
      );
      expect(plan).toMatch(
        /applications_by_place.*\s+Index Cond: \(\(jurisdiction >= '330421103'::text\) AND \(jurisdiction < '330421103:'::text\) AND \(stage = /,
      );
    });

    it('give a stage without a place the ranges of what the viewer is a party to', async () => {
      const plan = await planOf(world, office('330421103'), (db) =>
        applicationsOfViewer(db, office('330421103'), search),
      );
      expect(plan).toMatch(/applications_by_filer.*\s+Index Cond: \(\(filed_by = .* AND \(stage = /);
      expect(plan).toMatch(/applications_by_place.*\s+Index Cond: \(\(jurisdiction >= .* AND \(stage = /);
    });
  });

  describe('licenseBusinesses', () => {
    it('lists every line of business in the order of the codes, to those who are signed in', async () => {
      const QUERY = '{ licenseBusinesses { code name } }';
      expect(await world.as(viewer('341225-AGRI')).ask(QUERY)).toEqual({
        licenseBusinesses: Object.entries(BUSINESSES).map(([code, name]) => ({ code, name })),
      });
      const { errors } = await world.as(null).send(QUERY);
      expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
    });
  });
});
