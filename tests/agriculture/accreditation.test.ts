import { randomUUID } from 'node:crypto';
import { agriculture } from '../../subgraphs/agriculture';
import type { StoredAccreditationStatus } from '../../subgraphs/agriculture/bases/rules';
import type { AccreditationRow } from '../../subgraphs/agriculture/bases/store';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn, rawAs, uniqueCode } from './make';

const world = useSubgraph(agriculture);
const make = makeIn(world);

const FUYANG = viewer('341200-AGRI', { functions: ['AGRICULTURE'] });
const BUYER = viewer('310000-VEGGROUP', { remit: [] });
const STRANGER = viewer('330421-AGRI', { functions: ['AGRICULTURE'] });

const mutation = (name: string, noun: string, body: string) =>
  `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) { ${noun} { ${body} } userErrors { code path message } }
  }`;
const step = (name: string) =>
  mutation(
    name,
    'accreditation',
    'id status score visitedOn validUntil isRenewal timeline { kind agency { code } note }',
  );
const errorsOf = ({ userErrors }: { userErrors: { code: string; path: string[] }[] }) =>
  userErrors.map(({ code, path }) => [code, path.join('.')]);

const REGISTER = mutation(
  'registerSupplyBase',
  'supplyBase',
  'id name areaMu products { code } registeredBy { code }',
);
const A_BASE = {
  ...{ jurisdiction: '341225107', name: '柳沟镇新基地', operator: '新合作社', areaMu: 320 },
  products: ['SWEET_POTATO_MINI'],
};

const ACCREDIT = {
  ...{ decision: 'ACCREDIT', score: 92, visitedOn: '2026-10-20', validUntil: '2027-10-31' },
  at: '2026-10-22T02:00:00Z',
};

const applied = async (by: Viewer = FUYANG) => {
  const code = uniqueCode('S');
  await make.standard({ code });
  const base = await make.base();
  const { accreditation } = await world
    .as(by)
    .do(step('applyForAccreditation'), { baseId: base, standard: code, at: '2026-10-08T02:00:00Z' });
  return { id: accreditation.id as string, base, code };
};

const stored = async (id: string) => {
  const [row] = await world.build((db) => db<AccreditationRow>('accreditations').where({ id }));
  return row?.status;
};

describe('registerSupplyBase', () => {
  it('registers a base once, however often it is sent', async () => {
    const first = await world.as(FUYANG).do(REGISTER, A_BASE);
    expect(first).toEqual({
      supplyBase: {
        ...{ id: expect.any(String), name: '柳沟镇新基地', areaMu: 320 },
        ...{ products: [{ code: 'SWEET_POTATO_MINI' }], registeredBy: { code: '341200-AGRI' } },
      },
      userErrors: [],
    });
    expect(await world.as(FUYANG).do(REGISTER, A_BASE)).toEqual(first);
    expect(errorsOf(await world.as(FUYANG).do(REGISTER, { ...A_BASE, areaMu: 321 }))).toEqual([
      ['CONFLICT', 'name'],
    ]);
  });

  it('arrives once when it is sent twice at the same moment', async () => {
    const base = { ...A_BASE, name: '同时登记基地' };
    const both = await Promise.all([1, 2].map(() => world.as(FUYANG).do(REGISTER, base)));
    expect(both[0]).toEqual(both[1]);
  });

  it('names everything that is wrong at once', async () => {
    const wrong = {
      ...{ jurisdiction: '330421111', name: ' ', operator: '甲\n乙', areaMu: 0, products: ['STONE'] },
      ...{ location: { latitude: 91, longitude: 115 }, at: '2026-12-01T00:00:00Z' },
    };
    expect(errorsOf(await world.as(FUYANG).do(REGISTER, wrong))).toEqual([
      ['NOT_ALLOWED', 'jurisdiction'],
      ['REQUIRED', 'name'],
      ['INVALID', 'operator'],
      ['INVALID', 'areaMu'],
      ['NOT_FOUND', 'products.0'],
      ['INVALID', 'location.latitude'],
      ['INVALID', 'at'],
    ]);
  });

  it.each<[string, Viewer]>([
    ['a buyer', BUYER],
    ['a department without agriculture', viewer('341200-HRSS', { functions: ['HUMAN_RESOURCES'] })],
    ['a department of agriculture elsewhere', STRANGER],
  ])('is refused to %s', async (_, who) => {
    const name = `试 ${randomUUID()}`;
    const answer = await world.as(who).do(REGISTER, { ...A_BASE, name });
    expect([answer.supplyBase, errorsOf(answer)]).toEqual([null, [['NOT_ALLOWED', 'jurisdiction']]]);
    expect(await world.build((db) => db('supply_bases').where({ name }))).toEqual([]);
  });
});

