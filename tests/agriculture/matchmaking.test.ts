import { agriculture } from '../../subgraphs/agriculture';
import { replaceDirectory } from '../../subgraphs/kit/directory';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn } from './make';

const world = useSubgraph(agriculture);
const make = makeIn(world);

const FUYANG = viewer('341200-AGRI', { functions: ['AGRICULTURE'] });
const BUYER = viewer('310000-VEGGROUP', { remit: [] });
const STRANGER = viewer('330421-AGRI', { functions: ['AGRICULTURE'] });

const run = (who: Viewer, name: string, noun: string, body: string, input: object) =>
  world.as(who).do(
    `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
      ${name}(input: $input) { ${noun} { ${body} } userErrors { code path } } }`,
    { ...input },
  );
const errorsOf = ({ userErrors }: { userErrors: { code: string; path: string[] }[] }) =>
  userErrors.map(({ code, path }) => [code, path.join('.')]);

const EVENT = { name: '对接会', jurisdiction: '310000', venue: '展览馆', heldOn: '2026-12-05' };
const CHANNEL = { name: '江桥', jurisdiction: '310114', kind: 'WHOLESALE_MARKET', operator: '公司' };

beforeAll(() =>
  world.build((db) =>
    replaceDirectory(
      db,
      ['341200-AGRI', '310000-VEGGROUP'].map((code) => ({
        ...{ code, name: code, jurisdiction: code.slice(0, 6), functions: [], remit: [] },
        ...{ latitude: null, longitude: null, radius_meters: null },
      })),
    ),
  ),
);

describe('a meeting', () => {
  it('gathers what was offered and wanted there, each once', async () => {
    const { event } = await run(FUYANG, 'organizeSupplyEvent', 'event', 'id organizer { code }', EVENT);
    expect((await run(FUYANG, 'organizeSupplyEvent', 'event', 'id', EVENT)).event.id).toBe(event.id);
    const { channel } = await run(BUYER, 'openSalesChannel', 'channel', 'id', CHANNEL);
    const base = await make.base();
    const about = { product: 'SWEET_POTATO_MINI', month: '2026-12', eventId: event.id };
    const supply = { ...about, side: 'SUPPLY', baseId: base, quantityKg: 1200.5 };
    const offered = await run(FUYANG, 'offerSupply', 'offer', 'id', supply);
    expect(await run(FUYANG, 'offerSupply', 'offer', 'id', supply)).toEqual(offered);
    await run(BUYER, 'offerSupply', 'offer', 'id', {
      ...about,
      side: 'DEMAND',
      channelId: channel.id,
      quantityKg: 900,
    });
    const list = async () =>
      (
        await world.as(STRANGER).ask(`{ supplyEvents(under: "310000") { edges { node { name offers {
        side quantityKg base { id } channel { name } } } } } }`)
      ).supplyEvents.edges[0].node.offers;
    const wanted = { side: 'DEMAND', quantityKg: 900, base: null, channel: { name: '江桥' } };
    const had = { side: 'SUPPLY', quantityKg: 1200.5, base: { id: base }, channel: null };
    expect(await list()).toHaveLength(2);
    expect(await list()).toEqual(expect.arrayContaining([wanted, had]));
    const offerId = offered.offer.id;
    expect(errorsOf(await run(BUYER, 'withdrawSupplyOffer', 'offer', 'id', { offerId }))).toEqual([
      ['NOT_ALLOWED', 'offerId'],
    ]);
    await run(FUYANG, 'withdrawSupplyOffer', 'offer', 'id', { offerId });
    expect(await list()).toEqual([wanted]);
    expect(errorsOf(await run(FUYANG, 'withdrawSupplyOffer', 'offer', 'id', { offerId }))).toEqual([
      ['NOT_ALLOWED_IN_STATE', 'offerId'],
    ]);
  });

  it.each<[Viewer, object, [string, string][]]>([
    [BUYER, { side: 'SUPPLY' }, [['REQUIRED', 'baseId']]],
    [
      BUYER,
      { side: 'DEMAND', product: 'NO', quantityKg: 0, channelId: 'x', eventId: 'x', standard: 'NO' },
      [
        ['INVALID', 'quantityKg'],
        ['NOT_FOUND', 'product'],
        ['NOT_FOUND', 'channelId'],
        ['NOT_FOUND', 'eventId'],
        ['NOT_FOUND', 'standard'],
      ],
    ],
  ])('takes no offer of %# that makes no sense', async (who, given, expected) => {
    const offer = { side: 'DEMAND', product: 'GINGER', quantityKg: 1, month: '2026-12', ...given };
    expect(errorsOf(await run(who, 'offerSupply', 'offer', 'id', offer))).toEqual(expected);
  });

  it('offers only what grows on the unit’s own base', async () => {
    const offer = {
      side: 'SUPPLY',
      product: 'GINGER',
      quantityKg: 1,
      month: '2026-12',
      baseId: await make.base(),
    };
    expect(errorsOf(await run(STRANGER, 'offerSupply', 'offer', 'id', offer))).toEqual([
      ['NOT_ALLOWED', 'baseId'],
    ]);
  });
});

