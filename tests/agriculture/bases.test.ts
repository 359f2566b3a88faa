import { randomUUID } from 'node:crypto';
import { agriculture } from '../../subgraphs/agriculture';
import {
  accreditationStatusOn,
  type StoredAccreditationStatus,
} from '../../subgraphs/agriculture/bases/rules';
import { encodeCursor } from '../../subgraphs/kit/connection';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn, rawAs, TABLES, uniqueCode } from './make';

describe('accreditationStatusOn', () => {
  it.each<[StoredAccreditationStatus, string | null, string]>([
    ['APPLIED', null, 'APPLIED'],
    ['REJECTED', null, 'REJECTED'],
    ['ACCREDITED', '2026-11-22', 'EXPIRED'],
    ['ACCREDITED', '2026-11-23', 'ACCREDITED'],
    ['WARNED', '2026-11-22', 'EXPIRED'],
    ['WARNED', '2026-11-23', 'WARNED'],
    ['SUSPENDED', '2026-11-22', 'EXPIRED'],
    ['SUSPENDED', '2026-11-23', 'SUSPENDED'],
    ['REVOKED', '2026-11-22', 'REVOKED'],
    ['REVOKED', '2026-11-23', 'REVOKED'],
  ])('%s, valid until %s, is %s on 2026-11-23', (status, valid_until, expected) => {
    expect(accreditationStatusOn({ status, valid_until }, '2026-11-23')).toBe(expected);
  });
});