describe('applyForAccreditation', () => {
  it('applies to the version in force, once', async () => {
    const { id, base, code } = await applied();
    expect(await stored(id)).toBe('APPLIED');
    const again = { baseId: base, standard: code };
    const apply = (at: string) => world.as(FUYANG).do(step('applyForAccreditation'), { ...again, at });
    expect((await apply('2026-10-08T02:00:00Z')).accreditation.id).toBe(id);
    expect(errorsOf(await apply('2026-10-09T02:00:00Z'))).toEqual([['CONFLICT', 'standard']]);
  });

  it('renews what holds, and says so', async () => {
    const { id, base, code } = await applied();
    await world.as(BUYER).do(step('decideAccreditation'), { accreditationId: id, ...ACCREDIT });
    const { accreditation } = await world
      .as(FUYANG)
      .do(step('applyForAccreditation'), { baseId: base, standard: code, at: '2026-11-09T02:00:00Z' });
    expect([accreditation.status, accreditation.isRenewal]).toEqual(['APPLIED', true]);
  });

  it('does not renew what is suspended', async () => {
    const { id, base, code } = await applied();
    await world.as(BUYER).do(step('decideAccreditation'), { accreditationId: id, ...ACCREDIT });
    await world.as(BUYER).do(step('suspendAccreditation'), { accreditationId: id, note: '缺记录' });
    const answer = await world.as(FUYANG).do(step('applyForAccreditation'), { baseId: base, standard: code });
    expect(errorsOf(answer)).toEqual([['NOT_ALLOWED_IN_STATE', 'standard']]);
  });

  it('is refused to others, for what there is not, and before its time', async () => {
    const code = uniqueCode('S');
    await make.standard({ code });
    const base = await make.base();
    const apply = async (who: Viewer, input: object) =>
      errorsOf(
        await world.as(who).do(step('applyForAccreditation'), { baseId: base, standard: code, ...input }),
      );
    expect(await apply(STRANGER, {})).toEqual([['NOT_ALLOWED', 'baseId']]);
    expect(await apply(BUYER, {})).toEqual([['NOT_ALLOWED', 'baseId']]);
    expect(await apply(FUYANG, { baseId: randomUUID(), standard: 'NO', at: '2027-01-01T00:00:00Z' })).toEqual(
      [
        ['INVALID', 'at'],
        ['NOT_FOUND', 'baseId'],
        ['NOT_FOUND', 'standard'],
      ],
    );
  });
});

