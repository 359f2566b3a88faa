import { tourism } from '../../subgraphs/tourism';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { townsIn } from './review-world';

describe('the joint review:', () => {
  const world = useSubgraph(tourism, { poolSize: 20 });
  const aReviewTown = townsIn(world);

  describe('where the time went', () => {
    const REPORT = `query R($u: JurisdictionCode!, $f: Date!, $t: Date!) {
      reviewDurations(under: $u, decidedFrom: $f, decidedTo: $t) {
        decided withinTargetShare counted { mean median ninetiethPercentile longest } sessionWait { mean } materialsWait { mean }
        stages { stage figures { mean } } departments { function opinions figures { mean } } pending { stage count } } }`;

    it('is told apart by what counts: for one application, a period and a town', async () => {
      const town = await aReviewTown();
      const { id } = await town.submit();
      await town.opine(id, { FIRE_SAFETY: { at: '2026-11-17T02:30:00Z' } });
      await town.decide(id);
      await town.submit({ kind: 'NEW_BUSINESS' });
      const { licenseApplication } = await world.as(town.office()).ask(
        `query T($id: ID!) { licenseApplication(id: $id) { durations { stage workingDays sessionWaitDays }
          turnaround { countedDays sessionWaitDays materialsWaitDays targetDays isWithinTarget
            departments { function workingDays } } } }`,
        { id },
      );
      // Complete on Wednesday at 10:00, heard from Tuesday's beginning, decided at 11:00.
      expect(licenseApplication).toEqual({
        durations: [{ stage: 'SCHEDULED', workingDays: 4.14, sessionWaitDays: 3.79 }],
        turnaround: {
          ...{
            countedDays: 0.36,
            sessionWaitDays: 3.79,
            materialsWaitDays: 0,
            targetDays: 3,
            isWithinTarget: true,
          },
          departments: [
            { function: 'BUILDING_APPEARANCE', workingDays: 0.1 },
            { function: 'FIRE_SAFETY', workingDays: 0.29 },
            { function: 'INVESTMENT', workingDays: 0.1 },
          ],
        },
      });
      const ask = async (who: ReturnType<typeof viewer>, f = '2026-11-01') =>
        (await world.as(who).ask(REPORT, { u: town.code, f, t: '2026-11-30' })).reviewDurations;
      expect(await ask(town.office())).toEqual({
        ...{ decided: 1, withinTargetShare: 1, sessionWait: { mean: 3.79 }, materialsWait: { mean: 0 } },
        counted: { mean: 0.36, median: 0.36, ninetiethPercentile: 0.36, longest: 0.36 },
        stages: [
          { stage: 'SUBMITTED', figures: { mean: 0 } },
          { stage: 'AWAITING_MATERIALS', figures: { mean: 0 } },
          { stage: 'SCHEDULED', figures: { mean: 4.14 } },
        ],
        departments: [
          { function: 'FIRE_SAFETY', opinions: 1, figures: { mean: 0.29 } },
          { function: 'BUILDING_APPEARANCE', opinions: 1, figures: { mean: 0.1 } },
          { function: 'INVESTMENT', opinions: 1, figures: { mean: 0.1 } },
        ],
        pending: [{ stage: 'SUBMITTED', count: 1 }],
      });
      expect(await ask(town.office(), '2026-11-18')).toMatchObject({
        decided: 0,
        withinTargetShare: null,
        counted: null,
      });
      expect(await ask(viewer('330421999-REVIEW', { functions: ['LICENSE_REVIEW'] }))).toBeNull();
    });

    it('is compared from town to town, in as many statements for one as for several', async () => {
      const towns = [await aReviewTown(), await aReviewTown(), await aReviewTown()];
      for (const town of towns) {
        const { id } = await town.submit();
        await town.opine(id);
        await town.decide(id);
      }
      const COMPARE = `query C($u: JurisdictionCode!) {
        reviewDurationsByTown(under: $u, decidedFrom: "2026-11-01", decidedTo: "2026-11-30") { jurisdiction { code } decided } }`;
      const county = viewer('330421-GOV', { functions: ['GENERAL_GOVERNMENT'] });
      const { reviewDurationsByTown } = await world.as(county).ask(COMPARE, { u: '330421' });
      for (const town of towns) {
        expect(reviewDurationsByTown).toContainEqual({ jurisdiction: { code: town.code }, decided: 1 });
      }
      const statements = async (u: string) =>
        (await world.statementsOf(() => world.as(county).ask(COMPARE, { u }))).length;
      expect([await statements('330421'), await statements(towns[0]?.code ?? '')]).toEqual([3, 3]);
    });
  });
});
