import type { Viewer } from '../../subgraphs/kit/viewer';
import { tourism } from '../../subgraphs/tourism';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { mutation, type Town, townsIn } from './review-world';

describe('scenic patrols', () => {
  const world = useSubgraph(tourism, { poolSize: 20 });
  const aReviewTown = townsIn(world);

  describe('conditions and patrols', () => {
    const PATROL = mutation(
      'submitScenicPatrol',
      'patrol { id findings { id kind status dueOn isOverdue condition { id status } } }',
    );
    const RECTIFY = mutation('rectifyPatrolFinding', 'finding { id status condition { status } }');
    const FULFILL = mutation('fulfillDecisionCondition', 'condition { status note }');

    async function withCondition() {
      const town = await aReviewTown();
      const { id } = await town.submit();
      await town.opine(id, {
        FIRE_SAFETY: { verdict: 'APPROVE_WITH_CONDITIONS', comment: '加装', conditions: ['疏散指示'] },
      });
      const { decision } = await town.decide(id);
      return { town, conditionId: decision.conditions[0].id as string };
    }
    const form = (town: Town, conditionId: string | null, more: object = {}) => ({
      ...{ jurisdiction: town.code, patrolledOn: '2026-11-18' },
      ...{ findings: [{ kind: 'SAFETY', text: '未见疏散指示', conditionId }], ...more },
    });

    it('close a condition with the last finding on it, and open it again with a new one', async () => {
      const { town, conditionId } = await withCondition();
      const tourism = world.as(town.tourism());
      const { patrol } = await tourism.do(
        PATROL,
        form(town, conditionId, {
          findings: [
            { kind: 'SAFETY', text: '一层未见', conditionId },
            { kind: 'SAFETY', text: '二层未见', conditionId },
          ],
        }),
      );
      expect(patrol.findings[0]).toMatchObject({ status: 'OPEN', dueOn: '2026-11-23', isOverdue: false });
      const refused = await tourism.do(FULFILL, { conditionId, note: '已装' });
      expect(refused.userErrors.map((e: { code: string }) => e.code)).toEqual(['NOT_ALLOWED_IN_STATE']);
      const rectify = (findingId: string) =>
        tourism.do(RECTIFY, { findingId, note: '已装', at: '2026-11-19T01:00:00Z' });
      expect((await rectify(patrol.findings[0].id)).finding).toMatchObject({
        status: 'RECTIFIED',
        condition: { status: 'OPEN' },
      });
      expect((await rectify(patrol.findings[1].id)).finding).toMatchObject({
        status: 'RECTIFIED',
        condition: { status: 'FULFILLED' },
      });
      expect((await rectify(patrol.findings[1].id)).userErrors[0].code).toBe('NOT_ALLOWED_IN_STATE');
      const later = await tourism.do(PATROL, form(town, conditionId, { patrolledOn: '2026-11-20' }));
      expect(later.patrol.findings[0].condition.status).toBe('OPEN');
    });

    it('of which two findings are put right at once, fulfill their condition', async () => {
      const { town, conditionId } = await withCondition();
      const tourism = world.as(town.tourism());
      const { patrol } = await tourism.do(
        PATROL,
        form(town, null, {
          findings: Array.from({ length: 5 }, (_, i) => ({ kind: 'SAFETY', text: `第${i}处`, conditionId })),
        }),
      );
      await Promise.all(
        patrol.findings.map(({ id }: { id: string }) => tourism.do(RECTIFY, { findingId: id, note: '已装' })),
      );
      const [row] = await world.build((db) => db('decision_conditions').where({ id: conditionId }));
      expect(row?.status).toBe('FULFILLED');
    });

    it('are fulfilled by hand, or overdue once their time is over', async () => {
      const { town, conditionId } = await withCondition();
      const list = async (status: string) =>
        (
          await world.as(town.office()).ask(
            `query C($u: JurisdictionCode!, $s: DecisionConditionStatus) { decisionConditions(under: $u, status: $s) {
              edges { node { id status } } } }`,
            { u: town.code, s: status },
          )
        ).decisionConditions.edges.map((e: { node: object }) => e.node);
      expect(await list('OPEN')).toEqual([{ id: conditionId, status: 'OPEN' }]);
      world.now = new Date('2027-02-01T02:00:00Z');
      expect([await list('OPEN'), await list('OVERDUE')]).toEqual([
        [],
        [{ id: conditionId, status: 'OVERDUE' }],
      ]);
      world.now = new Date('2026-11-23T02:00:00Z');
      const setter = world.as(town.department('FIRE_SAFETY'));
      const stranger = await world
        .as(town.department('INVESTMENT'))
        .do(FULFILL, { conditionId, note: '已装' });
      expect(stranger.userErrors.map((e: { code: string }) => e.code)).toEqual(['NOT_ALLOWED']);
      expect(await setter.do(FULFILL, { conditionId, note: '已装' })).toEqual({
        ...{ condition: { status: 'FULFILLED', note: '已装' }, userErrors: [] },
      });
      expect(await list('OVERDUE')).toEqual([]);
    });

    /** Who may look after conditions and findings: the second column sees them and may not, the third sees nothing. */
    const WHO: Record<string, [of: (town: Town) => Viewer, fulfills: string[], rectifies: string[]]> = {
      'the review office next door': [
        () => viewer('330421999-REVIEW', { functions: ['LICENSE_REVIEW'] }),
        ['NOT_FOUND'],
        ['NOT_FOUND'],
      ],
      'a department that set nothing': [
        (town) => town.department('INVESTMENT'),
        ['NOT_ALLOWED'],
        ['NOT_ALLOWED'],
      ],
      'the government of the county': [
        () => viewer('330421-GOV', { functions: ['GENERAL_GOVERNMENT'] }),
        ['NOT_ALLOWED'],
        ['NOT_ALLOWED'],
      ],
      'the department that set it': [(town) => town.department('FIRE_SAFETY'), [], ['NOT_ALLOWED']],
      'the review office': [(town) => town.office(), [], []],
      'the tourism office': [(town) => town.tourism(), [], []],
    };

    it.each(Object.entries(WHO))('are looked after by those alone whose matter it is: %s', async (_, who) => {
      const [of, fulfills, rectifies] = who;
      const { town, conditionId } = await withCondition();
      const as = world.as(of(town));
      const codesOf = ({ userErrors }: { userErrors: { code: string }[] }) =>
        userErrors.map(({ code }) => code);
      const { patrol } = await world.as(town.tourism()).do(PATROL, form(town, null));
      const findingId = patrol.findings[0].id;
      const rectify = { findingId, note: '已装' };
      const rows = () =>
        world.build(async (db) => [
          await db('patrol_findings').where({ id: findingId }),
          await db('decision_conditions').where({ id: conditionId }),
        ]);
      const before = await rows();
      const found = [
        codesOf(await as.do(FULFILL, { conditionId, note: '已装' })),
        codesOf(await as.do(RECTIFY, rectify)),
      ];
      expect(found).toEqual([fulfills, rectifies]);
      if (fulfills.length > 0 && rectifies.length > 0) expect(await rows()).toEqual(before);
      // What is done is not done again, by whomever.
      await world.as(town.office()).do(FULFILL, { conditionId, note: '已装' });
      await world.as(town.office()).do(RECTIFY, rectify);
      const after = await rows();
      const again = [
        codesOf(await as.do(FULFILL, { conditionId, note: '再装' })),
        codesOf(await as.do(RECTIFY, { ...rectify, note: '再装' })),
      ];
      expect(again).toEqual([
        fulfills.length > 0 ? fulfills : ['NOT_ALLOWED_IN_STATE'],
        rectifies.length > 0 ? rectifies : ['NOT_ALLOWED_IN_STATE'],
      ]);
      expect(await rows()).toEqual(after);
    });

    it('point to the practice whose form they are', async () => {
      const town = await aReviewTown();
      const submit = mutation('submitScenicPatrol', 'patrol { id practice { id } }');
      const tourism = world.as(town.tourism());
      const { patrol } = await tourism.do(submit, form(town, null, { practiceId: ' the-form ' }));
      expect(patrol.practice).toEqual({ id: 'the-form' });
      const other = await tourism.do(submit, form(town, null, { practiceId: 'another' }));
      expect(other.userErrors.map((e: { code: string }) => e.code)).toEqual(['CONFLICT']);
      const long = await tourism.do(submit, form(town, null, { practiceId: 'x'.repeat(65) }));
      expect(long.userErrors.map((e: { path: string[] }) => e.path)).toEqual([['practiceId']]);
    });

    it('have one form a day, which arrives once', async () => {
      const town = await aReviewTown();
      const tourism = world.as(town.tourism());
      const first = await tourism.do(PATROL, form(town, null));
      const again = await tourism.do(PATROL, form(town, null));
      expect(again.patrol.id).toBe(first.patrol.id);
      const other = await tourism.do(PATROL, form(town, null, { findings: [] }));
      expect(other.userErrors.map((e: { code: string; path: string[] }) => [e.code, ...e.path])).toEqual([
        ['CONFLICT', 'patrolledOn'],
      ]);
    });

    it('are refused with every violation at once', async () => {
      const { town } = await withCondition();
      const { userErrors } = await world.as(town.department('FIRE_SAFETY')).do(PATROL, {
        ...{ jurisdiction: town.code, patrolledOn: '2026-11-24' },
        findings: [
          { kind: 'SAFETY', text: ' ', photos: ['nowhere'], location: { latitude: 91, longitude: 0 } },
          { kind: 'HYGIENE', text: '垃圾', conditionId: 'none', dueOn: '2026-11-01' },
        ],
      });
      expect(userErrors.map((e: { code: string; path: string[] }) => [e.code, ...e.path].join(' '))).toEqual([
        'NOT_ALLOWED jurisdiction',
        'INVALID patrolledOn',
        'REQUIRED findings 0 text',
        'INVALID findings 0 photos 0',
        'INVALID findings 0 location latitude',
        'NOT_FOUND findings 1 conditionId',
        'INVALID findings 1 dueOn',
      ]);
    });
  });
});