describe('a visit', () => {
  const visit = (id: string) => ({
    ...{ accreditationId: id, visitedOn: '2026-10-20', inspectors: ['韩立群'], remark: '总体良好' },
    checklist: [
      { item: '用药记录', points: 18, maximum: 20 },
      { item: '规格一致', points: 7, maximum: 10, remark: '偏大' },
    ],
    at: '2026-10-21T02:00:00Z',
  });

  it('is scored by its checklist, and the decision may rest on it', async () => {
    const { id } = await applied();
    await world.as(BUYER).do(step('recordAccreditationVisit'), visit(id));
    const { accreditation } = await world.as(BUYER).do(step('decideAccreditation'), {
      ...{ accreditationId: id, decision: 'ACCREDIT', validUntil: '2027-10-31' },
      at: '2026-10-22T02:00:00Z',
    });
    expect(accreditation).toEqual({
      ...{ id, status: 'ACCREDITED', score: 83.33, visitedOn: '2026-10-20', validUntil: '2027-10-31' },
      isRenewal: false,
      timeline: [
        { kind: 'APPLIED', agency: { code: '341200-AGRI' }, note: null },
        { kind: 'VISITED', agency: { code: '310000-VEGGROUP' }, note: '总体良好' },
        { kind: 'ACCREDITED', agency: { code: '310000-VEGGROUP' }, note: null },
      ],
    });
    const { supplyBase } = await world.as(STRANGER).ask(
      `query V($id: ID!) { supplyBase(id: $id) { accreditations { visits {
        visitedOn inspectors score remark recordedBy { code } checklist { item points maximum remark } } } } }`,
      { id: (await world.build((db) => db<AccreditationRow>('accreditations').where({ id })))[0]?.base_id },
    );
    expect(supplyBase.accreditations[0].visits).toEqual([
      {
        ...{ visitedOn: '2026-10-20', inspectors: ['韩立群'], score: 83.33, remark: '总体良好' },
        recordedBy: { code: '310000-VEGGROUP' },
        checklist: [
          { item: '用药记录', points: 18, maximum: 20, remark: null },
          { item: '规格一致', points: 7, maximum: 10, remark: '偏大' },
        ],
      },
    ]);
  });

  it('names everything that is wrong with it', async () => {
    const { id } = await applied();
    const wrong = {
      ...visit(id),
      ...{ visitedOn: '2026-10-01', inspectors: [] },
      checklist: [{ item: ' ', points: 21, maximum: 20 }],
    };
    expect(errorsOf(await world.as(BUYER).do(step('recordAccreditationVisit'), wrong))).toEqual([
      ['INVALID', 'visitedOn'],
      ['REQUIRED', 'inspectors'],
      ['REQUIRED', 'checklist.0.item'],
      ['INVALID', 'checklist.0.points'],
    ]);
    expect(errorsOf(await world.as(FUYANG).do(step('recordAccreditationVisit'), visit(id)))).toEqual([
      ['NOT_ALLOWED', 'accreditationId'],
    ]);
  });
});

describe('decideAccreditation', () => {
  it.each([
    ['no visit', { visitedOn: null }, [['REQUIRED', 'visitedOn']]],
    ['no score', { score: null }, [['REQUIRED', 'score']]],
    ['no last day', { validUntil: null }, [['REQUIRED', 'validUntil']]],
    ['a score over a hundred', { score: 101 }, [['INVALID', 'score']]],
    ['a visit before the application', { visitedOn: '2026-10-07' }, [['INVALID', 'visitedOn']]],
    ['a visit after the decision', { visitedOn: '2026-10-23' }, [['INVALID', 'visitedOn']]],
    ['a last day that has passed', { validUntil: '2026-10-22' }, [['INVALID', 'validUntil']]],
    [
      'a decision before the application',
      { at: '2026-10-07T02:00:00Z' },
      [
        ['INVALID', 'at'],
        ['INVALID', 'visitedOn'],
      ],
    ],
    ['a rejection without a reason', { decision: 'REJECT' }, [['REQUIRED', 'note']]],
  ])('is refused with %s', async (_, given, expected) => {
    const { id } = await applied();
    const answer = await world
      .as(BUYER)
      .do(step('decideAccreditation'), { accreditationId: id, ...ACCREDIT, ...given });
    expect([answer.accreditation, errorsOf(answer)]).toEqual([null, expected]);
    expect(await stored(id)).toBe('APPLIED');
  });

  it('is the issuer’s alone, in SQL too', async () => {
    const { id } = await applied();
    const decision = { accreditationId: id, ...ACCREDIT };
    for (const who of [FUYANG, STRANGER]) {
      expect(errorsOf(await world.as(who).do(step('decideAccreditation'), decision))).toEqual([
        ['NOT_ALLOWED', 'accreditationId'],
      ]);
    }
    const session = world.database.session(STRANGER);
    const updated = await session.write((db) =>
      db.raw(`UPDATE accreditations SET status = 'REJECTED' WHERE id = ? RETURNING id`, [id]),
    );
    await session.end();
    expect(updated).toEqual([]);
    expect(
      errorsOf(await world.as(BUYER).do(step('decideAccreditation'), { ...decision, accreditationId: 'x' })),
    ).toEqual([['NOT_FOUND', 'accreditationId']]);
  });

  it('is won by exactly one of two', async () => {
    const { id } = await applied();
    const answers = await Promise.all(
      [ACCREDIT, { ...ACCREDIT, decision: 'REJECT', note: '不合格' }].map((decision) =>
        world.as(BUYER).do(step('decideAccreditation'), { accreditationId: id, ...decision }),
      ),
    );
    expect(answers.filter(({ accreditation }) => accreditation !== null)).toHaveLength(1);
  });
});

