import { grid } from '../../subgraphs/grid';
import {
  assessmentsOf,
  type BonusRule,
  bonusOf,
  FINDING_STEPS,
  type FindingStep,
  type InspectionFindingStatus,
  scoreOf,
  titleOf,
} from '../../subgraphs/grid/inspections/rules';
import { isInChina } from '../../subgraphs/kit/china';
import { replaceDirectory } from '../../subgraphs/kit/directory';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aUnit } from './make';

describe('bonusOf', () => {
  const rule: BonusRule = { floor: 100, bonusPerFinding: 0.5, bonusCap: 200, capBasis: 'ABOVE_FLOOR' };

  it('is so much for each finding over the floor, up to the cap, for every count', () => {
    for (let accepted = 0; accepted <= 400; accepted += 1) {
      const expected = accepted <= 100 ? 0 : accepted >= 300 ? 100 : (accepted - 100) / 2;
      expect([accepted, bonusOf(accepted, rule)]).toEqual([accepted, expected]);
    }
  });

  it('counts the findings up to the floor too where the cap is of all', () => {
    const inAll: BonusRule = { ...rule, capBasis: 'IN_ALL' };
    for (let accepted = 0; accepted <= 400; accepted += 1) {
      const expected = accepted <= 100 ? 0 : accepted >= 200 ? 50 : (accepted - 100) / 2;
      expect([accepted, bonusOf(accepted, inAll)]).toEqual([accepted, expected]);
    }
    expect(bonusOf(400, { ...inAll, floor: 300 })).toBe(0);
  });

  it('is exact for bonuses that binary numbers are not', () => {
    expect(bonusOf(103, { ...rule, bonusPerFinding: 0.1 })).toBe(0.3);
    expect(bonusOf(107, { ...rule, bonusPerFinding: 0.007 })).toBe(0.049);
  });
});

describe('scoreOf and assessmentsOf', () => {
  const rule: BonusRule = { floor: 2, bonusPerFinding: 0.1, bonusCap: 10, capBasis: 'ABOVE_FLOOR' };
  const tally = (agency: string, accepted: number, found_against: number) => ({
    ...{ agency, submitted: 0, accepted, returned: 0, found_against },
  });

  it('says whether the floor was met: at it, yes', () => {
    expect([1, 2, 3].map((n) => scoreOf(tally('a', n, 0), rule).hasMetFloor)).toEqual([false, true, true]);
  });

  it('adds up a year by unit', () => {
    const scores = [tally('b', 5, 1), tally('a', 1, 4), tally('b', 5, 2)].map((t) => scoreOf(t, rule));
    expect(assessmentsOf(scores)).toEqual([
      { agency: 'a', campaigns: 1, belowFloor: 1, accepted: 1, bonus: 0, found_against: 4 },
      { agency: 'b', campaigns: 2, belowFloor: 0, accepted: 10, bonus: 0.6, found_against: 3 },
    ]);
  });
});

describe('isInChina', () => {
  it.each([
    ['Xitang', 30.9469, 120.8918, true],
    ['Mohe', 53.48, 122.37, true],
    ['Kashgar', 39.47, 75.99, true],
    ['Lhasa', 29.65, 91.1, true],
    ['Ruili', 24.01, 97.85, true],
    ['Sanya', 18.25, 109.5, true],
    ['Taipei', 25.03, 121.56, true],
    ['Fuyuan', 48.37, 134.29, true],
    ['Tokyo', 35.68, 139.69, false],
    ['Seoul', 37.57, 126.98, false],
    ['Hanoi', 21.03, 105.85, false],
    ['Ulan Bator', 47.92, 106.92, false],
    ['Delhi', 28.61, 77.21, false],
    ['Manila', 14.6, 120.98, false],
    ['the Gulf of Guinea', 0, 0, false],
    ['Xitang with its numbers exchanged', 120.8918, 30.9469, false],
  ])('%s', (_, latitude, longitude, expected) => {
    expect(isInChina({ latitude, longitude })).toBe(expected);
  });
});

