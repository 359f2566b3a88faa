import { personnel } from '../../subgraphs/personnel';
import { isOverdue } from '../../subgraphs/personnel/secondments/rules';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { methodsOf, nodesOf, personnelMaker } from './make';

const SECONDMENT = `query Secondment($id: ID!) {
  secondment(id: $id) {
    id position status startsOn endsOn isOverdue
    officer { id name phone }
    program { code name organizer { code } startsOn endsOn }
    homeAgency { code }
    hostAgency { code }
    stints { hostAgency { code } startsOn endsOn }
    recall { reason recalledOn }
    timeline { kind at actor agency { code } note }
  }
}`;
const SECONDMENTS = `query Secondments(
  $hostUnder: JurisdictionCode, $homeUnder: JurisdictionCode, $homeAgency: AgencyCode, $hostAgency: AgencyCode
  $status: SecondmentStatus, $program: String, $activeOn: Date, $first: Int, $after: String
) {
  secondments(
    hostUnder: $hostUnder, homeUnder: $homeUnder, homeAgency: $homeAgency, hostAgency: $hostAgency
    status: $status, program: $program, activeOn: $activeOn, first: $first, after: $after
  ) {
    edges { cursor node { id officer { id name phone } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const PLACES = `query Places($representations: [_Any!]!, $status: SecondmentStatus, $program: String, $first: Int) {
  _entities(representations: $representations) {
    ... on Jurisdiction {
      secondmentsHosted(status: $status, program: $program, first: $first) { edges { node { id } } pageInfo { hasNextPage } }
      secondmentsSent(status: $status, program: $program, first: $first) { edges { node { id } } pageInfo { hasNextPage } }
    }
  }
}`;
const EVERYTHING = `query Everything($hostUnder: JurisdictionCode) {
  secondments(hostUnder: $hostUnder, first: 200) {
    edges {
      node {
        officer { name phone email secondments(first: 5) { edges { node { id } } } }
        program { name secondments(first: 5) { edges { node { id } } } }
        stints { startsOn }
        timeline { kind }
      }
    }
  }
}`;

interface Page {
  edges: { cursor: string; node: { id: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

describe('isOverdue', () => {
  it.each([
    ['ACTIVE', '2026-11-22', true],
    ['ACTIVE', '2026-11-23', false],
    ['ACTIVE', '2026-11-24', false],
    ['PLANNED', '2026-11-22', false],
    ['COMPLETED', '2026-11-22', false],
    ['RECALLED', '2026-11-22', false],
    ['DECLINED', '2026-11-22', false],
  ] as const)('of a posting that is %s and ends on %s, on 23 November: %s', (status, ends_on, expected) => {
    expect(isOverdue({ status, ends_on }, '2026-11-23')).toBe(expected);
  });
});

describe('secondments', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const someone = () => world.as(viewer('330421-URBAN'));
  const idsOf = (page: { edges: { node: { id: string } }[] }) => nodesOf(page).map((node) => node.id);
  const search = async (variables: Record<string, unknown>) =>
    idsOf((await someone().ask(SECONDMENTS, variables)).secondments);

  describe('secondment', () => {
    it('gives all there is to a posting to any signed-in unit', async () => {
      const officer = await make.officer({
        name: '温清秋',
        agency: make.unit('140107'),
        phone: '0351-00000001',
      });
      const program = await make.program({ name: '五镇轮岗' });
      const posting = await make.posting({
        officer: officer.id,
        home_agency: officer.agency,
        host_agency: '310118104-GOV',
        program: program.code,
        position: '党政办公室副主任（挂职）',
        starts_on: '2026-09-16',
        ends_on: '2026-11-15',
      });
      await world.build(async (db) => {
        await db('secondment_stints').insert([
          {
            secondment: posting.id,
            host_agency: '310118102-GOV',
            starts_on: '2026-10-16',
            ends_on: '2026-11-15',
          },
          {
            secondment: posting.id,
            host_agency: '310118104-GOV',
            starts_on: '2026-09-16',
            ends_on: '2026-10-15',
          },
        ]);
        const event = { secondment: posting.id, at: new Date('2026-09-01T02:00:00.123Z'), actor: '陆远山' };
        await db('secondment_events').insert([
          { ...event, ordinal: 2, kind: 'ACCEPTED', agency: '310118104-GOV', note: '同意接收' },
          { ...event, ordinal: 1, kind: 'PLANNED', agency: officer.agency, note: null },
        ]);
      });
      expect(await someone().ask(SECONDMENT, { id: posting.id })).toEqual({
        secondment: {
          id: posting.id,
          position: '党政办公室副主任（挂职）',
          status: 'ACTIVE',
          startsOn: '2026-09-16',
          endsOn: '2026-11-15',
          isOverdue: true,
          officer: { id: officer.id, name: '温清秋', phone: null },
          program: {
            code: program.code,
            name: '五镇轮岗',
            organizer: { code: '310000-YRDOFFICE' },
            startsOn: '2026-03-01',
            endsOn: '2027-02-28',
          },
          homeAgency: { code: officer.agency },
          hostAgency: { code: '310118104-GOV' },
          stints: [
            { hostAgency: { code: '310118104-GOV' }, startsOn: '2026-09-16', endsOn: '2026-10-15' },
            { hostAgency: { code: '310118102-GOV' }, startsOn: '2026-10-16', endsOn: '2026-11-15' },
          ],
          recall: null,
          timeline: [
            {
              kind: 'PLANNED',
              at: '2026-09-01T02:00:00.123Z',
              actor: '陆远山',
              agency: { code: officer.agency },
              note: null,
            },
            {
              kind: 'ACCEPTED',
              at: '2026-09-01T02:00:00.123Z',
              actor: '陆远山',
              agency: { code: '310118104-GOV' },
              note: '同意接收',
            },
          ],
        },
      });
    });

    it('leaves out what a posting does not have', async () => {
      const { id } = await make.posting();
      const { secondment } = await someone().ask(SECONDMENT, { id });
      expect(secondment).toMatchObject({ program: null, stints: [], recall: null, timeline: [] });
    });

    it('says why and when an officer was recalled', async () => {
      const { id } = await make.posting({
        status: 'RECALLED',
        recall_reason: '长期不在岗',
        recalled_on: '2026-08-14',
      });
      const { secondment } = await someone().ask(SECONDMENT, { id });
      expect(secondment.recall).toEqual({ reason: '长期不在岗', recalledOn: '2026-08-14' });
    });

    it('takes the day in Shanghai for today', async () => {
      const { id } = await make.posting({ ends_on: '2026-11-22' });
      const isOverdueAt = async (instant: string) => {
        world.now = new Date(instant);
        return (await someone().ask(SECONDMENT, { id })).secondment.isOverdue;
      };
      const usual = world.now;
      try {
        expect(await isOverdueAt('2026-11-22T15:59:59Z')).toBe(false);
        expect(await isOverdueAt('2026-11-22T16:00:00Z')).toBe(true);
      } finally {
        world.now = usual;
      }
    });

    it('is null for an id that no posting has', async () => {
      expect(await someone().ask(SECONDMENT, { id: 'none' })).toEqual({ secondment: null });
    });

    it('answers references of the graph', async () => {
      const { id } = await make.posting();
      const query = `query Entities($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on Secondment { id position } }
      }`;
      const representations = [id, 'none'].map((each) => ({ __typename: 'Secondment', id: each }));
      expect(await someone().ask(query, { representations })).toEqual({
        _entities: [{ id, position: '副主任（挂职）' }, null],
      });
    });
  });

  describe('the list', () => {
    it.each([
      ['hostUnder', 'host_agency'],
      ['homeUnder', 'home_agency'],
    ] as const)('narrows by place with %s: everything at or below it', async (argument, column) => {
      const { code } = await make.program();
      const at = async (place: string) =>
        (await make.posting({ program: code, [column]: make.unit(place) })).id;
      const province = await at('330000');
      const county = await at('330421');
      const town = await at('330421103');
      await at('330482');
      const found = async (place: string) => (await search({ program: code, [argument]: place })).sort();
      expect(await found('330421103')).toEqual([town]);
      expect(await found('330421')).toEqual([county, town].sort());
      expect(await found('330000')).toHaveLength(4);
      expect(await found('330000')).toContain(province);
      expect(await found('310000')).toEqual([]);
    });

    it.each([
      ['hostAgency', 'host_agency'],
      ['homeAgency', 'home_agency'],
    ] as const)('narrows by unit with %s', async (argument, column) => {
      const agency = make.unit();
      const ours = await make.posting({ [column]: agency });
      await make.posting();
      expect(await search({ [argument]: agency })).toEqual([ours.id]);
    });

    it('narrows by status', async () => {
      const { code } = await make.program();
      const byStatus = new Map<string, string>();
      for (const status of ['PLANNED', 'ACTIVE', 'COMPLETED', 'RECALLED', 'DECLINED'] as const) {
        byStatus.set(status, (await make.posting({ program: code, status })).id);
      }
      for (const [status, id] of byStatus) {
        expect(await search({ program: code, status })).toEqual([id]);
      }
    });

    it('narrows by program', async () => {
      const { code } = await make.program();
      const ours = await make.posting({ program: code });
      await make.posting({ program: (await make.program()).code });
      expect(await search({ program: code })).toEqual([ours.id]);
    });

    it('joins all that narrows it', async () => {
      const home_agency = make.unit('341200');
      const host_agency = make.unit('310000');
      const { id } = await make.posting({ home_agency, host_agency });
      await make.posting({ home_agency, host_agency: make.unit('320000') });
      const both = { hostUnder: '310000', homeAgency: home_agency };
      expect(await search(both)).toEqual([id]);
      expect(
        await search({ ...both, homeUnder: '341200', hostAgency: host_agency, status: 'ACTIVE' }),
      ).toEqual([id]);
      expect(await search({ ...both, status: 'COMPLETED' })).toEqual([]);
      expect(await search({ ...both, homeUnder: '320000' })).toEqual([]);
    });

    describe('activeOn', () => {
      const days = { starts_on: '2026-03-02', ends_on: '2026-10-31' };
      // Today is 23 November 2026: the active posting is overdue.
      it.each<[SecondmentRow['status'], Record<string, boolean>]>([
        ['PLANNED', { '2026-03-02': false, '2026-07-01': false, '2026-10-31': false }],
        ['DECLINED', { '2026-03-02': false, '2026-07-01': false, '2026-10-31': false }],
        [
          'ACTIVE',
          {
            '2026-03-01': false,
            '2026-03-02': true,
            '2026-10-31': true,
            '2026-11-01': true,
            '2026-11-23': true,
            '2026-11-24': false,
          },
        ],
        ['COMPLETED', { '2026-03-01': false, '2026-03-02': true, '2026-10-31': true, '2026-11-01': false }],
        ['RECALLED', { '2026-03-01': false, '2026-03-02': true, '2026-06-30': true, '2026-07-01': false }],
      ])('knows on which days a posting that is %s is in effect', async (status, expected) => {
        const { code } = await make.program();
        const { id } = await make.posting({ program: code, status, ...days });
        const found: Record<string, boolean> = {};
        for (const day of Object.keys(expected)) {
          found[day] = (await search({ program: code, activeOn: day })).includes(id);
        }
        expect(found).toEqual(expected);
      });

      it('counts an active posting up to its last day when that is still to come', async () => {
        const { code } = await make.program();
        const { id } = await make.posting({ program: code, ends_on: '2027-03-01' });
        expect(await search({ program: code, activeOn: '2027-03-01' })).toEqual([id]);
        expect(await search({ program: code, activeOn: '2027-03-02' })).toEqual([]);
      });
    });

    it('pages from the latest start without repeats or gaps, postings of one day included', async () => {
      const { code } = await make.program();
      const starts = [
        '2026-03-02',
        '2026-03-16',
        '2026-03-16',
        '2026-03-16',
        '2026-06-16',
        '2026-09-16',
        '2026-09-16',
      ];
      const rows: SecondmentRow[] = [];
      for (const starts_on of starts) rows.push(await make.posting({ program: code, starts_on }));
      const expected = rows
        .sort((a, b) => (`${a.starts_on} ${a.id}` < `${b.starts_on} ${b.id}` ? 1 : -1))
        .map((row) => row.id);
      const seen: string[] = [];
      for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
        const { secondments }: { secondments: Page } = await someone().ask(SECONDMENTS, {
          program: code,
          first: 2,
          after,
        });
        seen.push(...idsOf(secondments));
        ({ hasNextPage, endCursor: after } = secondments.pageInfo);
      }
      expect(seen).toEqual(expected);
    });

    it.each([
      [
        'more rows than a page gives',
        { first: 201 },
        'secondments gives 1 to 200 rows a page, and first was 201. Ask for fewer and page on with after.',
      ],
      [
        'the cursor of another list',
        { after: Buffer.from('["officers","310118-AGRI","x"]').toString('base64url') },
        '"WyJvZmZpY2VycyIsIjMxMDExOC1BR1JJIiwieCJd" is not a cursor of secondments. Pass the endCursor of a page of the same list, or leave after out to begin.',
      ],
    ])('refuses %s', async (_, variables, message) => {
      const { data, errors } = await someone().send(SECONDMENTS, variables);
      expect(data).toEqual({ secondments: null });
      expect(errors).toEqual([expect.objectContaining({ message, extensions: { code: 'BAD_USER_INPUT' } })]);
    });

    it('sends the same statements for one posting and for twenty, for a village and for a province', async () => {
      const village = '330421111212';
      const { code } = await make.program();
      const one = () => make.posting({ host_agency: make.unit(village), program: code });
      const ask = async (hostUnder: string | null) =>
        methodsOf(await world.statementsOf(() => someone().ask(EVERYTHING, { hostUnder }))).sort();
      await one();
      const expected = [
        'officers.byId',
        'programs.byCode',
        'secondments.byOfficer',
        'secondments.byProgram',
        'secondments.events',
        'secondments.search',
        'secondments.stints',
      ];
      expect(await ask(village)).toEqual(expected);
      for (let i = 0; i < 20; i += 1) await one();
      expect(await ask(village)).toEqual(expected);
      expect(await ask('330000')).toEqual(expected);
      expect(await ask(null)).toEqual(expected);
    });
  });

  describe('lent to places', () => {
    const placesOf = async (codes: string[], variables: Record<string, unknown>) =>
      (
        await someone().ask(PLACES, {
          representations: codes.map((code) => ({ __typename: 'Jurisdiction', code })),
          ...variables,
        })
      )._entities as { secondmentsHosted: Page; secondmentsSent: Page }[];

    it('gives what a place and those below it host, and what they send', async () => {
      const { code } = await make.program();
      const { id } = await make.posting({
        program: code,
        home_agency: make.unit('341225'),
        host_agency: make.unit('310118104'),
      });
      const places = await placesOf(['310118', '310118104222', '341200', '140107'], { program: code });
      expect(places.map((p) => [idsOf(p.secondmentsHosted), idsOf(p.secondmentsSent)])).toEqual([
        [[id], []],
        [[], []],
        [[], [id]],
        [[], []],
      ]);
    });

    it('narrows by status', async () => {
      const { code } = await make.program();
      await make.posting({ program: code, host_agency: make.unit('310118104') });
      const declined = await make.posting({
        program: code,
        status: 'DECLINED',
        host_agency: make.unit('310118104'),
      });
      const [place] = await placesOf(['310118104'], { program: code, status: 'DECLINED' });
      expect(idsOf(place?.secondmentsHosted ?? { edges: [] })).toEqual([declined.id]);
    });

    it('gives each of twenty places its own page, in one statement a list', async () => {
      const { code } = await make.program();
      const towns = Array.from({ length: 20 }, (_, i) => `3101185${String(i).padStart(2, '0')}`);
      const expected: string[][] = [];
      for (const town of towns) {
        const older = await make.posting({ program: code, host_agency: make.unit(town) });
        const later = await make.posting({
          program: code,
          host_agency: make.unit(town),
          starts_on: '2026-06-16',
        });
        expected.push([later.id, older.id]);
      }
      let places: Awaited<ReturnType<typeof placesOf>> = [];
      const statements = await world.statementsOf(async () => {
        places = await placesOf(towns, { program: code, first: 1 });
      });
      expect(places.map((p) => idsOf(p.secondmentsHosted))).toEqual(expected.map(([first]) => [first]));
      expect(places.every((p) => p.secondmentsHosted.pageInfo.hasNextPage)).toBe(true);
      expect(methodsOf(statements)).toEqual(['secondments.hostedIn', 'secondments.sentFrom']);
    });

    it('is not for nobody', async () => {
      const representations = [{ __typename: 'Jurisdiction', code: '310118' }];
      const { data, errors } = await world.as(null).send(PLACES, { representations });
      expect(data).toEqual({ _entities: [{ secondmentsHosted: null, secondmentsSent: null }] });
      expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    });
  });

  describe('of an officer', () => {
    it('are listed from the latest, and narrowed by status', async () => {
      const officer = await make.officer();
      const of = { officer: officer.id, home_agency: officer.agency };
      const past = await make.posting({
        ...of,
        status: 'COMPLETED',
        starts_on: '2021-03-15',
        ends_on: '2022-03-14',
      });
      const present = await make.posting(of);
      const query = `query Officer($id: ID!, $status: SecondmentStatus) {
        officer(id: $id) { secondments(status: $status) { edges { node { id } } } }
      }`;
      const listed = async (status: string | null) =>
        idsOf((await someone().ask(query, { id: officer.id, status })).officer.secondments);
      expect(await listed(null)).toEqual([present.id, past.id]);
      expect(await listed('COMPLETED')).toEqual([past.id]);
    });
  });

  describe('secondmentPrograms', () => {
    const PROGRAMS = `query Programs($status: SecondmentStatus, $first: Int) {
      secondmentPrograms { code organizer { code } startsOn secondments(status: $status, first: $first) { edges { node { id } } } }
    }`;

    it('gives every program, the latest to start first, with its postings', async () => {
      const older = await make.program({ starts_on: '1996-03-01', ends_on: '1997-02-28' });
      const later = await make.program({ starts_on: '1997-03-01', ends_on: '1998-02-28' });
      const active = await make.posting({ program: older.code });
      const declined = await make.posting({
        program: older.code,
        status: 'DECLINED',
        starts_on: '2026-03-01',
      });
      const listed = async (variables: Record<string, unknown>) => {
        const { secondmentPrograms } = await someone().ask(PROGRAMS, variables);
        return secondmentPrograms
          .slice(-2)
          .map((p: { code: string; secondments: Page }) => [p.code, idsOf(p.secondments)]);
      };
      expect(await listed({})).toEqual([
        [later.code, []],
        [older.code, [active.id, declined.id]],
      ]);
      expect(await listed({ status: 'DECLINED' })).toEqual([
        [later.code, []],
        [older.code, [declined.id]],
      ]);
    });

    it('sends two statements however many programs there are', async () => {
      for (let i = 0; i < 20; i += 1) await make.program();
      const statements = await world.statementsOf(() => someone().ask(PROGRAMS));
      expect(methodsOf(statements)).toEqual(['programs.all', 'secondments.byProgram']);
    });
  });

  it.each([
    ['secondment', '{ secondment(id: "x") { id } }'],
    ['secondments', '{ secondments { edges { node { id } } } }'],
    ['secondmentPrograms', '{ secondmentPrograms { code } }'],
  ])('%s is not for nobody', async (field, query) => {
    const { data, errors } = await world.as(null).send(query);
    expect(data).toEqual({ [field]: null });
    expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
  });

  it.each([
    ['a last day before the first', { starts_on: '2026-03-02', ends_on: '2026-03-01' }],
    ['a unit that hosts its own officer', { home_agency: '310118-ORG', host_agency: '310118-ORG' }],
    ['a status that there is not', { status: 'PAUSED' as SecondmentRow['status'] }],
    ['a recall without a reason', { status: 'RECALLED' as const, recall_reason: null }],
    ['a reason to recall without a recall', { recall_reason: '另有任用' }],
  ])('the table refuses %s', async (_, given) => {
    await expect(make.posting(given)).rejects.toThrow(/violates check constraint/);
  });
});
