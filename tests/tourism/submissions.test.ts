import type { Viewer } from '../../subgraphs/kit/viewer';
import { tourism } from '../../subgraphs/tourism';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { mutation, type Town, townsIn } from './review-world';

describe('the joint review of', () => {
  const world = useSubgraph(tourism, { poolSize: 20 });
  const aReviewTown = townsIn(world);

  describe('an application', () => {
    it('with everything on the list comes onto the next agenda by itself', async () => {
      const town = await aReviewTown();
      const filed = await town.submit();
      expect([filed.stage, filed.session.heldOn, filed.number]).toEqual([
        ...['SCHEDULED', '2026-11-17', `${town.code}-2026-0001`],
      ]);
      expect(filed.timeline.map((e: { kind: string }) => e.kind)).toEqual(['SUBMITTED', 'SCHEDULED']);
    });

    it.each<[string, (town: Town) => Viewer, string[]]>([
      ['the review office', (town) => town.office(), []],
      ['the tourism office', (town) => town.tourism(), []],
      [
        'the government of the town',
        (town) => viewer(`${town.code}-GOV`, { functions: ['GENERAL_GOVERNMENT'] }),
        [],
      ],
      ['a department', (town) => town.department('FIRE_SAFETY'), ['NOT_ALLOWED jurisdiction']],
      [
        'the review office next door',
        () => viewer('330421999-REVIEW', { functions: ['LICENSE_REVIEW'] }),
        ['NOT_ALLOWED jurisdiction'],
      ],
    ])('is filed by the units of the town for it: %s', async (_, of, codes) => {
      const town = await aReviewTown();
      const { userErrors } = await town.take(of(town), 'submitLicenseApplication', town.submission());
      expect(userErrors.map((e: { code: string; path: string[] }) => [e.code, ...e.path].join(' '))).toEqual(
        codes,
      );
      const rows = await world.build((db) => db('applications').where({ town: town.code }));
      expect(rows).toHaveLength(codes.length === 0 ? 1 : 0);
    });

    it('that lacks something waits, is told once, and is scheduled with the last of it', async () => {
      const town = await aReviewTown();
      const filed = await town.submit({ kind: 'NEW_BUSINESS' });
      expect([filed.stage, filed.unfiledMaterials]).toEqual(['SUBMITTED', [{ code: 'LEASE' }]]);
      const id = { applicationId: filed.id };
      const told = await town.done(town.office(), 'requestLicenseMaterials', {
        ...{ ...id, materials: [{ code: 'LEASE' }, { code: 'FIRE_PLAN', name: '疏散图' }] },
        at: '2026-11-11T03:00:00Z',
      });
      expect([told.stage, told.missingMaterials.length]).toEqual(['AWAITING_MATERIALS', 2]);
      expect(
        await town.refused(town.office(), 'requestLicenseMaterials', {
          ...{ ...id, materials: [{ code: 'STRUCTURE', name: '鉴定' }] },
        }),
      ).toEqual(['NOT_ALLOWED_IN_STATE applicationId']);
      const lease = { code: 'LEASE', url: 'https://files.example/l.pdf' };
      const supply = { ...id, materials: [lease], at: '2026-11-12T02:00:00Z' };
      const partly = await town.done(town.office(), 'supplyLicenseMaterials', supply);
      expect(partly.stage).toBe('AWAITING_MATERIALS');
      // Sent twice, it arrives once.
      const again = await town.done(town.office(), 'supplyLicenseMaterials', supply);
      expect(again.timeline).toEqual(partly.timeline);
      const whole = await town.done(town.office(), 'supplyLicenseMaterials', {
        ...{ ...id, materials: [{ code: 'FIRE_PLAN', url: 'https://files.example/f.pdf' }] },
        at: '2026-11-16T09:00:00.001Z',
      });
      // A moment past the cut-off of the 17th.
      expect([whole.stage, whole.session.heldOn]).toEqual(['SCHEDULED', '2026-11-24']);
      const days = Object.fromEntries(
        whole.durations.map((d: { stage: string; workingDays: number }) => [d.stage, d.workingDays]),
      );
      // From Wednesday 11:00 to Monday 17:00: 4.5, 7, 7 and 6.5 hours.
      expect(days.SUBMITTED).toBe(0.14);
      expect(days.AWAITING_MATERIALS).toBe(3.57);
    });

    it('arrives once under an external id, also at the same moment', async () => {
      const town = await aReviewTown();
      const all = await Promise.all(Array.from({ length: 5 }, () => town.submit({ externalId: 'A-1' })));
      expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    });

    it('is refused with every violation at once, and nothing is stored', async () => {
      const town = await aReviewTown();
      expect(
        await town.refused(town.office(), 'submitLicenseApplication', {
          ...town.submission({
            ...{ shopName: ' ', business: 'SPACE_TRAVEL', submittedAt: '2026-11-24T00:00:00Z' },
            premises: { address: '', floors: 0, areaSquareMeters: -1 },
            ...{ applicant: { name: '', phone: 'x' }, proposal: '' },
            materials: [
              { code: 'PROPOSAL', url: 'javascript:alert(1)' },
              { code: 'UNKNOWN', url: 'https://a.example' },
            ],
          }),
        }),
      ).toEqual([
        'INVALID materials 0 url',
        'REQUIRED materials 1 name',
        'REQUIRED shopName',
        'REQUIRED premises address',
        'INVALID premises floors',
        'INVALID premises areaSquareMeters',
        'REQUIRED proposal',
        'REQUIRED applicant name',
        'INVALID applicant phone',
        'INVALID submittedAt',
        'NOT_FOUND business',
      ]);
      const rows = await world.build((db) => db('applications').where({ town: town.code }));
      expect(rows).toEqual([]);
    });

    it('is filed again once, after it came to nothing, and its house remembers', async () => {
      const town = await aReviewTown();
      const first = await town.submit();
      expect(
        await town.refused(
          town.office(),
          'submitLicenseApplication',
          town.submission({ refilingOf: first.id }),
        ),
      ).toEqual(['NOT_ALLOWED_IN_STATE refilingOf']);
      await town.done(town.office(), 'withdrawLicenseApplication', {
        ...{ applicationId: first.id, reason: '另择店址', at: '2026-11-12T02:00:00Z' },
      });
      const again = town.submission({
        ...{ refilingOf: first.id, submittedAt: '2026-11-13T02:00:00Z' },
        premises: { address: '西街 ８６号', floors: 2, areaSquareMeters: 180 },
      });
      const second = await town.done(town.office(), 'submitLicenseApplication', again);
      expect(await town.refused(town.office(), 'submitLicenseApplication', again)).toEqual([
        'CONFLICT refilingOf',
      ]);
      const { licenseApplication } = await world.as(town.office()).ask(
        `query H($id: ID!) { licenseApplication(id: $id) { refiledAs { id } refilingOf { id }
          premisesHistory { edges { node { id } } } } }`,
        { id: first.id },
      );
      expect(licenseApplication).toEqual({
        ...{ refiledAs: { id: second.id }, refilingOf: null },
        premisesHistory: { edges: [{ node: { id: second.id } }] },
      });
      const { licensePremisesHistory } = await world.as(town.office()).ask(
        `query P($t: JurisdictionCode!) { licensePremisesHistory(jurisdiction: $t, address: "西街86号") {
          edges { node { id } } } }`,
        { t: town.code },
      );
      expect(licensePremisesHistory.edges.map((e: { node: { id: string } }) => e.node.id)).toEqual([
        second.id,
        first.id,
      ]);
    });

    it('keeps the version of the procedure that it was filed under', async () => {
      const town = await aReviewTown();
      const { id } = await town.submit({ kind: 'NEW_BUSINESS' });
      const adopt = mutation('adoptReviewProcedure', 'reviewProcedure { version practice { id } }');
      const adopted = await world.as(town.office()).do(adopt, {
        ...{
          jurisdiction: town.code,
          effectiveFrom: '2026-12-01',
          derivedFrom: town.procedure.id,
          practiceId: 'met',
        },
        ...{
          meetingWeekday: 'THURSDAY',
          requiredFunctions: [{ code: 'FIRE_SAFETY', isVeto: true }],
          quorum: 1,
        },
      });
      expect(adopted).toEqual({ reviewProcedure: { version: 2, practice: { id: 'met' } }, userErrors: [] });
      const { licenseApplication } = await world
        .as(town.office())
        .ask(
          'query V($id: ID!) { licenseApplication(id: $id) { procedure { version requiredFunctions { code } } } }',
          { id },
        );
      expect(licenseApplication.procedure.version).toBe(1);
      expect(licenseApplication.procedure.requiredFunctions).toHaveLength(3);
    });

    it('is found by its applicant, by those alone who may know who that is', async () => {
      const town = await aReviewTown();
      const { id } = await town.submit({ applicant: { name: '欧阳晓雯', phone: '13800000777' } });
      const BY = `query By($name: String, $phone: String) {
        licenseApplicationsByApplicant(nameContains: $name, phone: $phone) { edges { node { id } } } }`;
      const found = async (who: ReturnType<typeof viewer>, variables: Record<string, string>) =>
        (await world.as(who).ask(BY, variables)).licenseApplicationsByApplicant.edges.map(
          (e: { node: { id: string } }) => e.node.id,
        );
      expect(await found(town.office(), { name: '晓雯' })).toEqual([id]);
      expect(await found(town.office(), { phone: '13800000777' })).toEqual([id]);
      expect(await found(town.office(), { phone: '1380000077' })).toEqual([]);
      expect(await found(town.department('FIRE_SAFETY'), { name: '晓雯' })).toEqual([]);
      const { errors } = await world.as(town.office()).send(BY);
      expect(errors?.map((e) => e.extensions?.code)).toEqual(['BAD_USER_INPUT']);
    });
  });
});