describe('titleOf', () => {
  it('is the title given, or the beginning of the description', () => {
    expect(titleOf('占道', '堆放\n货物')).toBe('占道');
    expect(titleOf('', '堆放\t货物\n第二行')).toBe('堆放 货物');
    expect([...titleOf('', '长'.repeat(150))]).toHaveLength(100);
  });
});

const UNITS = ['330421102-BUILDING', '330421103-BUILDING', '330421103-TOURISM', '330421111-CITYOPS'];
const CAMPAIGN = `campaign { id name month status floor bonusPerFinding bonusCap capBasis seed organizer { code } openedAt closedAt
  assignments { inspector { code } inspected { code } } scores { agency { code } submitted accepted returned bonus foundAgainst }
  timeline { kind actor agency { code } note } }`;
const FINDING = `finding { id status category { code } description responsiblePerson responsiblePhone photos
  location { latitude longitude road } foundAt submittedAt reviewedAt returnReason inspector { code } inspected { code }
  gridCase { id } timeline { kind agency { code } note } }`;
const mutation = (name: string, body: string) =>
  `mutation M($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${body} userErrors { code message path } } }`;
const codes = (payload: { userErrors: { code: string; path: string[] }[] }) =>
  payload.userErrors.map(({ code, path }) => [code, ...path].join(' '));