describe('supply bases', () => {
  const world = useSubgraph(agriculture);
  const make = makeIn(world);
  const fuyang = viewer('341200-AGRI');
  const ask = (query: string, variables = {}) => world.as(fuyang).ask(query, variables);

  const BASES = `query Bases(
    $under: JurisdictionCode, $product: String, $accreditedTo: String, $nameContains: String, $first: Int, $after: String
  ) {
    supplyBases(
      under: $under, product: $product, accreditedTo: $accreditedTo, nameContains: $nameContains, first: $first, after: $after
    ) { edges { node { id } } pageInfo { hasNextPage endCursor } }
  }`;
  const idsOf = (connection: { edges: { node: { id: string } }[] }): string[] =>
    connection.edges.map(({ node }) => node.id);
  const ids = async (variables: object) => idsOf((await ask(BASES, variables)).supplyBases);

  describe('supplyBase', () => {
    it('says what it is, where, whose, and what it supplies', async () => {
      const id = await make.base(
        {
          name: '王家坝镇试验基地',
          jurisdiction: '341225117',
          operator: '阜南县试验专业合作社',
          area_mu: '215.5',
          latitude: 32.4379,
          longitude: 115.6012,
          registered_by: '341225-AGRI',
          registered_at: new Date('2022-08-30T02:00:00Z'),
        },
        ['WATER_CHESTNUT', 'SWEET_POTATO_MINI'],
      );
      expect(
        await ask(
          `query Base($id: ID!) { supplyBase(id: $id) {
            id name jurisdiction { code } operator areaMu products { code } location { latitude longitude }
            registeredBy { code } registeredAt accreditations { id }
          } }`,
          { id },
        ),
      ).toEqual({
        supplyBase: {
          id,
          name: '王家坝镇试验基地',
          jurisdiction: { code: '341225117' },
          operator: '阜南县试验专业合作社',
          areaMu: 215.5,
          products: [{ code: 'WATER_CHESTNUT' }, { code: 'SWEET_POTATO_MINI' }],
          location: { latitude: 32.4379, longitude: 115.6012 },
          registeredBy: { code: '341225-AGRI' },
          registeredAt: '2022-08-30T02:00:00.000Z',
          accreditations: [],
        },
      });
    });

    it('has no location when none was recorded', async () => {
      const id = await make.base();
      expect(
        await ask('query Base($id: ID!) { supplyBase(id: $id) { location { latitude } } }', { id }),
      ).toEqual({
        supplyBase: { location: null },
      });
    });

    it('is null for an unknown id', async () => {
      expect(await ask('{ supplyBase(id: "unknown") { id } }')).toEqual({ supplyBase: null });
    });

    it('is found by another subgraph that holds its id', async () => {
      const id = await make.base({ name: '某基地' });
      expect(
        await ask(
          'query Reference($of: [_Any!]!) { _entities(representations: $of) { ... on SupplyBase { name } } }',
          { of: [{ __typename: 'SupplyBase', id }] },
        ),
      ).toEqual({ _entities: [{ name: '某基地' }] });
    });

    it('tells the story of its accreditations, the latest application first', async () => {
      const code = uniqueCode('BUYER');
      const base = await make.base();
      const of = { base_id: base, standard_id: await make.standard({ code }) };
      const open = { score: null, visited_on: null, valid_until: null };
      const first = await make.accreditation({
        ...of,
        score: '82.5',
        visited_on: '2023-02-03',
        valid_until: '2026-02-28',
        applied_at: new Date('2023-01-12T02:00:00Z'),
        decided_at: new Date('2023-02-10T02:00:00Z'),
      });
      const second = await make.accreditation({
        ...of,
        ...open,
        status: 'REJECTED',
        applied_at: new Date('2026-03-02T02:00:00Z'),
        decided_at: new Date('2026-03-09T02:00:00Z'),
      });
      const third = await make.accreditation({
        ...of,
        ...open,
        status: 'APPLIED',
        applied_at: new Date('2026-11-02T02:00:00Z'),
        decided_at: null,
      });
      const common = { base: { id: base }, standard: { code } };
      const nothingYet = { score: null, visitedOn: null, validUntil: null };
      expect(
        await ask(
          `query Base($id: ID!) { supplyBase(id: $id) { accreditations {
            id status base { id } standard { code } score visitedOn validUntil appliedAt decidedAt
          } } }`,
          { id: base },
        ),
      ).toEqual({
        supplyBase: {
          accreditations: [
            {
              id: third,
              status: 'APPLIED',
              ...common,
              ...nothingYet,
              appliedAt: '2026-11-02T02:00:00.000Z',
              decidedAt: null,
            },
            {
              id: second,
              status: 'REJECTED',
              ...common,
              ...nothingYet,
              appliedAt: '2026-03-02T02:00:00.000Z',
              decidedAt: '2026-03-09T02:00:00.000Z',
            },
            {
              id: first,
              status: 'EXPIRED',
              ...common,
              score: 82.5,
              visitedOn: '2023-02-03',
              validUntil: '2026-02-28',
              appliedAt: '2023-01-12T02:00:00.000Z',
              decidedAt: '2023-02-10T02:00:00.000Z',
            },
          ],
        },
      });
    });

    it.each([
      ['accredited without a site visit', { visited_on: null }],
      ['accredited without a score', { score: null }],
      ['accredited for ever', { valid_until: null }],
      ['accredited without a decision', { decided_at: null }],
      ['decided before it applied', { decided_at: new Date('2026-01-01T02:00:00Z') }],
    ])('is never stored as %s', async (_, accreditation) => {
      const of = { base_id: await make.base(), standard_id: await make.standard() };
      await expect(make.accreditation({ ...of, ...accreditation })).rejects.toThrow(
        /violates check constraint/,
      );
    });
  });

  describe('supplyBases', () => {
    it('gives the bases in a place and below it, in the order of their places', async () => {
      const village = await make.base({ jurisdiction: '370612102224' });
      const town = await make.base({ jurisdiction: '370612102' });
      const neighbor = await make.base({ jurisdiction: '370612103' });
      const elsewhere = await make.base({ jurisdiction: '370981115' });
      expect(await ids({ under: '370612102224' })).toEqual([village]);
      expect(await ids({ under: '370612102' })).toEqual([town, village]);
      expect(await ids({ under: '370612' })).toEqual([town, village, neighbor]);
      expect(await ids({ under: '370000' })).toEqual([town, village, neighbor, elsewhere]);
      expect(await ids({ first: 200 })).toEqual(expect.arrayContaining([town, village, neighbor, elsewhere]));
      expect(await ids({ under: '370583' })).toEqual([]);
    });

    it('narrows by what a base supplies, or by anything above that in the food tree', async () => {
      const group = uniqueCode('GROUP');
      await make.product(group);
      await make.product(`${group}_A`, group);
      await make.product(`${group}_B`, group);
      const supplier = await make.base({ jurisdiction: '330421103' }, [`${group}_A`, 'GINGER']);
      const other = await make.base({ jurisdiction: '330421111' }, [`${group}_B`]);
      expect(await ids({ product: `${group}_A` })).toEqual([supplier]);
      expect(await ids({ product: group })).toEqual([supplier, other]);
      expect(await ids({ product: group, under: '330421111' })).toEqual([other]);
      expect(await ids({ product: 'STONE' })).toEqual([]);
    });

    it('gives a base once that supplies two products of a group', async () => {
      const id = await make.base({ jurisdiction: '330483102' }, ['SWEET_POTATO_MINI', 'SWEET_POTATO_TABLE']);
      expect(await ids({ product: 'SWEET_POTATO', under: '330483102' })).toEqual([id]);
    });

    it.each<[StoredAccreditationStatus, string, boolean]>([
      ['ACCREDITED', '2026-11-23', true],
      ['ACCREDITED', '2026-11-22', false],
      ['WARNED', '2026-11-23', true],
      ['SUSPENDED', '2028-12-31', false],
      ['REVOKED', '2028-12-31', false],
      ['APPLIED', '', false],
      ['REJECTED', '', false],
    ])('counts as accredited or not: %s until %s, %s', async (status, validUntil, isAccredited) => {
      const code = uniqueCode('BUYER');
      const base = await make.base();
      await make.accreditation({
        base_id: base,
        standard_id: await make.standard({ code }),
        status,
        valid_until: validUntil || null,
        ...(status === 'APPLIED' && { decided_at: null }),
      });
      expect(await ids({ accreditedTo: code })).toEqual(isAccredited ? [base] : []);
    });

    it('finds the accreditation to any version of the standard, and to no other standard', async () => {
      const code = uniqueCode('BUYER');
      const old = await make.base({ jurisdiction: '330112116' });
      const recent = await make.base({ jurisdiction: '330112117' });
      await make.accreditation({
        base_id: old,
        standard_id: await make.standard({ code, version: '1', effective_to: '2024-12-31' }),
      });
      await make.accreditation({
        base_id: recent,
        standard_id: await make.standard({ code, version: '2', effective_from: '2025-01-01' }),
      });
      expect(await ids({ accreditedTo: code })).toEqual([old, recent]);
      expect(await ids({ accreditedTo: code, under: '330112117' })).toEqual([recent]);
      expect(await ids({ accreditedTo: 'NO-SUCH-STANDARD' })).toEqual([]);
    });

    it('finds names by a part of them', async () => {
      const id = await make.base({ name: '同里镇北联村蔬菜基地', jurisdiction: '320509111' });
      expect(await ids({ nameContains: '北联' })).toEqual([id]);
      expect(await ids({ nameContains: '北联', under: '320509110' })).toEqual([]);
    });

    it('pages without repeats or gaps, inside one place too', async () => {
      const prefix = randomUUID();
      const all = ['310120104', '310120104', '310120104', '310120105', '310120106'].map((place, i) => ({
        id: `${prefix}-${i}`,
        jurisdiction: place,
      }));
      for (const base of all) await make.base(base);
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { supplyBases } = await ask(BASES, { under: '310120', first: 2, after });
        expect(supplyBases.edges.length).toBeLessThanOrEqual(2);
        seen.push(...idsOf(supplyBases));
        after = supplyBases.pageInfo.hasNextPage ? supplyBases.pageInfo.endCursor : null;
      } while (after);
      expect(seen).toEqual(all.map(({ id }) => id));
    });

    it('refuses a cursor of another list, and more than a page can hold', async () => {
      const after = encodeCursor('supplyStandards', ['AH-SWEETPOTATO', '2019-06-01']);
      const foreign = await world.as(fuyang).send(BASES, { after });
      expect(foreign.errors?.map((e) => e.message)).toEqual([
        `"${after.slice(0, 40)}…" is not a cursor of supplyBases. Pass the endCursor of a page of the same list, or leave after out to begin.`,
      ]);
      const large = await world.as(fuyang).send(BASES, { first: 201 });
      expect(large.errors?.map((e) => e.message)).toEqual([
        'supplyBases gives 1 to 200 rows a page, and first was 201. Ask for fewer and page on with after.',
      ]);
    });
  });

  describe('what a place lends', () => {
    const OF_PLACES = `query OfPlaces($places: [_Any!]!, $product: String, $first: Int) {
      _entities(representations: $places) { ... on Jurisdiction {
        code supplyBases(product: $product, first: $first) { edges { node { id } } pageInfo { hasNextPage } }
      } }
    }`;
    const places = (...codes: string[]) => codes.map((code) => ({ __typename: 'Jurisdiction', code }));

    it('is the bases in it and below it, for each place by itself', async () => {
      const north = await make.base({ jurisdiction: '320682101' }, ['GINGER']);
      const south = await make.base({ jurisdiction: '320682102' }, ['PEACH']);
      const { _entities: all } = await ask(OF_PLACES, { places: places('320682', '320682102', '320683') });
      expect(all.map((place: { supplyBases: never }) => idsOf(place.supplyBases))).toEqual([
        [north, south],
        [south],
        [],
      ]);
      const { _entities: some } = await ask(OF_PLACES, {
        places: places('320682'),
        product: 'FRUITS',
        first: 1,
      });
      expect(some).toEqual([
        {
          code: '320682',
          supplyBases: { edges: [{ node: { id: south } }], pageInfo: { hasNextPage: false } },
        },
      ]);
    });

    it('is not for nobody, though the place itself is', async () => {
      const { data, errors } = await world.as(null).send(OF_PLACES, { places: places('320682') });
      expect(data).toEqual({ _entities: [{ code: '320682', supplyBases: null }] });
      expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
    });
  });

  describe('statements', () => {
    const WHOLE = `query Whole($under: JurisdictionCode!) {
      supplyBases(under: $under, product: "SWEET_POTATO", accreditedTo: "STATEMENTS-BUYER", nameContains: "甘薯") { edges { node {
        id jurisdiction { code } registeredBy { code } products { code parent { code } }
        accreditations { status base { id } standard { code issuer { code } } }
      } } }
    }`;

    it('are as many for a village with one base as for a province with twenty', async () => {
      const standard_id = await make.standard({ code: 'STATEMENTS-BUYER' });
      for (let i = 0; i < 20; i += 1) {
        const jurisdiction = i === 0 ? '341322104201' : `3413221${String(i).padStart(2, '0')}`;
        await make.accreditation({ base_id: await make.base({ jurisdiction }), standard_id });
      }
      let bases = 0;
      const count = (under: string) =>
        world.statementsOf(async () => {
          bases = (await ask(WHOLE, { under })).supplyBases.edges.length;
        });
      const village = await count('341322104201');
      expect(bases).toBe(1);
      const province = await count('340000');
      expect(bases).toBe(20);
      expect(village.length).toBe(6);
      expect(province.length).toBe(village.length);
    });
  });

  describe('who reads and writes', () => {
    it.each(['{ supplyBase(id: "x") { id } }', '{ supplyBases { edges { node { id } } } }'])(
      'is not for nobody: %s',
      async (query) => {
        const { errors } = await world.as(null).send(query);
        expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
      },
    );

    it.each(TABLES)(
      'the database shows %s to any unit and to nobody else, and takes no changes',
      async (table) => {
        const limit = { product: 'GINGER', parameter: 'TEST_RESIDUE', exclusions: ['POTATO'] };
        await make.accreditation({
          base_id: await make.base(),
          standard_id: await make.standard({}, [limit]),
        });
        const stranger = viewer('310118-ORG');
        expect(await rawAs(world, stranger, `SELECT 1 AS row FROM ${table} LIMIT 1`)).toEqual([{ row: 1 }]);
        const denied = `permission denied for table ${table}`;
        await expect(rawAs(world, null, `SELECT 1 FROM ${table} LIMIT 1`)).rejects.toThrow(denied);
        await expect(
          world.database.session(stranger).write((db) => db.raw(`DELETE FROM ${table}`)),
        ).rejects.toThrow(denied);
      },
    );
  });
});