describe('a project', () => {
  const PROJECT = {
    ...{
      name: '冷链中心',
      jurisdiction: '341202105',
      product: 'SWEET_POTATO',
      partners: ['341200-AGRI', '310000-VEGGROUP'],
    },
    ...{ investmentTenThousandYuan: 2600, yearlyOutputTonnes: 8000 },
    milestones: [
      { title: '竣工', dueOn: '2027-06-30' },
      { title: '签约', dueOn: '2026-04-30' },
    ],
  };
  const BODY = 'id partners { code } milestones { title dueOn reachedOn isOverdue }';

  it('reaches its milestones, by those who take part', async () => {
    const { project } = await run(FUYANG, 'recordCooperationProject', 'project', BODY, PROJECT);
    expect(project.milestones).toEqual([
      { title: '签约', dueOn: '2026-04-30', reachedOn: null, isOverdue: true },
      { title: '竣工', dueOn: '2027-06-30', reachedOn: null, isOverdue: false },
    ]);
    expect((await run(FUYANG, 'recordCooperationProject', 'project', BODY, PROJECT)).project).toEqual(
      project,
    );
    const reached = { projectId: project.id, title: '签约', reachedOn: '2026-05-06' };
    expect(errorsOf(await run(STRANGER, 'fulfillProjectMilestone', 'project', 'id', reached))).toEqual([
      ['NOT_ALLOWED', 'projectId'],
    ]);
    const after = await run(BUYER, 'fulfillProjectMilestone', 'project', BODY, reached);
    expect(after.project.milestones[0]).toMatchObject({ reachedOn: '2026-05-06', isOverdue: false });
    expect(await run(BUYER, 'fulfillProjectMilestone', 'project', BODY, reached)).toEqual(after);
    const again = { ...reached, reachedOn: '2026-05-07' };
    expect(errorsOf(await run(BUYER, 'fulfillProjectMilestone', 'project', 'id', again))).toEqual([
      ['NOT_ALLOWED_IN_STATE', 'title'],
    ]);
    const ahead = { ...reached, title: '竣工', reachedOn: '2027-06-30' };
    expect(errorsOf(await run(BUYER, 'fulfillProjectMilestone', 'project', 'id', ahead))).toEqual([
      ['INVALID', 'reachedOn'],
    ]);
  });

  it('names everything that is wrong with it', async () => {
    const wrong = {
      ...{ ...PROJECT, name: ' ', product: 'NO', partners: ['340000-NO'], investmentTenThousandYuan: 0 },
      milestones: [
        { title: '签约', dueOn: '2026-04-30' },
        { title: '签约', dueOn: '2026-05-30' },
      ],
    };
    expect(errorsOf(await run(FUYANG, 'recordCooperationProject', 'project', 'id', wrong))).toEqual([
      ['REQUIRED', 'name'],
      ['NOT_FOUND', 'product'],
      ['NOT_FOUND', 'partners.0'],
      ['INVALID', 'investmentTenThousandYuan'],
      ['CONFLICT', 'milestones.1.title'],
    ]);
  });
});
