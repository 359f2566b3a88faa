import { personnel } from '../../subgraphs/personnel';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { methodsOf, nodesOf, personnelMaker } from './make';

const OFFICER = `query Officer($id: ID!) {
  officer(id: $id) { id name title agency { code } phone email }
}`;
const OFFICERS = `query Officers($agency: AgencyCode, $under: JurisdictionCode, $nameContains: String, $first: Int, $after: String) {
  officers(agency: $agency, under: $under, nameContains: $nameContains, first: $first, after: $after) {
    edges { cursor node { id name phone secondments(first: 1) { edges { node { id } } } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const ENTITIES = `query Entities($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Officer { id name phone }
    ... on Agency { code officers(first: 2) { edges { node { name } } pageInfo { hasNextPage } } }
  }
}`;

describe('officers', () => {
  const world = useSubgraph(personnel);
  const make = personnelMaker(world);
  const shanghai = () => world.as(viewer('310000-HRSS'));
  const idsIn = async (variables: Record<string, unknown>) =>
    nodesOf<{ id: string }>((await shanghai().ask(OFFICERS, variables)).officers).map((o) => o.id);

  describe('officer', () => {
    it('gives the name, the post and the unit to any signed-in unit', async () => {
      const { id, agency } = await make.officer({ name: '沈青禾', title: '党政办公室主任' });
      expect(await shanghai().ask(OFFICER, { id })).toEqual({
        officer: {
          id,
          name: '沈青禾',
          title: '党政办公室主任',
          agency: { code: agency },
          phone: null,
          email: null,
        },
      });
    });

    it('is null for an id that no officer has', async () => {
      expect(await shanghai().ask(OFFICER, { id: 'nobody' })).toEqual({ officer: null });
    });

    it('is not for nobody', async () => {
      const { id } = await make.officer();
      const { data, errors } = await world.as(null).send(OFFICER, { id });
      expect(data).toEqual({ officer: null });
      expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
    });
  });

  describe('contact', () => {
    const contact = { phone: '0558-01002003', email: 'shen@341200.example' };

    it('is for the own unit of the officer', async () => {
      const { id, agency } = await make.officer(contact);
      const { officer } = await world.as(viewer(agency)).ask(OFFICER, { id });
      expect(officer).toMatchObject(contact);
    });

    it('is null where it was not recorded', async () => {
      const { id, agency } = await make.officer({ phone: '0558-01002003' });
      const { officer } = await world.as(viewer(agency)).ask(OFFICER, { id });
      expect(officer).toMatchObject({ phone: '0558-01002003', email: null });
    });

    it.each([
      ['another unit', () => viewer('310000-HRSS')],
      ['the government of the place', () => viewer('341200-GOV', { functions: ['GENERAL_GOVERNMENT'] })],
      [
        'the organization department of the place',
        () => viewer('341200-ORG', { functions: ['ORGANIZATION'] }),
      ],
    ])('is null for %s', async (_, who) => {
      const { id } = await make.officer({ ...contact, agency: make.unit('341200') });
      const { officer } = await world.as(who()).ask(OFFICER, { id });
      expect(officer).toMatchObject({ id, phone: null, email: null });
    });

    it('is null for the unit that hosts the officer', async () => {
      const { id, agency } = await make.officer(contact);
      const { host_agency } = await make.posting({ officer: id, home_agency: agency });
      const { officer } = await world.as(viewer(host_agency)).ask(OFFICER, { id });
      expect(officer).toMatchObject({ phone: null, email: null });
    });

    it('goes along when the officer changes units', async () => {
      const { id, agency } = await make.officer(contact);
      const next = make.unit();
      await world.build((db) => db('officers').where({ id }).update({ agency: next }));
      const before = await world.as(viewer(agency)).ask(OFFICER, { id });
      const after = await world.as(viewer(next)).ask(OFFICER, { id });
      expect([before.officer.phone, after.officer.phone]).toEqual([null, contact.phone]);
    });

    it('is out of reach of the runtime login for all but the own unit', async () => {
      const { id, agency } = await make.officer(contact);
      const readAs = async (who: Parameters<typeof world.database.session>[0]) => {
        const session = world.database.session(who);
        try {
          return await session.db.raw('SELECT phone FROM officer_contacts WHERE officer = ?', [id]);
        } finally {
          await session.end();
        }
      };
      expect(await readAs(viewer(agency))).toEqual([{ phone: contact.phone }]);
      expect(await readAs(viewer('310000-HRSS'))).toEqual([]);
      await expect(readAs(null)).rejects.toThrow('permission denied for table officer_contacts');
    });
  });

  describe('the list', () => {
    it('narrows by unit', async () => {
      const agency = make.unit();
      const ours = await make.officer({ agency });
      await make.officer();
      expect(await idsIn({ agency })).toEqual([ours.id]);
    });

    it('narrows by place: everything at or below it', async () => {
      const agencies = ['340000', '341200', '341225', '341225107'].map((place) => make.unit(place));
      const [, city, county, town] = await Promise.all(agencies.map((agency) => make.officer({ agency })));
      const found = await idsIn({ under: '341200', first: 200 });
      expect(found).toEqual(expect.arrayContaining([city?.id, county?.id, town?.id]));
      const all = await Promise.all(found.map((id) => shanghai().ask(OFFICER, { id })));
      expect(all.every(({ officer }) => officer.agency.code.startsWith('3412'))).toBe(true);
      expect(await idsIn({ under: '341225', agency: agencies[3] })).toEqual([town?.id]);
      expect(await idsIn({ under: '341225', agency: agencies[1] })).toEqual([]);
    });

    it.each([
      ['two characters', '清秋', ['温清秋']],
      ['one character', '温', ['温清秋', '温庭玉']],
      ['the whole name', '温庭玉', ['温庭玉']],
      ['characters that do not stand together', '温秋', []],
      ['blanks', '  ', ['温清秋', '温庭玉', '陆远山']],
    ])('finds by %s of the name', async (_, nameContains, expected) => {
      const agency = make.unit();
      for (const name of ['温清秋', '温庭玉', '陆远山']) await make.officer({ agency, name });
      const { officers } = await shanghai().ask(OFFICERS, { agency, nameContains });
      expect(
        nodesOf<{ name: string }>(officers)
          .map((o) => o.name)
          .sort(),
      ).toEqual([...expected].sort());
    });

    it('pages in the order of the units without repeats or gaps', async () => {
      const place = '310151501';
      const agencies = [make.unit(place), make.unit(place), make.unit(place)].sort();
      for (const agency of [...agencies, ...agencies].reverse()) await make.officer({ agency });
      const seen: string[] = [];
      let after: string | null = null;
      for (;;) {
        const {
          officers,
        }: {
          officers: {
            edges: { node: { id: string } }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        } = await shanghai().ask(OFFICERS, { under: place, first: 4, after });
        seen.push(...nodesOf(officers).map((o) => o.id));
        after = officers.pageInfo.endCursor;
        if (!officers.pageInfo.hasNextPage) break;
      }
      expect(seen).toHaveLength(6);
      expect(new Set(seen).size).toBe(6);
      const units = await Promise.all(seen.map((id) => shanghai().ask(OFFICER, { id })));
      expect(units.map(({ officer }) => officer.agency.code)).toEqual([...agencies, ...agencies].sort());
    });

    it.each([
      [
        'more rows than a page gives',
        { first: 201 },
        'officers gives 1 to 200 rows a page, and first was 201. Ask for fewer and page on with after.',
      ],
      [
        'the cursor of another list',
        { after: Buffer.from('["agencies","310118-AGRI"]').toString('base64url') },
        '"WyJhZ2VuY2llcyIsIjMxMDExOC1BR1JJIl0" is not a cursor of officers. Pass the endCursor of a page of the same list, or leave after out to begin.',
      ],
    ])('refuses %s', async (_, variables, message) => {
      const { data, errors } = await shanghai().send(OFFICERS, variables);
      expect(data).toEqual({ officers: null });
      expect(errors).toEqual([expect.objectContaining({ message, extensions: { code: 'BAD_USER_INPUT' } })]);
    });

    it('sends the same statements for one officer and for twenty, for a village and for a province', async () => {
      const village = '310118104222';
      const agency = make.unit(village);
      await make.posting({ officer: (await make.officer({ agency, phone: '021-00000001' })).id });
      const ask = async (variables: object) =>
        methodsOf(
          await world.statementsOf(() => world.as(viewer(agency)).ask(OFFICERS, { ...variables })),
        ).sort();
      const one = await ask({ under: village });
      for (let i = 0; i < 20; i += 1) await make.officer({ agency, phone: '021-00000001' });
      expect(one).toEqual(['officers.contacts', 'officers.in', 'secondments.byOfficer']);
      expect(await ask({ under: village })).toEqual(one);
      expect(await ask({ under: '310000', first: 200 })).toEqual(one);
      expect(await ask({})).toEqual(one);
    });
  });

  describe('as an entity of the graph', () => {
    it('answers references to officers, and null for one that no officer has', async () => {
      const { id, name } = await make.officer({ phone: '021-00000001' });
      const representations = [
        { __typename: 'Officer', id },
        { __typename: 'Officer', id: 'nobody' },
      ];
      expect(await shanghai().ask(ENTITIES, { representations })).toEqual({
        _entities: [{ id, name, phone: null }, null],
      });
    });

    it('lends each unit its officers, in one statement', async () => {
      const [first, second, empty] = [make.unit(), make.unit(), make.unit()];
      for (const agency of [first, first, first, second]) await make.officer({ agency, name: '温清秋' });
      const representations = [first, second, empty].map((code) => ({ __typename: 'Agency', code }));
      let answer: unknown;
      const statements = await world.statementsOf(async () => {
        answer = await shanghai().ask(ENTITIES, { representations });
      });
      const page = (count: number, hasNextPage: boolean) => ({
        edges: Array.from({ length: count }, () => ({ node: { name: '温清秋' } })),
        pageInfo: { hasNextPage },
      });
      expect(answer).toEqual({
        _entities: [
          { code: first, officers: page(2, true) },
          { code: second, officers: page(1, false) },
          { code: empty, officers: page(0, false) },
        ],
      });
      expect(methodsOf(statements)).toEqual(['officers.byAgency']);
    });

    it('is not for nobody', async () => {
      const { id, agency } = await make.officer();
      const ask = (representation: object) =>
        world.as(null).send(ENTITIES, { representations: [representation] });
      const officer = await ask({ __typename: 'Officer', id });
      const lent = await ask({ __typename: 'Agency', code: agency });
      expect(officer.data).toEqual({ _entities: [null] });
      expect(lent.data).toEqual({ _entities: [{ code: agency, officers: null }] });
      expect([officer, lent].map(({ errors }) => errors?.map((e) => e.extensions?.code))).toEqual([
        ['UNAUTHENTICATED'],
        ['UNAUTHENTICATED'],
      ]);
    });
  });

  it('are read by the runtime login of any signed-in unit, written by no other, and closed to nobody', async () => {
    const { id } = await make.officer();
    const session = world.database.session(viewer('330421-URBAN'));
    expect(await session.db('officers').select('id').where({ id })).toEqual([{ id }]);
    expect(await session.write((db) => db('officers').where({ id }).update({ name: '另一人' }))).toBe(0);
    await session.end();
    const nobody = world.database.session(null);
    await expect(nobody.db('officers').select('id')).rejects.toThrow('permission denied for table officers');
    await nobody.end();
  });
});
