import fc from 'fast-check';
import { agriculture } from '../../subgraphs/agriculture';
import { resolveLimits } from '../../subgraphs/agriculture/standards/rules';
import { encodeCursor } from '../../subgraphs/kit/connection';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn, uniqueCode } from './make';

describe('resolveLimits', () => {
  const stated = (product: string, parameter = 'LEAD', ...exclusions: string[]) => ({
    product,
    parameter,
    exclusions,
  });
  const SPINACH = ['VEGETABLES', 'LEAF', 'SPINACH'];

  it('lets what is stated for a node hold for everything below it', () => {
    expect(resolveLimits([stated('VEGETABLES')], SPINACH)).toEqual([stated('VEGETABLES')]);
  });

  it('gives nothing that is stated elsewhere in the tree, or below the product', () => {
    expect(resolveLimits([stated('ROOTS'), stated('SPINACH')], ['VEGETABLES', 'LEAF'])).toEqual([]);
  });

  it('prefers the node nearest to the product, for each parameter by itself', () => {
    const limits = [stated('LEAF'), stated('SPINACH', 'A'), stated('VEGETABLES'), stated('LEAF', 'A')];
    expect(resolveLimits(limits, SPINACH)).toEqual([stated('SPINACH', 'A'), stated('LEAF')]);
  });

  it('falls back to the node above where the nearest excludes the product', () => {
    const limits = [stated('VEGETABLES'), stated('LEAF', 'LEAD', 'SPINACH')];
    expect(resolveLimits(limits, SPINACH)).toEqual([stated('VEGETABLES')]);
  });

  it('excludes what is below an excluded node, and nothing beside it', () => {
    const limits = [stated('VEGETABLES', 'LEAD', 'LEAF')];
    expect(resolveLimits(limits, SPINACH)).toEqual([]);
    expect(resolveLimits(limits, ['VEGETABLES', 'ROOTS'])).toEqual(limits);
  });

  const NODES = ['VEGETABLES', 'LEAF', 'SPINACH', 'BABY_SPINACH', 'ROOTS', 'CARROT'];
  const lineages = fc.constantFrom(
    ['VEGETABLES'],
    ['VEGETABLES', 'LEAF'],
    SPINACH,
    [...SPINACH, 'BABY_SPINACH'],
    ['VEGETABLES', 'ROOTS', 'CARROT'],
  );
  const limits = fc.uniqueArray(
    fc.record({
      product: fc.constantFrom(...NODES),
      parameter: fc.constantFrom('LEAD', 'A', 'B'),
      exclusions: fc.subarray(NODES, { maxLength: 2 }),
    }),
    { selector: ({ product, parameter }) => `${product} ${parameter}`, maxLength: 18 },
  );

  it('does not depend on the order of the rows', () => {
    const shuffled = limits.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
    );
    fc.assert(
      fc.property(shuffled, lineages, ([rows, others], lineage) => {
        expect(resolveLimits(others, lineage)).toEqual(resolveLimits(rows, lineage));
      }),
    );
  });

  it('gives for each parameter the limit that climbing from the product meets first', () => {
    fc.assert(
      fc.property(limits, lineages, (rows, lineage) => {
        const climbed = ['A', 'B', 'LEAD'].flatMap((parameter) =>
          [...lineage]
            .reverse()
            .flatMap((node) => rows.filter((row) => row.product === node && row.parameter === parameter))
            .filter((row) => !row.exclusions.some((code) => lineage.includes(code)))
            .slice(0, 1),
        );
        expect(resolveLimits(rows, lineage)).toEqual(climbed);
      }),
    );
  });
});