describe('cross-inspections', () => {
  const world = useSubgraph(grid);
  const county = viewer('330421-URBAN', { user: '姚海东', functions: ['URBAN_MANAGEMENT', 'GRID_COMMAND'] });
  const town = viewer('330421103-CITYOPS', { functions: ['GRID_COMMAND'] });
  const stranger = viewer('310118104-CITYOPS', { functions: ['GRID_COMMAND'] });
  beforeAll(() =>
    world.build((db) =>
      replaceDirectory(
        db,
        [...UNITS, '310118104-CITYOPS'].map((code) => aUnit(code, 'BUILDING_APPEARANCE')),
      ),
    ),
  );

  const open = (more: object = {}, who: Viewer = county) =>
    world
      .as(who)
      .do(mutation('openInspectionCampaign', CAMPAIGN), { month: '2026-11', units: UNITS, ...more });
  const close = (campaignId: string, more: object = {}, who: Viewer = county) =>
    world.as(who).do(mutation('closeInspectionCampaign', CAMPAIGN), { campaignId, ...more });
  const anOpenCampaign = async (more: object = {}) => {
    const { campaign } = await open({ floor: 1, bonusPerFinding: 0.5, bonusCap: 2, ...more });
    const [first] = campaign.assignments;
    return {
      id: String(campaign.id),
      inspector: viewer(first.inspector.code),
      inspected: String(first.inspected.code),
    };
  };
  type Opened = Awaited<ReturnType<typeof anOpenCampaign>>;
  const submit = ({ id, inspector, inspected }: Opened, more: object = {}, who: Viewer = inspector) =>
    world.as(who).do(mutation('submitInspectionFinding', FINDING), {
      ...{ campaignId: id, inspected, category: 'CONSTRUCTION_SAFETY', description: ' 电机旁无警示标志 ' },
      ...{ responsiblePerson: '沈国平', responsiblePhone: '0573-8456 0000', photos: ['https://a.cn/1.jpg'] },
      location: { latitude: 30.9469, longitude: 120.8918, road: '西苑路' },
      ...{ foundAt: '2026-11-12T02:00:00Z', ...more },
    });
  const review = (findingId: string, more: object = {}, who: Viewer = county) =>
    world
      .as(who)
      .do(mutation('reviewInspectionFinding', FINDING), { findingId, decision: 'ACCEPT', ...more });
  const resubmit = (findingId: string, more: object, who: Viewer) =>
    world.as(who).do(mutation('resubmitInspectionFinding', FINDING), { findingId, ...more });
  const withdraw = (findingId: string, more: object, who: Viewer) =>
    world
      .as(who)
      .do(mutation('withdrawInspectionFinding', FINDING), { findingId, reason: '拍错地点', ...more });
  const openCase = (findingId: string, more: object = {}, who: Viewer = county) =>
    world.as(who).do(
      mutation(
        'openGridCaseFromInspectionFinding',
        `gridCase { id title source stage category { code } jurisdiction { code } location { address }
           inspectionFinding { id } }`,
      ),
      { findingId, ...more },
    );
  const scores = async (id: string, who: Viewer = county) =>
    (
      await world.as(who).ask(
        `query S($id: ID!) { inspectionScores(campaignId: $id) {
           agency { code } submitted accepted returned hasMetFloor bonus foundAgainst } }`,
        { id },
      )
    ).inspectionScores;

  it('are opened with the usual bonus, and a draw that follows from the published seed', async () => {
    const { campaign, userErrors } = await open();
    expect(userErrors).toEqual([]);
    expect(campaign).toMatchObject({
      ...{ name: '2026年11月交叉检查', month: '2026-11', status: 'OPEN', organizer: { code: county.agency } },
      ...{ floor: 100, bonusPerFinding: 0.5, bonusCap: 200, capBasis: 'ABOVE_FLOOR' },
      ...{ seed: expect.stringMatching(/^[0-9a-f]{64}$/), closedAt: null },
      timeline: [{ kind: 'OPENED', actor: '姚海东', agency: { code: county.agency }, note: null }],
    });
    const { drawInspectionAssignments } = await world
      .as(stranger)
      .ask(
        'query D($u: [AgencyCode!]!, $s: String!) { drawInspectionAssignments(units: $u, seed: $s) { inspector { code } inspected { code } } }',
        { u: [...UNITS].reverse(), s: campaign.seed },
      );
    expect(drawInspectionAssignments).toEqual(campaign.assignments);
    expect((await open()).campaign.seed).not.toBe(campaign.seed);
  });

  it.each([
    ['one unit', { units: [UNITS[0]] }, ['INVALID units']],
    ['a unit twice', { units: [UNITS[0], UNITS[1], UNITS[0]] }, ['INVALID units 2']],
    ['a unit that does not exist', { units: [UNITS[0], '330421103-NONE'] }, ['NOT_FOUND units 1']],
    ['a unit of another county', { units: [UNITS[0], '310118104-CITYOPS'] }, ['NOT_ALLOWED units 1']],
    ['a floor below nothing', { floor: -1, bonusCap: -1 }, ['INVALID floor', 'INVALID bonusCap']],
    ['a bonus of too many decimals', { bonusPerFinding: 0.0001 }, ['INVALID bonusPerFinding']],
    ['a time to come', { at: '2026-12-01T00:00:00Z' }, ['INVALID at']],
    ['a name of two lines', { name: 'a\nb' }, ['INVALID name']],
  ])('are not opened with %s', async (_, more, expected) => {
    const refused = await open(more);
    expect([refused.campaign, codes(refused)]).toEqual([null, expected]);
  });

  it('are not opened with more units than the draw takes', async () => {
    const units = Array.from({ length: 201 }, (_, i) => `330421${100 + i}-UNIT`);
    expect(codes(await open({ units }))[0]).toBe('LIMIT_EXCEEDED units');
  });

  it('are opened by a grid command or government that may act where the units are', async () => {
    for (const [who, expected] of [
      [viewer('330421-GOV', { functions: ['GENERAL_GOVERNMENT'] }), []],
      [viewer('330421-AGRI', { functions: ['AGRICULTURE'] }), UNITS.map((_, i) => `NOT_ALLOWED units ${i}`)],
      [town, ['NOT_ALLOWED units 0', 'NOT_ALLOWED units 3']],
    ] as const) {
      expect(codes(await open({}, who))).toEqual(expected);
    }
  });

  it('arrive once under an external id, also when sent at once', async () => {
    const sent = await Promise.all(Array.from({ length: 3 }, () => open({ externalId: 'november' })));
    expect(new Set(sent.map(({ campaign }) => campaign.seed)).size).toBe(1);
  });

  it('are seen by the organizer, the units and those that command a unit’s place, with all scores', async () => {
    const opened = await anOpenCampaign();
    await submit(opened);
    const other = viewer(
      UNITS.find((code) => code !== opened.inspector.agency && code !== opened.inspected) ?? '',
    );
    const CAMPAIGN_OF =
      'query C($id: ID!) { inspectionCampaign(id: $id) { assignments { inspector { code } } } }';
    for (const [who, isParty] of [
      [county, true],
      [town, true],
      [other, true],
      [stranger, false],
    ] as const) {
      const { inspectionCampaign } = await world.as(who).ask(CAMPAIGN_OF, { id: opened.id });
      expect([who.agency, inspectionCampaign?.assignments.length ?? null]).toEqual([
        who.agency,
        isParty ? 4 : null,
      ]);
      const seen = await scores(opened.id, who);
      expect(seen?.find((s: { submitted: number }) => s.submitted === 1)?.agency.code ?? null).toBe(
        isParty ? opened.inspector.agency : null,
      );
      const { inspectionFindings } = await world
        .as(who)
        .ask('query F($id: ID!) { inspectionFindings(campaignId: $id) { edges { node { id } } } }', {
          id: opened.id,
        });
      const isOfFinding = who === county || (who === town && opened.inspected.startsWith('330421103'));
      expect(inspectionFindings.edges).toHaveLength(isOfFinding ? 1 : 0);
    }
  });

  describe('a finding', () => {
    it('is taken from the unit that inspects, with where it is and who answers for it', async () => {
      const opened = await anOpenCampaign();
      expect((await submit(opened)).finding).toEqual({
        ...{ id: expect.any(String), status: 'SUBMITTED', category: { code: 'CONSTRUCTION_SAFETY' } },
        ...{
          description: '电机旁无警示标志',
          responsiblePerson: '沈国平',
          responsiblePhone: '0573-8456 0000',
        },
        ...{ photos: ['https://a.cn/1.jpg'], foundAt: '2026-11-12T02:00:00.000Z', returnReason: null },
        location: { latitude: 30.9469, longitude: 120.8918, road: '西苑路' },
        ...{ submittedAt: '2026-11-23T02:00:00.000Z', reviewedAt: null, gridCase: null },
        ...{ inspector: { code: opened.inspector.agency }, inspected: { code: opened.inspected } },
        timeline: [{ kind: 'SUBMITTED', agency: { code: opened.inspector.agency }, note: null }],
      });
    });

    const at = (location: object) => ({
      location: { latitude: 30.9469, longitude: 120.8918, road: '西苑路', ...location },
    });
    it.each([
      ['no photo', { photos: [] }, ['REQUIRED photos']],
      ['too many photos', { photos: Array(11).fill('https://a.cn/1.jpg') }, ['LIMIT_EXCEEDED photos']],
      ['a photo that is no address', { photos: ['1.jpg'] }, ['INVALID photos 0']],
      ['no description', { description: ' ' }, ['REQUIRED description']],
      ['nobody responsible', { responsiblePerson: '' }, ['REQUIRED responsiblePerson']],
      ['no phone', { responsiblePhone: '' }, ['REQUIRED responsiblePhone']],
      ['a phone of letters', { responsiblePhone: 'ask at the gate' }, ['INVALID responsiblePhone']],
      ['a latitude off the globe', at({ latitude: 91 }), ['INVALID location latitude']],
      ['a longitude off the globe', at({ longitude: -181 }), ['INVALID location longitude']],
      ['a position outside China', at({ latitude: 35.68, longitude: 139.69 }), ['INVALID location']],
      ['no road', at({ road: ' ' }), ['REQUIRED location road']],
      ['a category that does not exist', { category: 'NONE' }, ['NOT_FOUND category']],
      ['a major class', { category: 'CONSTRUCTION' }, [expect.stringMatching(/ category$/)]],
      ['a day of another month', { foundAt: '2026-10-31T02:00:00Z' }, ['INVALID foundAt']],
      ['a time to come', { foundAt: '2026-11-24T02:00:00Z' }, ['INVALID foundAt']],
      [
        'all of it wrong',
        { photos: [], description: '', ...at({ latitude: 91, road: '' }) },
        ['REQUIRED description', 'REQUIRED photos', 'INVALID location latitude', 'REQUIRED location road'],
      ],
    ])('is refused with %s', async (_, more, expected) => {
      const opened = await anOpenCampaign();
      const refused = await submit(opened, more);
      expect([refused.finding, codes(refused)]).toEqual([null, expected]);
      expect((await scores(opened.id)).every(({ submitted }: { submitted: number }) => submitted === 0)).toBe(
        true,
      );
    });

    it('is refused of whom the draw gave another, and unknown to who has no part', async () => {
      const opened = await anOpenCampaign();
      const itself = await submit(opened, { inspected: opened.inspector.agency });
      expect(codes(itself)).toEqual(['NOT_ALLOWED inspected']);
      expect(codes(await submit(opened, {}, viewer(opened.inspected)))).toEqual(['NOT_ALLOWED inspected']);
      expect(codes(await submit(opened, {}, county))).toEqual(['NOT_ALLOWED inspected']);
      expect(codes(await submit(opened, {}, stranger))).toEqual(['NOT_FOUND campaignId']);
    });

    it('arrives once from a phone with a bad connection, also when the campaign was closed meanwhile', async () => {
      const opened = await anOpenCampaign();
      const sent = await Promise.all(Array.from({ length: 5 }, () => submit(opened, { externalId: 'f-1' })));
      const [id, ...others] = new Set(sent.map(({ finding }) => finding.id));
      expect(others).toEqual([]);
      await review(id);
      await close(opened.id);
      const again = await submit(opened, { externalId: 'f-1' });
      expect([again.finding.id, again.finding.status]).toEqual([id, 'ACCEPTED']);
      expect(codes(await submit(opened, { externalId: 'f-2' }))).toEqual(['NOT_ALLOWED_IN_STATE campaignId']);
      // The key is the unit's own, of this campaign.
      const next = await anOpenCampaign();
      expect((await submit(next, { externalId: 'f-1' })).finding.id).not.toBe(id);
    });

    it('is returned with a reason, mended, submitted again and accepted; both submissions stay', async () => {
      const opened = await anOpenCampaign();
      const { finding } = await submit(opened);
      expect(codes(await review(finding.id, { decision: 'RETURN' }))).toEqual(['REQUIRED reason']);
      const returned = (await review(finding.id, { decision: 'RETURN', reason: '看不清' })).finding;
      expect([returned.status, returned.returnReason, returned.reviewedAt]).toEqual([
        'RETURNED',
        '看不清',
        '2026-11-23T02:00:00.000Z',
      ]);
      const photos = ['https://a.cn/2.jpg'];
      expect(codes(await resubmit(finding.id, { photos: [] }, opened.inspector))).toEqual([
        'REQUIRED photos',
      ]);
      const again = (await resubmit(finding.id, { photos, note: '补拍' }, opened.inspector)).finding;
      expect([again.status, again.photos, again.description, again.returnReason, again.reviewedAt]).toEqual([
        'SUBMITTED',
        photos,
        finding.description,
        null,
        null,
      ]);
      const accepted = (await review(finding.id)).finding;
      expect(accepted.timeline.map(({ kind }: { kind: string }) => kind)).toEqual([
        'SUBMITTED',
        'RETURNED',
        'RESUBMITTED',
        'ACCEPTED',
      ]);
      const kept = await world.build((db) =>
        db('inspection_events').where({ finding_id: finding.id }).whereNotNull('content').orderBy('ordinal'),
      );
      expect(kept.map(({ content }) => (content as { photos: string[] }).photos)).toEqual([
        ['https://a.cn/1.jpg'],
        photos,
      ]);
    });

    it('is withdrawn with a reason, and neither counts nor waits any more', async () => {
      const opened = await anOpenCampaign();
      const { finding } = await submit(opened, { externalId: 'p-1' });
      const { id } = (await submit(opened)).finding;
      await review(id, { decision: 'RETURN', reason: '轻微' });
      expect(codes(await withdraw(id, { reason: ' ' }, opened.inspector))).toEqual(['REQUIRED reason']);
      for (const each of [finding.id, id]) {
        const { finding: withdrawn } = await withdraw(each, {}, opened.inspector);
        expect(withdrawn.status).toBe('WITHDRAWN');
        expect(withdrawn.timeline.at(-1)).toEqual({
          ...{ kind: 'WITHDRAWN', agency: { code: opened.inspector.agency }, note: '拍错地点' },
        });
      }
      // The phone that has not heard of it yet sends again.
      expect((await submit(opened, { externalId: 'p-1' })).finding).toMatchObject({
        ...{ id: finding.id, status: 'WITHDRAWN' },
      });
      const tally = (await scores(opened.id)).find(
        (s: { agency: { code: string } }) => s.agency.code === opened.inspector.agency,
      );
      expect([tally.submitted, tally.accepted, tally.returned]).toEqual([0, 0, 0]);
      expect((await close(opened.id)).campaign.status).toBe('CLOSED');
    });

    it('goes only forward in time', async () => {
      const opened = await anOpenCampaign();
      const { finding } = await submit(opened);
      expect(codes(await review(finding.id, { at: '2026-11-23T01:00:00Z' }))).toEqual(['INVALID at']);
      expect(codes(await review(finding.id, { at: '2026-11-24T01:00:00Z' }))).toEqual(['INVALID at']);
    });

    const steps = Object.keys(FINDING_STEPS) as FindingStep[];
    let ofTable: Opened | null = null;
    it.each(
      steps.flatMap((step) =>
        (['SUBMITTED', 'ACCEPTED', 'RETURNED', 'WITHDRAWN'] as const).map(
          (status) => [step, status] as const,
        ),
      ),
    )('takes %s while %s only as its life has it, from whom it may', async (step, status) => {
      ofTable ??= await anOpenCampaign();
      const opened = ofTable;
      const make = async (): Promise<string> => {
        const { finding } = await submit(opened);
        if (status === 'ACCEPTED') await review(finding.id);
        if (status === 'RETURNED') await review(finding.id, { decision: 'RETURN', reason: '轻微' });
        if (status === 'WITHDRAWN') await withdraw(finding.id, {}, opened.inspector);
        return finding.id;
      };
      const take = (id: string, who: Viewer) => {
        switch (step) {
          case 'ACCEPT':
            return review(id, {}, who);
          case 'RETURN':
            return review(id, { decision: 'RETURN', reason: '轻微' }, who);
          case 'RESUBMIT':
            return resubmit(id, {}, who);
          case 'WITHDRAW':
            return withdraw(id, {}, who);
          case 'OPEN_CASE':
            return openCase(id, {}, who);
        }
      };
      const from: readonly InspectionFindingStatus[] = FINDING_STEPS[step].from;
      const fits = from.includes(status) ? [] : ['NOT_ALLOWED_IN_STATE findingId'];
      const may: Record<FindingStep, readonly Viewer[]> = {
        ACCEPT: [county],
        RETURN: [county],
        RESUBMIT: [opened.inspector],
        WITHDRAW: [opened.inspector],
        OPEN_CASE: [county, viewer(opened.inspected)],
      };
      for (const who of [county, opened.inspector, viewer(opened.inspected)]) {
        const isAllowed =
          may[step].some(({ agency }) => agency === who.agency) ||
          // Of the same town.
          (step === 'OPEN_CASE' && who.jurisdiction === opened.inspected.slice(0, 9));
        const id = await make();
        expect([who.agency, codes(await take(id, who))]).toEqual([
          who.agency,
          isAllowed ? fits : ['NOT_ALLOWED findingId', ...fits],
        ]);
      }
      expect(codes(await take(await make(), stranger))).toEqual(['NOT_FOUND findingId']);
    });

    it('is reviewed once of several at the same moment', async () => {
      const opened = await anOpenCampaign();
      const { finding } = await submit(opened);
      const reviewed = await Promise.all([
        ...Array.from({ length: 3 }, () => review(finding.id)),
        ...Array.from({ length: 3 }, () => review(finding.id, { decision: 'RETURN', reason: '轻微' })),
      ]);
      expect(reviewed.filter((answer) => answer.finding !== null)).toHaveLength(1);
      const lost = reviewed.filter((answer) => answer.finding === null).flatMap(codes);
      expect(lost.every((code) => /^(CONFLICT|NOT_ALLOWED_IN_STATE) findingId$/.test(code))).toBe(true);
      const tally = (await scores(opened.id)).find(
        (s: { agency: { code: string } }) => s.agency.code === opened.inspector.agency,
      );
      expect([tally.submitted, tally.accepted + tally.returned]).toEqual([0, 1]);
    });

    it('becomes a case of the place that it was found in, once, linked both ways', async () => {
      const opened = await anOpenCampaign();
      const { finding } = await submit(opened);
      await review(finding.id);
      const sent = await Promise.all(Array.from({ length: 3 }, () => openCase(finding.id)));
      const made = sent.flatMap(({ gridCase }) => gridCase ?? []);
      expect(made).toEqual([
        {
          ...{
            id: expect.any(String),
            title: '电机旁无警示标志',
            source: 'CROSS_INSPECTION',
            stage: 'RECEIVED',
          },
          ...{
            category: { code: 'CONSTRUCTION_SAFETY' },
            jurisdiction: { code: opened.inspected.slice(0, 9) },
          },
          ...{ location: { address: '西苑路' }, inspectionFinding: { id: finding.id } },
        },
      ]);
      const { inspectionFinding } = await world
        .as(county)
        .ask('query F($id: ID!) { inspectionFinding(id: $id) { gridCase { id } timeline { kind } } }', {
          id: finding.id,
        });
      expect(inspectionFinding.gridCase.id).toBe(made[0].id);
      expect(inspectionFinding.timeline.at(-1).kind).toBe('CASE_OPENED');
      const events = await world.build((db) => db('case_events').where({ case_id: made[0].id }));
      expect(events.map(({ kind }) => kind)).toEqual(['RECEIVED']);
    });
  });

  describe('closing', () => {
    it('waits until every finding is reviewed; then nothing changes any more', async () => {
      const opened = await anOpenCampaign();
      const { finding } = await submit(opened);
      const refused = await close(opened.id);
      expect([refused.campaign, codes(refused)]).toEqual([null, ['NOT_ALLOWED_IN_STATE campaignId']]);
      expect(refused.userErrors[0].message).toContain('1');
      await review(finding.id, { decision: 'RETURN', reason: '轻微' });
      const { campaign } = await close(opened.id);
      expect([campaign.status, campaign.closedAt]).toEqual(['CLOSED', '2026-11-23T02:00:00.000Z']);
      expect(codes(await submit(opened))).toEqual(['NOT_ALLOWED_IN_STATE campaignId']);
      expect(codes(await review(finding.id))).toEqual(['NOT_ALLOWED_IN_STATE findingId']);
      expect(codes(await resubmit(finding.id, {}, opened.inspector))).toEqual([
        'NOT_ALLOWED_IN_STATE findingId',
      ]);
      expect(codes(await close(opened.id))).toEqual(['NOT_ALLOWED_IN_STATE campaignId']);
    });

    it('is for the organizer', async () => {
      const opened = await anOpenCampaign();
      expect(codes(await close(opened.id, {}, opened.inspector))).toEqual(['NOT_ALLOWED campaignId']);
      expect(codes(await close(opened.id, {}, stranger))).toEqual(['NOT_FOUND campaignId']);
      expect(codes(await close(opened.id, { at: '2026-11-22T00:00:00Z' }))).toEqual(['INVALID at']);
    });

    it('leaves no finding unreviewed that was submitted at the same moment', async () => {
      for (let round = 0; round < 5; round += 1) {
        const opened = await anOpenCampaign();
        const [closed, ...submitted] = await Promise.all([
          close(opened.id),
          ...Array.from({ length: 4 }, () => submit(opened)),
        ]);
        const [row] = await world.build((db) => db('inspection_campaigns').where({ id: opened.id }));
        const waiting = await world.build((db) =>
          db('inspection_findings').where({ campaign_id: opened.id, status: 'SUBMITTED' }),
        );
        expect(row?.status).toBe(closed.campaign === null ? 'OPEN' : 'CLOSED');
        expect(waiting).toHaveLength(submitted.filter(({ finding }) => finding !== null).length);
        if (closed.campaign !== null) expect(waiting).toEqual([]);
      }
    });

    it('makes the scores count for the year', async () => {
      const year = async () =>
        (
          await world.as(county).ask(
            `{ inspectionAssessments(organizer: "330421-URBAN", year: 2025, first: 200) {
               edges { node { agency { code } campaigns belowFloor accepted bonus foundAgainst } } } }`,
          )
        ).inspectionAssessments.edges.map(({ node }: { node: unknown }) => node);
      const opened = await anOpenCampaign({ month: '2025-06' });
      for (let n = 0; n < 3; n += 1) {
        const { finding } = await submit(opened, { foundAt: '2025-06-12T02:00:00Z' });
        await review(finding.id);
      }
      expect(await year()).toEqual([]);
      await close(opened.id);
      const zero = { campaigns: 1, belowFloor: 1, accepted: 0, bonus: 0, foundAgainst: 0 };
      expect(await year()).toEqual(
        UNITS.map((code) => ({
          ...{ agency: { code }, ...zero },
          ...(code === opened.inspector.agency && { belowFloor: 0, accepted: 3, bonus: 1 }),
          ...(code === opened.inspected && { foundAgainst: 3 }),
        })),
      );
      const { errors } = await world
        .as(county)
        .send('{ inspectionAssessments(organizer: "330421-URBAN", year: 99) { edges { cursor } } }');
      expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    });
  });

  it('are exported with their scores', async () => {
    const opened = await anOpenCampaign();
    await submit(opened, { description: '=HYPERLINK("x")' });
    const { inspectionFindingExport: findings, inspectionScoreExport: exported } = await world.as(county).ask(
      `query E($id: ID!) { inspectionFindingExport(campaignId: $id) { content count pageInfo { hasNextPage } }
         inspectionScoreExport(campaignId: $id) { content count } }`,
      { id: opened.id },
    );
    expect([findings.count, findings.pageInfo.hasNextPage, exported.count]).toEqual([1, false, 4]);
    expect(findings.content.startsWith('\uFEFF编号,检查单位,')).toBe(true);
    expect(findings.content).toContain('"\'=HYPERLINK(""x"")"');
    expect(exported.content.trimEnd().split('\r\n')).toHaveLength(5);
  });

  it('are listed with as many statements for one as for many', async () => {
    const opened = await anOpenCampaign();
    for (let n = 0; n < 3; n += 1) await submit(opened);
    for (const query of [
      `query L($first: Int) { inspectionCampaigns(first: $first) { edges { node { organizer { code }
         assignments { inspector { code } } scores { bonus } timeline { kind } } } } }`,
      `query L($first: Int) { inspectionFindings(first: $first, campaignId: "${opened.id}") { edges { node { campaign { id } category { code }
         gridCase { id } timeline { kind } } } } }`,
    ]) {
      const statements = (first: number) => world.statementsOf(() => world.as(county).ask(query, { first }));
      expect((await statements(1)).length).toBe((await statements(20)).length);
    }
  });

  it('cannot be written in SQL by who may not', async () => {
    const opened = await anOpenCampaign();
    const { finding } = await submit(opened);
    const refused = (
      who: Viewer,
      write: (db: Parameters<Parameters<typeof world.build>[0]>[0]) => Promise<unknown>,
    ) => world.database.session(who).write(write);
    const taken = await refused(opened.inspector, (db) =>
      db('inspection_campaigns')
        .where({ id: opened.id })
        .update({ status: 'CLOSED', closed_at: new Date() })
        .returning('id'),
    );
    expect(taken).toEqual([]);
    await expect(
      refused(opened.inspector, (db) => db('inspection_tallies').update({ accepted: 500 })),
    ).rejects.toThrow('permission denied');
    await expect(
      refused(viewer(opened.inspected), (db) =>
        db('inspection_findings').insert({
          ...{ id: 'forged', campaign_id: opened.id, organizer: county.agency, inspector: opened.inspected },
          ...{ inspected: opened.inspector.agency, jurisdiction: '330421', category: 'EXPOSED_GARBAGE' },
          ...{
            description: 'x',
            responsible_person: 'x',
            responsible_phone: '1',
            photos: ['x'],
            latitude: 30,
          },
          ...{
            longitude: 120,
            road: 'x',
            found_at: new Date(),
            status: 'SUBMITTED',
            submitted_at: new Date(),
          },
        }),
      ),
    ).rejects.toThrow(/row-level security|foreign key/);
    expect(
      await refused(stranger, (db) =>
        db('inspection_findings').where({ id: finding.id }).update({ road: 'x' }).returning('id'),
      ),
    ).toEqual([]);
  });
});
