import { grid } from '../../subgraphs/grid';
import { fieldworkChanges } from '../../subgraphs/grid/board/store';
import { keptOf, rowAt } from '../../subgraphs/grid/fieldwork/rules';
import { householdsIn } from '../../subgraphs/grid/households/store';
import { findingsIn } from '../../subgraphs/grid/inspections/store';
import { escalateLeads } from '../../subgraphs/grid/leads/escalate';
import { leadsIn, leadsToEscalate } from '../../subgraphs/grid/leads/store';
import { receptionsIn } from '../../subgraphs/grid/petitions/store';
import { visitsIn } from '../../subgraphs/grid/visits/store';
import type { Db } from '../../subgraphs/kit/database';
import { replaceDirectory } from '../../subgraphs/kit/directory';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { planOf } from '../support/plans';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { at, aUnit } from './make';

const TOWN = '330421111';
const VILLAGE = `${TOWN}212`;
const county = viewer('330421-URBAN', { functions: ['URBAN_MANAGEMENT', 'GRID_COMMAND'] });
const command = viewer(`${TOWN}-CITYOPS`, { functions: ['GRID_COMMAND'] });
const committee = viewer(`${VILLAGE}-COMMITTEE`, { functions: ['VILLAGE_COMMITTEE'] });
const government = viewer(`${TOWN}-GOV`, { functions: ['GENERAL_GOVERNMENT'] });
const building = viewer(`${TOWN}-BUILDING`, { functions: ['BUILDING_APPEARANCE'] });
const otherTown = viewer('330421102-CITYOPS', { functions: ['GRID_COMMAND'] });
const stranger = viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'] });

const BOARD = `subscription Board($under: JurisdictionCode!) { gridBoard(under: $under) {
  kind gridCase { source }
  inspection { kind agency { code } jurisdiction { code } unit { code } campaign { month } finding { id status returnReason reviewedAt } }
  fieldwork { kind agency { code } jurisdiction { code } count level weekOf leadList { title } lead { id status result agency { code } }
    household { head } stamp { kind } reception { status instruction } visit { status help } }
} }`;

const mutation = (name: string, body: string) =>
  `mutation M($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${body} userErrors { code message path } } }`;

it('a row is told as it was when columns of it were kept', () => {
  const row = { id: 'a', status: 'OPEN', checked_at: at('2026-11-20 10:00'), case_id: null as string | null };
  const kept = JSON.parse(JSON.stringify(keptOf(row, ['status', 'checked_at', 'case_id'])));
  const later = { ...row, status: 'DONE', checked_at: at('2026-11-21 10:00'), case_id: 'c' };
  expect(rowAt(later, kept)).toEqual(row);
  expect(rowAt(later, null)).toEqual(later);
});

