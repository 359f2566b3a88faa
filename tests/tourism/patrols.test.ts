import { tourism } from '../../subgraphs/tourism';
import { useSubgraph } from '../support/subgraph';
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