describe('the steps of an accreditation', () => {
  const STATUSES: readonly (StoredAccreditationStatus | 'EXPIRED')[] = [
    ...(['APPLIED', 'ACCREDITED', 'REJECTED', 'WARNED', 'SUSPENDED', 'REVOKED', 'EXPIRED'] as const),
  ];
  const ALLOWED: Record<string, Partial<Record<(typeof STATUSES)[number], string>>> = {
    warnAccreditation: { ACCREDITED: 'WARNED' },
    suspendAccreditation: { ACCREDITED: 'SUSPENDED', WARNED: 'SUSPENDED' },
    reinstateAccreditation: { WARNED: 'ACCREDITED', SUSPENDED: 'ACCREDITED' },
    revokeAccreditation: { ACCREDITED: 'REVOKED', WARNED: 'REVOKED', SUSPENDED: 'REVOKED' },
    decideAccreditation: { APPLIED: 'ACCREDITED' },
  };
  const open = { score: null, visited_on: null, valid_until: null };

  it.each(Object.keys(ALLOWED).flatMap((name) => STATUSES.map((status) => [name, status] as const)))(
    '%s, when it is %s',
    async (name, status) => {
      const of = { base_id: await make.base(), standard_id: await make.standard() };
      const isOpen = status === 'APPLIED' || status === 'REJECTED';
      const id = await make.accreditation({
        ...of,
        ...(isOpen && open),
        ...(status === 'APPLIED' && { decided_at: null }),
        ...(status === 'EXPIRED' ? { valid_until: '2026-11-22' } : { status }),
      });
      const input = { ...(name === 'decideAccreditation' && ACCREDIT), at: undefined };
      const answer = await world
        .as(BUYER)
        .do(step(name), { accreditationId: id, note: '按规定办理', ...input });
      const to = ALLOWED[name]?.[status];
      expect(answer.accreditation?.status ?? errorsOf(answer)[0]).toEqual(
        to ?? ['NOT_ALLOWED_IN_STATE', 'accreditationId'],
      );
      if (!to) expect(await stored(id)).toBe(status === 'EXPIRED' ? 'ACCREDITED' : status);
    },
  );
});

describe('supplyBaseMap', () => {
  it('gives the bases that have a location as GeoJSON', async () => {
    const code = uniqueCode('S');
    const standard_id = await make.standard({ code });
    const here = { jurisdiction: '360121', latitude: 28.5, longitude: 115.9 };
    const base = await make.base({ ...here, name: '图上基地' });
    await make.base({ jurisdiction: '360121' });
    await make.accreditation({ base_id: base, standard_id });
    const { supplyBaseMap } = await world
      .as(STRANGER)
      .ask(`{ supplyBaseMap(under: "360000", product: "SWEET_POTATO", accreditedTo: "${code}") }`);
    expect(JSON.parse(supplyBaseMap)).toEqual({
      type: 'FeatureCollection',
      features: [
        {
          ...{ type: 'Feature', id: base, geometry: { type: 'Point', coordinates: [115.9, 28.5] } },
          properties: {
            ...{ name: '图上基地', jurisdiction: '360121', operator: '试验合作社', areaMu: 320 },
            ...{ products: ['SWEET_POTATO_MINI'], standards: [code] },
          },
        },
      ],
    });
  });
});

describe('rights to what is recorded of accreditations', () => {
  it.each(['accreditation_visits', 'accreditation_events'])('any signed-in unit reads %s', async (table) => {
    await expect(rawAs(world, STRANGER, `SELECT * FROM ${table} LIMIT 1`)).resolves.toBeDefined();
    await expect(rawAs(world, null, `SELECT * FROM ${table}`)).rejects.toThrow(/permission denied/);
  });
});