describe('a board of fieldwork', () => {
  const world = useSubgraph(grid);
  beforeAll(() =>
    world.build((db) =>
      replaceDirectory(db, [
        aUnit(county.agency, 'GRID_COMMAND'),
        aUnit(command.agency, 'GRID_COMMAND'),
        aUnit(building.agency, 'BUILDING_APPEARANCE'),
        aUnit(committee.agency, 'VILLAGE_COMMITTEE'),
        aUnit('330421102-BUILDING', 'BUILDING_APPEARANCE'),
        aUnit('330421103-BUILDING', 'BUILDING_APPEARANCE'),
      ]),
    ),
  );

  /** Does something, and fails when it is refused. */
  const act = async (who: Viewer, name: string, body: string, input: Record<string, unknown>) => {
    const payload = await world.as(who).do(mutation(name, body), input);
    expect(payload.userErrors).toEqual([]);
    return Object.values(payload)[0] as Record<string, unknown> & { id: string };
  };
  /** What boards of a place tell units of what is done meanwhile. */
  const toldOf = async (work: () => Promise<unknown>, who: Viewer = command, under = TOWN) => {
    const { cursor } = await world.as(who).follow(BOARD, { under });
    await work();
    await world.subgraph.sequencer.run();
    return world.as(who).follow(BOARD, { under }, cursor);
  };
  // biome-ignore lint/suspicious/noExplicitAny: what an event tells has the shape that the test wrote into the query
  type Told = Record<string, any> | null;
  const said = (events: { kind: string; inspection: Told; fieldwork: Told }[]): NonNullable<Told>[] =>
    events.map(({ kind, inspection, fieldwork }) => ({
      kind,
      // What an event has nothing to say of is null.
      ...Object.fromEntries(
        Object.entries(inspection ?? fieldwork ?? {}).filter(([, value]) => value !== null),
      ),
    }));
  const work = (kind: string, who: Viewer, more: object = {}, place = VILLAGE) => ({
    ...{ kind, agency: { code: who.agency }, jurisdiction: { code: place }, count: 1 },
    ...more,
  });

  let made = 0;
  const aList = async () => {
    made += 1;
    const { id } = await act(county, 'openLeadList', 'list { id }', {
      ...{ title: `线索${made}`, jurisdiction: TOWN, dueOn: '2026-11-25' },
    });
    return id;
  };
  const push = (listId: string, count: number, jurisdiction = VILLAGE) =>
    act(county, 'pushLeads', 'push { pushed }', {
      listId,
      leads: Array.from({ length: count }, (_, i) => ({
        ...{ externalId: `${jurisdiction}-${i}`, jurisdiction, title: '用水异常', evidence: '60 吨' },
      })),
    });
  const leadsOf = async (listId: string): Promise<string[]> =>
    (
      await world
        .as(county)
        .ask('query L($listId: ID!) { leads(listId: $listId) { edges { node { id } } } }', { listId })
    ).leads.edges.map(({ node }: { node: { id: string } }) => node.id);
  const check = (leadId: string, result: string) =>
    act(committee, 'recordLeadResults', 'record { recorded }', {
      results: [{ leadId, result, note: '见现场' }],
    });
  let cards = 0;
  const aHousehold = async () => {
    cards += 1;
    const cardNumber = `C-${cards}`;
    await act(committee, 'registerHouseholds', 'registration { registered }', {
      ...{ jurisdiction: VILLAGE, households: [{ cardNumber, head: '陆金根' }] },
    });
    const { households } = await world
      .as(committee)
      .ask('query H($card: String) { households(cardNumber: $card) { edges { node { id } } } }', {
        card: cardNumber,
      });
    return String(households.edges[0].node.id);
  };

  it('tells of leads once for those that a unit has in a place, and of one as it was', async () => {
    let [listId, id] = ['', ''];
    const { events } = await toldOf(async () => {
      listId = await aList();
      await push(listId, 3);
      const ids = await leadsOf(listId);
      await act(county, 'assignLeads', 'assignment { assigned }', {
        ...{ leadIds: ids, agency: committee.agency },
      });
      [id = ''] = ids;
      await check(id, 'CONFIRMED');
      await act(command, 'openGridCaseFromLead', 'gridCase { id }', {
        ...{ leadId: id, category: 'EXPOSED_GARBAGE' },
      });
    });
    const leadList = { title: `线索${made}` };
    const agency = { code: committee.agency };
    expect(said(events)).toEqual([
      { ...work('LEAD_LIST_OPENED', county, { leadList }, TOWN) },
      { ...work('LEADS_PUSHED', county, { leadList, count: 3 }) },
      { ...work('LEADS_ASSIGNED', county, { leadList, count: 3 }) },
      {
        ...work('LEADS_CHECKED', committee, {
          leadList,
          lead: { id, status: 'CHECKED', result: 'CONFIRMED', agency },
        }),
      },
      { kind: 'CASE_CHANGED' },
      {
        ...work('LEAD_CASE_OPENED', command, {
          leadList,
          lead: { id, status: 'CHECKED', result: 'CONFIRMED', agency },
        }),
      },
    ]);
    expect(events.map(({ kind }) => kind)).toEqual([
      ...Array(4).fill('FIELDWORK_CHANGED'),
      ...['CASE_CHANGED', 'FIELDWORK_CHANGED'],
    ]);
  });

  it('tells a lead as it was though it has gone on, and splits what one call does by unit and place', async () => {
    const listId = await aList();
    await push(listId, 2);
    const [first = ''] = await leadsOf(listId);
    await push(listId, 1, `${TOWN}213`);
    const ids = await leadsOf(listId);
    const { events } = await toldOf(async () => {
      await act(county, 'assignLeads', 'assignment { assigned }', {
        ...{ leadIds: [first], agency: committee.agency },
      });
      await check(first, 'UNREACHABLE');
      await act(county, 'assignLeads', 'assignment { assigned }', { leadIds: ids, agency: command.agency });
    });
    expect(said(events)).toMatchObject([
      { lead: { id: first, status: 'ASSIGNED', agency: { code: committee.agency } } },
      { lead: { id: first, status: 'CHECKED', result: 'UNREACHABLE' } },
      { count: 2, jurisdiction: { code: VILLAGE } },
      { count: 1, jurisdiction: { code: `${TOWN}213` }, lead: { status: 'ASSIGNED' } },
    ]);
  });

  it('tells when leads escalate, once for each level, whoever looks how often', async () => {
    const listId = await aList();
    await push(listId, 3);
    const ids = await leadsOf(listId);
    await act(county, 'assignLeads', 'assignment { assigned }', {
      ...{ leadIds: ids, agency: committee.agency },
    });
    const [first = ''] = ids;
    const escalate = async (day: string) =>
      Promise.all(Array.from({ length: 3 }, () => escalateLeads(world.database, at(`${day} 00:05`)))).then(
        (told) => told.reduce((sum, count) => sum + count, 0),
      );
    // Leads of other tests are due on the same day.
    await check(first, 'UNFOUNDED');
    const others = (await escalate('2026-11-25')) + 0;
    expect(others).toBe(0);
    const of = async (day: string) => {
      const { events } = await toldOf(() => escalate(day));
      return said(events).filter((event) => event.leadList?.title === `线索${made}`);
    };
    const told = (level: number) => [
      { ...work('LEADS_ESCALATED', county, { leadList: { title: `线索${made}` }, count: 2, level }) },
    ];
    expect(await of('2026-11-26')).toEqual(told(1));
    expect(await of('2026-11-26')).toEqual([]);
    expect(await of('2026-11-28')).toEqual([]);
    expect(await of('2026-11-29')).toEqual(told(2));
    expect(await of('2027-03-01')).toEqual([]);
    const { lead } = await world
      .as(committee)
      .ask(`{ lead(id: "${ids[1]}") { timeline { kind actor subject { code } } } }`);
    expect(lead.timeline.slice(2)).toEqual([
      { kind: 'ESCALATED', actor: '系统', subject: { code: command.agency } },
      { kind: 'ESCALATED', actor: '系统', subject: { code: county.agency } },
    ]);
  });

  it('lets a lead that has escalated be checked at a time before that was told', async () => {
    const listId = await aList();
    await push(listId, 1);
    const leadIds = await leadsOf(listId);
    await act(county, 'assignLeads', 'assignment { assigned }', { leadIds, agency: committee.agency });
    await escalateLeads(world.database, at('2026-11-26 00:05'));
    world.now = at('2026-11-26 09:00');
    const results = [{ leadId: leadIds[0], result: 'UNFOUNDED', at: '2026-11-25T15:00:00Z' }];
    await act(committee, 'recordLeadResults', 'record { recorded }', { results });
    world.now = new Date('2026-11-23T02:00:00Z');
  });

  it('tells of households, cards and visits, with the row as it was', async () => {
    const { events } = await toldOf(async () => {
      const id = await aHousehold();
      const { id: stampId } = await act(committee, 'recordWasteStamp', 'stamp { id }', {
        ...{ householdId: id, weekOf: '2026-11-16', kind: 'RED' },
      });
      await act(committee, 'correctWasteStamp', 'stamp { id }', { stampId, kind: 'BLACK', reason: '看错' });
      await act(committee, 'recordWasteRound', 'round { recorded }', {
        ...{ jurisdiction: VILLAGE, weekOf: '2026-11-09' },
        stamps: [
          { householdId: id, kind: 'RED' },
          { householdId: await aHousehold(), kind: 'RED' },
        ],
      });
      await act(committee, 'correctHousehold', 'household { id }', {
        ...{ householdId: id, head: '陆金泉', reason: '错字' },
      });
      const { id: visitId } = await act(committee, 'recordHouseholdVisit', 'visit { id }', {
        ...{ householdId: id, visitors: ['沈阿根'], help: '送米油' },
        ...{ needs: [{ kind: 'HOUSING', description: '漏雨' }], followUpOn: '2026-12-01' },
      });
      await act(committee, 'followUpOnHouseholdVisit', 'visit { id }', {
        visitId,
        note: '已修',
        isDone: true,
      });
      await act(committee, 'correctHouseholdVisit', 'visit { id }', { visitId, help: null, reason: '记错' });
      await act(committee, 'recordHouseholdDeparture', 'household { id }', { householdId: id });
    });
    const by = (kind: string, more: object = {}) => work(kind, committee, more);
    expect(said(events)).toEqual([
      by('HOUSEHOLDS_REGISTERED'),
      by('WASTE_STAMPED', { weekOf: '2026-11-16', stamp: { kind: 'RED' } }),
      by('WASTE_STAMP_CORRECTED', { weekOf: '2026-11-16', stamp: { kind: 'BLACK' } }),
      by('HOUSEHOLDS_REGISTERED'),
      by('WASTE_STAMPED', { weekOf: '2026-11-09', count: 2 }),
      by('HOUSEHOLD_CORRECTED', { household: { head: '陆金泉' } }),
      by('VISIT_RECORDED', { visit: { status: 'OPEN', help: '送米油' } }),
      by('VISIT_FOLLOWED_UP', { visit: { status: 'DONE', help: '送米油' } }),
      by('VISIT_CORRECTED', { visit: { status: 'DONE', help: null } }),
      by('HOUSEHOLD_MOVED_AWAY', { household: { head: '陆金泉' } }),
    ]);
  });

  it('tells of a reward that was handed out, and nothing of what was there already', async () => {
    const id = await aHousehold();
    for (const weekOf of ['2026-10-05', '2026-10-12', '2026-10-19', '2026-10-26'])
      await act(committee, 'recordWasteStamp', 'stamp { id }', { householdId: id, weekOf, kind: 'RED' });
    const { events } = await toldOf(async () => {
      await act(committee, 'recordWasteStamp', 'stamp { id }', {
        ...{ householdId: id, weekOf: '2026-10-05', kind: 'RED' },
      });
      await act(committee, 'handOutWasteReward', 'card { points }', { householdId: id, month: '2026-10' });
    });
    expect(said(events)).toEqual([
      work('WASTE_REWARD_HANDED_OUT', committee, { household: { head: '陆金根' } }),
    ]);
  });

  it('tells of petitions, to the unit that is instructed from then on', async () => {
    const petition = async () => {
      const { id: receptionId } = await act(government, 'recordPetitionReception', 'reception { id }', {
        ...{ jurisdiction: TOWN, receivedBy: '镇长', petitioner: '钱桂珍', claim: '要求补偿' },
      });
      const step = (who: Viewer, name: string, input: object) =>
        act(who, name, 'reception { id }', { receptionId, ...input });
      await step(government, 'stateOnPetition', { statement: '已公示' });
      await step(government, 'instructOnPetition', {
        ...{ instruction: '上门测量', toAgency: building.agency, dueOn: '2026-12-01' },
      });
      await step(building, 'followUpOnPetition', { note: '已测量', isDone: false });
      await step(building, 'followUpOnPetition', { note: '已办毕', isDone: true });
      await act(government, 'openGridCaseFromPetition', 'gridCase { id }', {
        ...{ receptionId, category: 'EXPOSED_GARBAGE', title: '采光' },
      });
      await step(government, 'closePetition', { outcome: 'SETTLED', note: '已答复' });
    };
    const kinds = [
      ...['PETITION_RECEIVED', 'PETITION_STATED', 'PETITION_INSTRUCTED', 'PETITION_FOLLOWED_UP'],
      ...['PETITION_CARRIED_OUT', 'PETITION_CASE_OPENED', 'PETITION_CLOSED'],
    ];
    const { events } = await toldOf(petition, government);
    const ofPetition = said(events).filter(({ kind }) => kind !== 'CASE_CHANGED');
    expect(ofPetition.map(({ kind }) => kind)).toEqual(kinds);
    expect(ofPetition.map(({ reception }) => reception)).toEqual([
      { status: 'RECEIVED', instruction: null },
      { status: 'RECEIVED', instruction: null },
      { status: 'INSTRUCTED', instruction: '上门测量' },
      { status: 'INSTRUCTED', instruction: '上门测量' },
      ...Array(2).fill({ status: 'CARRIED_OUT', instruction: '上门测量' }),
      { status: 'CLOSED', instruction: '上门测量' },
    ]);
    const { events: toHandler } = await toldOf(petition, building);
    expect(said(toHandler).map(({ kind }) => kind)).toEqual(kinds.slice(2));
  });

  it('tells of inspections: campaigns to each unit in its place, findings as they were', async () => {
    let finding = '';
    const inspect = async () => {
      const campaign = await act(
        county,
        'openInspectionCampaign',
        'campaign { id assignments { inspector { code } inspected { code } } }',
        {
          ...{ month: '2026-11', floor: 0, bonusPerFinding: 0.5, bonusCap: 2 },
          units: [building.agency, '330421102-BUILDING', '330421103-BUILDING'],
        },
      );
      const pairs = campaign.assignments as { inspector: { code: string }; inspected: { code: string } }[];
      const pair = pairs.find(({ inspected }) => inspected.code === building.agency);
      const inspector = viewer(pair?.inspector.code ?? '');
      const { id: findingId } = await act(inspector, 'submitInspectionFinding', 'finding { id }', {
        ...{ campaignId: campaign.id, inspected: building.agency, category: 'CONSTRUCTION_SAFETY' },
        ...{ description: '无警示标志', responsiblePerson: '沈国平', responsiblePhone: '0573-1' },
        ...{ photos: ['https://a.cn/1.jpg'], foundAt: '2026-11-12T02:00:00Z' },
        location: { latitude: 30.9469, longitude: 120.8918, road: '西苑路' },
      });
      finding = findingId;
      await act(county, 'reviewInspectionFinding', 'finding { id }', {
        ...{ findingId, decision: 'RETURN', reason: '轻微' },
      });
      await act(inspector, 'withdrawInspectionFinding', 'finding { id }', { findingId, reason: '拍错' });
      await act(county, 'closeInspectionCampaign', 'campaign { id }', { campaignId: campaign.id });
    };
    const { events } = await toldOf(inspect);
    expect(said(events)).toMatchObject([
      { kind: 'OPENED', unit: { code: building.agency }, campaign: { month: '2026-11' } },
      {
        kind: 'SUBMITTED',
        finding: { id: finding, status: 'SUBMITTED', returnReason: null, reviewedAt: null },
      },
      {
        kind: 'RETURNED',
        agency: { code: county.agency },
        finding: { status: 'RETURNED', returnReason: '轻微', reviewedAt: '2026-11-23T02:00:00.000Z' },
      },
      { kind: 'WITHDRAWN', finding: { status: 'WITHDRAWN' } },
      { kind: 'CLOSED', unit: { code: building.agency } },
    ]);
    expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['INSPECTION_CHANGED']));
    const { events: toCounty } = await toldOf(inspect, county, '330421');
    expect(said(toCounty).map(({ kind }) => kind)).toEqual([
      ...Array(3).fill('OPENED'),
      ...['SUBMITTED', 'RETURNED', 'WITHDRAWN'],
      ...Array(3).fill('CLOSED'),
    ]);
    // A unit sees of the campaign what is its own.
    const { events: toOther } = await toldOf(inspect, otherTown, '330421');
    expect(said(toOther).filter(({ kind }) => kind === 'OPENED')).toMatchObject([
      { unit: { code: '330421102-BUILDING' } },
    ]);
  });

  it('tells who has no part nothing, and notes what it shows of other units’', async () => {
    const visit = async () => {
      await act(committee, 'recordHouseholdVisit', 'visit { id }', {
        ...{ householdId: await aHousehold(), visitors: ['沈阿根'] },
      });
    };
    for (const who of [stranger, building, otherTown])
      expect((await toldOf(visit, who, '330421')).events).toEqual([]);
    const { disclosed } = await toldOf(visit);
    // Without a purpose of its own: the provider is told, row by row, and nothing is said to be a case.
    expect(new Set(disclosed.map((entry) => (entry as { item: string }).item))).toEqual(
      new Set(['grid.people']),
    );
    expect(new Set(disclosed.map((entry) => (entry as { provider: string }).provider))).toEqual(
      new Set([committee.agency]),
    );
  });

  it('tells as much in as many statements for twenty leads as for one', async () => {
    const [few, many] = [await aList(), await aList()];
    const { cursor } = await world.as(command).follow(BOARD, { under: TOWN });
    const statements = async (listId: string, count: number) =>
      (await world.statementsOf(() => push(listId, count))).length;
    expect(await statements(many, 20)).toBe(await statements(few, 1));
    const read = async () =>
      (await world.statementsOf(() => world.as(command).follow(BOARD, { under: TOWN }, cursor))).length;
    const before = await read();
    for (let i = 0; i < 5; i += 1) await push(await aList(), 2);
    expect(await read()).toBeLessThanOrEqual(before + 1);
  });

  it.each([
    [
      'findings of a place',
      (db: Db) => findingsIn(db, { under: TOWN, first: 50 }),
      'inspection_findings_by_(place|time)',
    ],
    [
      'findings of a campaign',
      (db: Db) => findingsIn(db, { campaignId: 'c' }),
      'inspection_findings_by_campaign',
    ],
    [
      'households of a place',
      (db: Db) => householdsIn(db, { under: VILLAGE }, { today: '2026-11-23' }),
      'households_jurisdiction_card_number_key',
    ],
    [
      'a card of a village',
      (db: Db) => householdsIn(db, { under: VILLAGE, cardNumber: 'C-1' }, { today: '2026-11-23' }),
      'households_jurisdiction_card_number_key',
    ],
    [
      'petitions of a place',
      (db: Db) => receptionsIn(db, { under: TOWN }, world.now),
      'petition_receptions_by_(place|time)',
    ],
    [
      'visits of a place',
      (db: Db) => visitsIn(db, { under: TOWN }, world.now),
      'household_visits_by_(place|time)',
    ],
    [
      'visits to a household',
      (db: Db) => visitsIn(db, { householdId: 'h' }, world.now),
      'household_visits_by_household',
    ],
    ['leads of a list', (db: Db) => leadsIn(db, { listId: 'l' }, { now: world.now }), 'leads_by_list'],
    ['leads of a place', (db: Db) => leadsIn(db, { under: TOWN }, { now: world.now }), 'leads_by_place'],
    [
      'a part of the feed',
      (db: Db) =>
        fieldworkChanges(db, { under: TOWN, limit: 100, through: 9, after: { position: 5, ordinal: 0 } }),
      'fieldwork_changes_pkey',
    ],
  ])('finds %s by an index under row security', async (_, read, index) => {
    expect(await planOf(world, command, read)).toMatch(
      new RegExp(`Index.* using ${index}|Index Scan on ${index}`),
    );
  });

  it('finds the leads that may go up by an index', async () => {
    const plan = await world.build(async (db) => {
      await db.raw('SET LOCAL enable_seqscan = off');
      const lines: string[] = [];
      const raw: Db['raw'] = async (sql, bindings) => {
        const found = await db.raw<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, bindings);
        lines.push(...found.map((line) => line['QUERY PLAN']));
        return [];
      };
      await leadsToEscalate(Object.assign((table: string) => db(table), { raw }) as Db, '2026-11-26', 100);
      return lines.join('\n');
    });
    expect(plan).toContain('leads_by_escalation');
  });

  it('is written by who did it, and for nobody else', async () => {
    const change = { kind: 'VISIT_RECORDED', jurisdiction: VILLAGE, provider: committee.agency, count: 1 };
    const row = { ...change, transaction_id: 1, ordinal: 0, at: new Date(), actor: 'x' };
    await expect(
      world.database
        .session(stranger)
        .write((db) => db('fieldwork_changes').insert({ ...row, agency: committee.agency })),
    ).rejects.toThrow('row-level security');
  });
});