describe('supply standards', () => {
  const world = useSubgraph(agriculture);
  const make = makeIn(world);
  const fuyang = viewer('341200-AGRI');
  const ask = (query: string, variables = {}) => world.as(fuyang).ask(query, variables);

  /** A branch of the food tree for one test alone: a group with two kinds of produce. */
  const plantBranch = async () => {
    const group = await make.product(uniqueCode('GROUP'));
    const kept = await make.product(`${group}_KEPT`, group);
    const excluded = await make.product(`${group}_EXCLUDED`, group);
    return { group, kept, excluded };
  };

  describe('supplyStandard', () => {
    const IN_FORCE = `query InForce($code: String!, $on: Date) {
      supplyStandard(code: $code, on: $on) { version effectiveFrom effectiveTo }
    }`;
    const makeVersions = async () => {
      const code = uniqueCode('VERSIONED');
      await make.standard({ code, version: '1', effective_to: '2024-12-31' });
      await make.standard({ code, version: '2', effective_from: '2025-01-01' });
      return code;
    };

    it.each([
      ['2019-12-31', null],
      ['2020-01-01', '1'],
      ['2024-12-31', '1'],
      ['2025-01-01', '2'],
      ['2099-01-01', '2'],
    ])('gives the version in force on %s', async (on, version) => {
      const { supplyStandard } = await ask(IN_FORCE, { code: await makeVersions(), on });
      expect(supplyStandard?.version ?? null).toBe(version);
    });

    it('gives the version in force today in Shanghai when no day is named', async () => {
      const code = await makeVersions();
      const { now } = world;
      try {
        world.now = new Date('2024-12-31T15:59:59Z');
        expect(await ask(IN_FORCE, { code })).toEqual({
          supplyStandard: { version: '1', effectiveFrom: '2020-01-01', effectiveTo: '2024-12-31' },
        });
        world.now = new Date('2024-12-31T16:00:00Z');
        expect(await ask(IN_FORCE, { code })).toEqual({
          supplyStandard: { version: '2', effectiveFrom: '2025-01-01', effectiveTo: null },
        });
      } finally {
        world.now = now;
      }
    });

    it('gives the version that began last where two overlap', async () => {
      const code = uniqueCode('OVERLAPPING');
      await make.standard({ code, version: 'new', effective_from: '2023-01-01' });
      await make.standard({ code, version: 'old', effective_from: '2021-01-01' });
      expect((await ask(IN_FORCE, { code, on: '2026-01-01' })).supplyStandard.version).toBe('new');
    });

    it('is null for an unknown code', async () => {
      expect(await ask(IN_FORCE, { code: 'NO-SUCH-STANDARD' })).toEqual({ supplyStandard: null });
    });

    it('says what it is, whose it is, and where it holds', async () => {
      const id = await make.standard({
        code: 'ZJ-TEST',
        name: '浙江省试验要求（示例）',
        issuer: '330000-AGRI',
        kind: 'PROVINCIAL',
        jurisdiction: '330000',
        tolerance: '0.05',
      });
      expect(
        await ask(`{ supplyStandard(code: "ZJ-TEST") {
          id name issuer { code } kind jurisdiction { code } tolerance isIllustrative
        } }`),
      ).toEqual({
        supplyStandard: {
          id,
          name: '浙江省试验要求（示例）',
          issuer: { code: '330000-AGRI' },
          kind: 'PROVINCIAL',
          jurisdiction: { code: '330000' },
          tolerance: 0.05,
          isIllustrative: true,
        },
      });
    });

    it('tolerates one sample in ten unless the standard says otherwise, and a buyer has no market of its own', async () => {
      const code = uniqueCode('BUYER');
      await make.standard({ code });
      expect(
        await ask(`{ supplyStandard(code: "${code}") { kind tolerance jurisdiction { code } } }`),
      ).toEqual({
        supplyStandard: { kind: 'BUYER', tolerance: 0.1, jurisdiction: null },
      });
    });

    it('lists every version of its code, the oldest first', async () => {
      const code = await makeVersions();
      expect(
        await ask(`{ supplyStandard(code: "${code}") { versions { version versions { version } } } }`),
      ).toEqual({
        supplyStandard: {
          versions: [
            { version: '1', versions: [{ version: '1' }, { version: '2' }] },
            { version: '2', versions: [{ version: '1' }, { version: '2' }] },
          ],
        },
      });
    });

    it('is found by another subgraph that holds its id', async () => {
      const code = uniqueCode('REFERRED');
      const id = await make.standard({ code });
      expect(
        await ask(
          `query Reference($of: [_Any!]!) { _entities(representations: $of) { ... on SupplyStandard { code } } }`,
          {
            of: [
              { __typename: 'SupplyStandard', id },
              { __typename: 'SupplyStandard', id: 'unknown' },
            ],
          },
        ),
      ).toEqual({ _entities: [{ code }, null] });
    });
  });

  describe('limits', () => {
    const LIMITS = `query Limits($code: String!, $product: String!, $parameter: String) {
      supplyStandard(code: $code) {
        limits(product: $product, parameter: $parameter) {
          standard { code } parameter { code name unit } minimum maximum unit
          residueDefinition partMeasured method isTestRequired inheritedFrom { code }
        }
      }
    }`;

    it('gives what holds for a product and the node that it was inherited from', async () => {
      const { group, kept, excluded } = await plantBranch();
      const code = uniqueCode('LIMITED');
      await make.standard({ code }, [
        {
          product: group,
          parameter: 'TEST_LEAD',
          maximum: '100',
          unit: 'µg/kg',
          part_measured: '可食用部分',
          is_test_required: true,
          exclusions: [excluded],
        },
        {
          product: group,
          parameter: 'TEST_RESIDUE',
          maximum: '0.05',
          residue_definition: 'A',
          method: 'GB 23200.113',
        },
        { product: excluded, parameter: 'TEST_RESIDUE', minimum: '0.001', maximum: '0.02' },
      ]);
      const ofGroup = {
        standard: { code },
        parameter: { code: 'TEST_RESIDUE', name: 'TEST_RESIDUE', unit: 'mg/kg' },
        minimum: null,
        maximum: 0.05,
        unit: 'mg/kg',
        residueDefinition: 'A',
        partMeasured: null,
        method: 'GB 23200.113',
        isTestRequired: false,
        inheritedFrom: { code: group },
      };
      expect(await ask(LIMITS, { code, product: kept })).toEqual({
        supplyStandard: {
          limits: [
            {
              ...ofGroup,
              parameter: { code: 'TEST_LEAD', name: 'TEST_LEAD', unit: 'mg/kg' },
              maximum: 100,
              unit: 'µg/kg',
              residueDefinition: null,
              partMeasured: '可食用部分',
              method: null,
              isTestRequired: true,
            },
            ofGroup,
          ],
        },
      });
      expect(await ask(LIMITS, { code, product: excluded })).toEqual({
        supplyStandard: {
          limits: [
            {
              ...ofGroup,
              minimum: 0.001,
              maximum: 0.02,
              residueDefinition: null,
              method: null,
              inheritedFrom: { code: excluded },
            },
          ],
        },
      });
      const { supplyStandard } = await ask(LIMITS, { code, product: kept, parameter: 'TEST_RESIDUE' });
      expect(supplyStandard.limits).toEqual([ofGroup]);
    });

    it('keeps two versions of a standard apart', async () => {
      const { kept } = await plantBranch();
      const code = uniqueCode('STRICTER');
      const limit = { product: kept, parameter: 'TEST_RESIDUE' };
      await make.standard({ code, version: '1', effective_to: '2024-12-31' }, [
        { ...limit, maximum: '0.05' },
      ]);
      await make.standard({ code, version: '2', effective_from: '2025-01-01' }, [
        { ...limit, maximum: '0.02' },
      ]);
      expect(
        await ask(
          `{ supplyStandard(code: "${code}") { versions { limits(product: "${kept}") { maximum } } } }`,
        ),
      ).toEqual({
        supplyStandard: { versions: [{ limits: [{ maximum: 0.05 }] }, { limits: [{ maximum: 0.02 }] }] },
      });
    });

    it.each([
      ['en', 'No product has the code "STONE". Look it up with products.'],
      ['zh', '没有代码为“STONE”的产品。请用 products 查询。'],
    ] as const)('refuses a product that does not exist, in %s', async (language, message) => {
      const code = uniqueCode('LIMITED');
      await make.standard({ code });
      const { data, errors } = await world.as(fuyang, language).send(LIMITS, { code, product: 'STONE' });
      expect(data).toEqual({ supplyStandard: null });
      expect(errors?.map((e) => [e.message, e.extensions?.code])).toEqual([[message, 'BAD_USER_INPUT']]);
    });

    it.each([
      ['a limit without an end', { maximum: null }],
      ['a minimum above the maximum', { minimum: '2', maximum: '1' }],
      ['a unit that nobody converts', { unit: 'spoons' }],
    ])('are never stored as %s', async (_, limit) => {
      const { kept } = await plantBranch();
      await expect(
        make.standard({}, [{ product: kept, parameter: 'TEST_RESIDUE', ...limit }]),
      ).rejects.toThrow(/violates check constraint/);
    });
  });

  describe('supplyStandards', () => {
    const STANDARDS = `query Standards(
      $kind: SupplyStandardKind, $issuer: AgencyCode, $product: String, $on: Date, $first: Int, $after: String
    ) {
      supplyStandards(kind: $kind, issuer: $issuer, product: $product, on: $on, first: $first, after: $after) {
        edges { node { code version } }
        pageInfo { hasNextPage endCursor }
      }
    }`;
    const found = async (variables: object): Promise<string[]> => {
      const { supplyStandards } = await ask(STANDARDS, variables);
      return supplyStandards.edges.map(
        ({ node }: { node: { code: string; version: string } }) => `${node.code} ${node.version}`,
      );
    };
    /** Four versions of three standards that limit a product of their own. */
    const makeShelf = async () => {
      const { group, kept, excluded } = await plantBranch();
      const [a, b, c] = [`${group}_A`, `${group}_B`, `${group}_C`] as const;
      const whole = [{ product: group, parameter: 'TEST_RESIDUE', exclusions: [excluded] }];
      const market = { kind: 'MARKET', jurisdiction: '310000', issuer: '310000-COMMERCE' } as const;
      await make.standard({ code: b, ...market, version: '1', effective_to: '2024-12-31' }, whole);
      await make.standard({ code: b, ...market, version: '2', effective_from: '2025-01-01' }, whole);
      await make.standard({ code: c, issuer: '310000-VEGGROUP' }, [
        { product: kept, parameter: 'TEST_RESIDUE' },
      ]);
      await make.standard({ code: a, kind: 'NATIONAL', issuer: '310000-AGRI' }, whole);
      return { group, kept, excluded, a: `${a} 1`, b1: `${b} 1`, b2: `${b} 2`, c: `${c} 1` };
    };

    it('gives every version that limits a product, by its own node or one above, in the order of codes and days', async () => {
      const { kept, a, b1, b2, c } = await makeShelf();
      expect(await found({ product: kept })).toEqual([a, b1, b2, c]);
    });

    it('leaves out what excludes the product, and what is stated only below it', async () => {
      const { group, excluded, a, b1, b2 } = await makeShelf();
      expect(await found({ product: excluded })).toEqual([]);
      expect(await found({ product: group })).toEqual([a, b1, b2]);
    });

    it('is empty for a product that does not exist', async () => {
      expect(await found({ product: 'STONE' })).toEqual([]);
    });

    it('narrows by kind, issuer and day', async () => {
      const { kept: product, a, b1, b2, c } = await makeShelf();
      expect(await found({ product, kind: 'MARKET' })).toEqual([b1, b2]);
      expect(await found({ product, issuer: '310000-VEGGROUP' })).toEqual([c]);
      expect(await found({ product, issuer: '310000-VEGGROUP', kind: 'MARKET' })).toEqual([]);
      expect(await found({ product, on: '2024-12-31' })).toEqual([a, b1, c]);
      expect(await found({ product, on: '2025-01-01' })).toEqual([a, b2, c]);
    });

    it('narrows without a product', async () => {
      const { a, b1, b2, c } = await makeShelf();
      expect(await found({ first: 200 })).toEqual(expect.arrayContaining([a, b1, b2, c]));
      const market = await found({ first: 200, kind: 'MARKET' });
      expect(market).toEqual(expect.arrayContaining([b1, b2]));
      expect(market).not.toContain(c);
      expect(await found({ first: 200, on: '2019-12-31' })).toEqual([]);
    });

    it('pages without repeats or gaps, between two versions of a standard too', async () => {
      const { kept: product, a, b1, b2, c } = await makeShelf();
      const seen: string[][] = [];
      let after: string | null = null;
      do {
        seen.push(await found({ product, first: 2, after }));
        const { supplyStandards } = await ask(STANDARDS, { product, first: 2, after });
        after = supplyStandards.pageInfo.hasNextPage ? supplyStandards.pageInfo.endCursor : null;
      } while (after);
      expect(seen).toEqual([
        [a, b1],
        [b2, c],
      ]);
    });

    it('refuses a cursor of another list, and more than a page can hold', async () => {
      const after = encodeCursor('products', ['/VEGETABLES/']);
      const foreign = await world.as(fuyang).send(STANDARDS, { after });
      expect(foreign.errors?.map((e) => e.message)).toEqual([
        `"${after}" is not a cursor of supplyStandards. Pass the endCursor of a page of the same list, or leave after out to begin.`,
      ]);
      const large = await world.as(fuyang).send(STANDARDS, { first: 201 });
      expect(large.errors?.map((e) => e.message)).toEqual([
        'supplyStandards gives 1 to 200 rows a page, and first was 201. Ask for fewer and page on with after.',
      ]);
    });

    it('is the same list from the product', async () => {
      const { kept, excluded, a, b2, c } = await makeShelf();
      const OF_PRODUCT = `query OfProduct($kept: String!, $excluded: String!) {
        kept: product(code: $kept) { standards(on: "2026-11-23") { edges { node { code version } } } }
        excluded: product(code: $excluded) { standards { edges { node { code } } } }
      }`;
      const answer = await ask(OF_PRODUCT, { kept, excluded });
      expect(
        answer.kept.standards.edges.map(
          ({ node }: { node: { code: string; version: string } }) => `${node.code} ${node.version}`,
        ),
      ).toEqual([a, b2, c]);
      expect(answer.excluded.standards.edges).toEqual([]);
    });

    it('takes as many statements for twenty standards as for one', async () => {
      const { group, kept, excluded } = await plantBranch();
      const whole = [{ product: group, parameter: 'TEST_RESIDUE', exclusions: [excluded] }];
      await make.standard({ issuer: '310000-GOV' }, whole);
      for (let i = 0; i < 20; i += 1) await make.standard({ issuer: '320000-GOV' }, whole);
      const WHOLE = `query Whole($issuer: AgencyCode!) {
        supplyStandards(issuer: $issuer) { edges { node {
          issuer { code } versions { code }
          limits(product: "${kept}") { standard { code } parameter { code } inheritedFrom { code parent { code } } }
        } } }
      }`;
      const one = await world.statementsOf(() => ask(WHOLE, { issuer: '310000-GOV' }));
      const twenty = await world.statementsOf(() => ask(WHOLE, { issuer: '320000-GOV' }));
      expect(one.map(methodOf)).toEqual([
        'supplyStandards.in',
        'supplyStandards.versions',
        'products.byCode',
        'supplyStandards.limitsAt',
        'supplyStandards.byId',
        'standardParameters.byCode',
        'products.byCode',
      ]);
      expect(twenty.map(methodOf)).toEqual(one.map(methodOf));
    });
  });

  it.each([
    '{ supplyStandard(code: "AH-SWEETPOTATO") { code } }',
    '{ supplyStandards { edges { node { code } } } }',
  ])('is not for nobody: %s', async (query) => {
    const { errors } = await world.as(null).send(query);
    expect(errors?.map((e) => e.extensions?.code)).toEqual(['UNAUTHENTICATED']);
  });
});

/** The store method that a statement names. */
const methodOf = (sql: string): string | undefined => /\/\* (\S+) \*\//.exec(sql)?.[1];
