import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { OFFICIAL_DAYS } from '../../subgraphs/kit/calendar-days';
import { WorkingCalendar } from '../../subgraphs/kit/working-calendar';
import { tourism } from '../../subgraphs/tourism';
import { STEPS } from '../../subgraphs/tourism/applications/rules';
import { nextNumber } from '../../subgraphs/tourism/applications/store';
import { meetingDays } from '../../subgraphs/tourism/sessions/rules';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { CODES, mutation, type Town, townsIn } from './review-world';

const VERIFY = `query V($n: String!, $h: String!) { verifyCertificate(number: $n, hash: $h) {
  isValid number shopName address kind business town outcome decidedOn conditions } }`;
const ONE = `query One($id: ID!) { licenseApplication(id: $id) {
  stage round session { heldOn } opinions { verdict } decision { outcome } timeline { kind } } }`;

describe('the joint review', () => {
  const world = useSubgraph(tourism, { poolSize: 20 });
  const aReviewTown = townsIn(world);
  const calendar = new WorkingCalendar(OFFICIAL_DAYS);

  describe('an application', () => {
    it('with everything on the list comes onto the next agenda by itself', async () => {
      const town = await aReviewTown();
      const filed = await town.submit();
      expect([filed.stage, filed.session.heldOn, filed.number]).toEqual([
        ...['SCHEDULED', '2026-11-17', `${town.code}-2026-0001`],
      ]);
      expect(filed.timeline.map((e: { kind: string }) => e.kind)).toEqual(['SUBMITTED', 'SCHEDULED']);
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
      const adopt = mutation('adoptReviewProcedure', 'reviewProcedure { version }');
      const adopted = await world.as(town.office()).do(adopt, {
        ...{ jurisdiction: town.code, effectiveFrom: '2026-12-01', derivedFrom: town.procedure.id },
        ...{
          meetingWeekday: 'THURSDAY',
          requiredFunctions: [{ code: 'FIRE_SAFETY', isVeto: true }],
          quorum: 1,
        },
      });
      expect(adopted).toEqual({ reviewProcedure: { version: 2 }, userErrors: [] });
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

  describe('who may do what, and when', () => {
    const STAGES = [
      'SUBMITTED',
      'AWAITING_MATERIALS',
      'SCHEDULED',
      'DECIDED',
      'WITHDRAWN',
      'REJECTED_AT_INTAKE',
    ] as const;
    const at = '2026-11-17T03:00:00Z';

    /** An application in a stage, by the steps that lead there. */
    async function inStage(town: Town, stage: (typeof STAGES)[number]): Promise<string> {
      const { id } = await town.submit(
        stage === 'SCHEDULED' || stage === 'DECIDED' ? {} : { kind: 'NEW_BUSINESS' },
      );
      const input = { applicationId: id, at: '2026-11-12T02:00:00Z' };
      switch (stage) {
        case 'SUBMITTED':
        case 'SCHEDULED':
          break;
        case 'AWAITING_MATERIALS':
          await town.done(town.office(), 'requestLicenseMaterials', {
            ...input,
            materials: [{ code: 'LEASE' }],
          });
          break;
        case 'DECIDED':
          await town.opine(id);
          await town.decide(id, '2026-11-17T02:00:00Z');
          break;
        case 'WITHDRAWN':
          await town.done(town.office(), 'withdrawLicenseApplication', { ...input, reason: '撤' });
          break;
        case 'REJECTED_AT_INTAKE':
          await town.done(town.office(), 'rejectLicenseApplication', { ...input, reason: '拒' });
      }
      return id;
    }

    const ACTIONS = {
      REQUEST_MATERIALS: [
        'requestLicenseMaterials',
        { materials: [{ code: 'LEASE' }], at: '2026-11-13T02:00:00Z' },
      ],
      SUPPLY_MATERIALS: [
        'supplyLicenseMaterials',
        { materials: [{ code: 'LEASE', url: 'https://files.example/l.pdf' }], at },
      ],
      WITHDRAW: ['withdrawLicenseApplication', { reason: '撤回', at }],
      REJECT: ['rejectLicenseApplication', { reason: '不属联审事项', at: '2026-11-13T02:00:00Z' }],
      DEFER: ['deferLicenseApplication', { reason: '待核实', at }],
      OPINE: ['recordReviewOpinion', { function: 'FIRE_SAFETY', verdict: 'APPROVE', at }],
      RECUSE: ['recordReviewRecusal', { person: '亲属某', function: 'FIRE_SAFETY', reason: '亲属', at }],
      DECIDE: ['decideLicenseApplication', { at }],
    } as const;

    const WHO = {
      'the review office': (town: Town) => town.office(),
      'the unit that filed it': (town: Town) => ({ ...town.office(), agency: `${town.code}-REVIEW` }),
      'the tourism office': (town: Town) => town.tourism(),
      'a department that reviews': (town: Town) => town.department('FIRE_SAFETY'),
      'a department without a voice': (town: Town) =>
        viewer(`${town.code}-TOURISM2`, { functions: ['TOURISM'] }),
      'the review office next door': () => viewer('330421999-REVIEW', { functions: ['LICENSE_REVIEW'] }),
      'the government of the county': () => viewer('330421-GOV', { functions: ['GENERAL_GOVERNMENT'] }),
    } as const;

    const cases = (Object.keys(ACTIONS) as (keyof typeof ACTIONS)[]).flatMap((step) =>
      STAGES.map((stage) => [step, stage] as const),
    );

    it.each(cases)('%s in %s is for those alone whose part it is', async (step, stage) => {
      const [name, input] = ACTIONS[step];
      const town = await aReviewTown();
      let applicationId = await inStage(town, stage);
      for (const [who, of] of Object.entries(WHO)) {
        const before = await world.as(town.office()).ask(ONE, { id: applicationId });
        const { userErrors } = await town.take(of(town), name, { ...input, applicationId });
        const codes = [...new Set(userErrors.map((e: { code: string }) => e.code))];
        const isOffice = who === 'the review office' || who === 'the unit that filed it';
        const isDepartment = who === 'a department that reviews';
        const by: readonly string[] = STEPS[step].by;
        const from: readonly string[] = STEPS[step].from;
        const isAllowed =
          (isOffice && (by.includes('OFFICE') || by.includes('FILER'))) ||
          (isDepartment && by.includes('DEPARTMENT'));
        const hasSpoken = step === 'OPINE' && stage === 'DECIDED';
        const expected =
          who === 'the review office next door'
            ? ['NOT_FOUND']
            : !isAllowed
              ? ['NOT_ALLOWED']
              : !from.includes(stage) || step === 'DECIDE'
                ? ['NOT_ALLOWED_IN_STATE', ...(hasSpoken ? ['CONFLICT'] : [])]
                : [];
        expect([step, stage, who, codes]).toEqual([step, stage, who, expected]);
        if (codes.length > 0) {
          expect(await world.as(town.office()).ask(ONE, { id: applicationId })).toEqual(before);
        } else {
          applicationId = await inStage(town, stage);
        }
      }
    });
  });

  describe('opinions and decisions', () => {
    it('are the department’s own, once a round, with a reason where one is due', async () => {
      const town = await aReviewTown();
      const { id: applicationId } = await town.submit();
      const opine = (code: (typeof CODES)[number], input: object) =>
        town.refused(town.department(code), 'recordReviewOpinion', {
          ...{ applicationId, function: code, verdict: 'APPROVE', at: '2026-11-17T01:00:00Z', ...input },
        });
      expect(await opine('INVESTMENT', { function: 'FIRE_SAFETY' })).toEqual(['NOT_ALLOWED function']);
      expect(await opine('INVESTMENT', { function: 'TOURISM' })).toEqual(['INVALID function']);
      for (const verdict of ['SUPPLEMENT', 'OBJECT']) {
        expect(await opine('FIRE_SAFETY', { verdict, comment: ' ' })).toEqual(['REQUIRED comment']);
      }
      expect(await opine('FIRE_SAFETY', { verdict: 'APPROVE_WITH_CONDITIONS' })).toEqual([
        'REQUIRED comment',
        'REQUIRED conditions',
      ]);
      expect(await opine('FIRE_SAFETY', { conditions: ['灭火器'] })).toEqual(['INVALID conditions']);
      expect(await opine('FIRE_SAFETY', { at: '2026-11-10T01:00:00Z' })).toEqual(['INVALID at']);
      await town.opine(applicationId);
      expect(await opine('FIRE_SAFETY', {})).toEqual(['CONFLICT function']);
    });

    it('of one function given at the same moment are one', async () => {
      const town = await aReviewTown();
      const { id: applicationId } = await town.submit();
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          town.take(town.department('FIRE_SAFETY', `u${i}`), 'recordReviewOpinion', {
            ...{ applicationId, function: 'FIRE_SAFETY', verdict: 'APPROVE', at: '2026-11-17T01:00:00Z' },
          }),
        ),
      );
      expect(answers.filter((a) => a.userErrors.length === 0)).toHaveLength(1);
      expect(new Set(answers.flatMap((a) => a.userErrors.map((e: { code: string }) => e.code)))).toEqual(
        new Set(['CONFLICT']),
      );
    });

    it('of different functions given at the same moment all stand', async () => {
      const town = await aReviewTown();
      const { id } = await town.submit();
      await Promise.all(
        CODES.map((code) =>
          town.done(town.department(code), 'recordReviewOpinion', {
            ...{ applicationId: id, function: code, verdict: 'APPROVE', at: '2026-11-17T01:00:00Z' },
          }),
        ),
      );
      expect((await town.decide(id)).decision.outcome).toBe('APPROVED');
    });

    it('wait for every required function by name, for the day, and for a quorum', async () => {
      const town = await aReviewTown();
      const { id: applicationId } = await town.submit();
      const { userErrors } = await town.take(town.office(), 'decideLicenseApplication', {
        ...{ applicationId, at: '2026-11-16T03:00:00Z' },
      });
      expect(userErrors.map((e: { message: string }) => e.message)).toEqual([
        'The application is heard on 2026-11-17, and the meeting has not begun.',
        'Not yet heard: BUILDING_APPEARANCE, FIRE_SAFETY, INVESTMENT. Each required function speaks before the decision.',
        expect.stringMatching(/^The meeting has no quorum: 0 of the required 2 are there/),
      ]);
      // Who writes the day before counts as having spoken, and not as being there.
      await town.opine(applicationId, {
        ...{ FIRE_SAFETY: { at: '2026-11-16T01:00:00Z' }, INVESTMENT: { at: '2026-11-16T02:00:00Z' } },
      });
      const decide = { applicationId, at: '2026-11-17T03:00:00Z' };
      const refusal = await town.take(town.office(), 'decideLicenseApplication', decide);
      expect(refusal.userErrors.map((e: { message: string }) => e.message)).toEqual([
        'The meeting has no quorum: 1 of the required 2 are there. Missing: FIRE_SAFETY, INVESTMENT.',
      ]);
    });

    it('take what an absent department wrote before the meeting', async () => {
      const town = await aReviewTown();
      const { id, session } = await town.submit();
      await town.done(town.department('FIRE_SAFETY'), 'recordReviewOpinion', {
        ...{ applicationId: id, function: 'FIRE_SAFETY', verdict: 'APPROVE', at: '2026-11-16T02:00:00Z' },
      });
      const open = mutation('openReviewSession', 'reviewSession { status }');
      await world.as(town.office()).do(open, {
        ...{ sessionId: session.id, chair: '沈', at: '2026-11-17T01:00:00Z' },
        attendance: ['FIRE_SAFETY', 'INVESTMENT'].map((code) => ({ function: code, isPresent: false })),
      });
      expect(
        await town.refused(town.department('INVESTMENT'), 'recordReviewOpinion', {
          ...{ applicationId: id, function: 'INVESTMENT', verdict: 'APPROVE', at: '2026-11-17T01:30:00Z' },
        }),
      ).toEqual(['NOT_ALLOWED_IN_STATE function']);
      // It came after all.
      await world.as(town.office()).do(open, {
        ...{ sessionId: session.id, chair: '沈', at: '2026-11-17T01:40:00Z' },
        attendance: [{ function: 'INVESTMENT', isPresent: true, representative: '高' }],
      });
      for (const code of ['INVESTMENT', 'BUILDING_APPEARANCE'] as const) {
        await town.done(town.department(code), 'recordReviewOpinion', {
          ...{ applicationId: id, function: code, verdict: 'APPROVE', at: '2026-11-17T01:50:00Z' },
        });
      }
      const decided = await town.decide(id);
      expect(
        decided.opinions.map((o: { function: { code: string }; isWritten: boolean }) => [
          o.function.code,
          o.isWritten,
        ]),
      ).toEqual([
        ['BUILDING_APPEARANCE', false],
        ['FIRE_SAFETY', true],
        ['INVESTMENT', false],
      ]);
    });

    it('are not those of a person who is recused; the unit speaks through another', async () => {
      const town = await aReviewTown();
      const { id: applicationId } = await town.submit();
      const recusal = {
        applicationId,
        person: '费东升',
        function: 'FIRE_SAFETY',
        reason: '与申请人系姻亲',
        at: '2026-11-17T01:00:00Z',
      };
      expect(await town.refused(town.department('INVESTMENT'), 'recordReviewRecusal', recusal)).toEqual([
        'NOT_ALLOWED function',
      ]);
      await town.done(town.department('FIRE_SAFETY'), 'recordReviewRecusal', recusal);
      expect(await town.refused(town.office(), 'recordReviewRecusal', recusal)).toEqual(['CONFLICT person']);
      const opinion = {
        applicationId,
        function: 'FIRE_SAFETY',
        verdict: 'APPROVE',
        at: '2026-11-17T01:10:00Z',
      };
      expect(
        await town.refused(town.department('FIRE_SAFETY', '费东升'), 'recordReviewOpinion', opinion),
      ).toEqual(['NOT_ALLOWED applicationId']);
      await town.opine(applicationId);
      await town.done(town.office(), 'recordReviewRecusal', { ...recusal, person: '沈佳敏', function: null });
      const chair = { ...town.office(), user: '沈佳敏' };
      const decide = { applicationId, at: '2026-11-17T03:00:00Z' };
      expect(await town.refused(chair, 'decideLicenseApplication', decide)).toEqual([
        'NOT_ALLOWED applicationId',
      ]);
      expect((await town.decide(applicationId)).stage).toBe('DECIDED');
    });

    it('put all conditions together, and none with a rejection', async () => {
      const town = await aReviewTown();
      const conditional = (...conditions: string[]) => ({
        verdict: 'APPROVE_WITH_CONDITIONS',
        comment: '有条件',
        conditions,
      });
      const words = { INVESTMENT: conditional('甲'), FIRE_SAFETY: conditional('乙', '丙') };
      const first = await town.submit();
      await town.opine(first.id, words);
      const { decision } = await town.decide(first.id);
      expect([decision.outcome, decision.conditions.map((c: { text: string }) => c.text)]).toEqual([
        'APPROVED_WITH_CONDITIONS',
        ['乙', '丙', '甲'],
      ]);
      expect(decision.conditions[0]).toMatchObject({
        status: 'OPEN',
        dueOn: calendar.addWorkingDays('2026-11-17', 20),
      });
      const second = await town.submit();
      await town.opine(second.id, {
        ...words,
        BUILDING_APPEARANCE: { verdict: 'OBJECT', comment: '破坏风貌' },
      });
      const rejected = (await town.decide(second.id)).decision;
      expect([rejected.outcome, rejected.rule, rejected.conditions]).toEqual([
        'REJECTED',
        'VETO_OBJECTS',
        [],
      ]);
    });

    it('send an application back for everything that was asked, to be heard anew', async () => {
      const town = await aReviewTown();
      const { id } = await town.submit();
      await town.opine(id, {
        FIRE_SAFETY: { verdict: 'SUPPLEMENT', comment: '缺疏散计算' },
        INVESTMENT: {
          verdict: 'SUPPLEMENT',
          comment: '缺投资说明',
          materials: [{ code: 'INVESTMENT_PLAN', name: '投资说明' }],
        },
      });
      const back = await town.decide(id);
      expect([back.stage, back.round, back.session, back.decision]).toEqual([
        'AWAITING_MATERIALS',
        2,
        null,
        null,
      ]);
      expect(back.missingMaterials.map((m: { code: string }) => m.code)).toEqual([
        'INVESTMENT_PLAN',
        'SUPPLEMENT-FIRE_SAFETY',
      ]);
      const whole = await town.done(town.office(), 'supplyLicenseMaterials', {
        ...{ applicationId: id, at: '2026-11-18T02:00:00Z' },
        materials: ['INVESTMENT_PLAN', 'SUPPLEMENT-FIRE_SAFETY'].map((code) => ({
          code,
          url: 'https://files.example/s.pdf',
        })),
      });
      expect([whole.stage, whole.session.heldOn]).toEqual(['SCHEDULED', '2026-11-24']);
      world.now = new Date('2026-11-25T02:00:00Z');
      await town.opine(id, {}, '2026-11-24T01:10:00Z');
      const decided = await town.decide(id, '2026-11-24T03:00:00Z');
      world.now = new Date('2026-11-23T02:00:00Z');
      expect([decided.decision.outcome, decided.opinions.length]).toEqual(['APPROVED', 6]);
    });

    it('made by several chairs at once are one, with one certificate', async () => {
      const town = await aReviewTown();
      const { id: applicationId } = await town.submit();
      await town.opine(applicationId);
      const answers = await Promise.all(
        Array.from({ length: 8 }, () =>
          town.take(town.office(), 'decideLicenseApplication', { applicationId, at: '2026-11-17T03:00:00Z' }),
        ),
      );
      const codes = answers.flatMap((a) => a.userErrors.map((e: { code: string }) => e.code));
      expect(answers.filter((a) => a.userErrors.length === 0)).toHaveLength(1);
      expect(codes.every((code) => code === 'CONFLICT' || code === 'NOT_ALLOWED_IN_STATE')).toBe(true);
      const certificates = await world.build((db) =>
        db('certificates').where({ application_id: applicationId }),
      );
      expect(certificates.map(({ serial }) => serial)).toEqual([1]);
    });

    it('number certificates without gaps, also across rolled back transactions', async () => {
      const town = await aReviewTown({ capacity: 20 });
      const ids: string[] = [];
      for (let i = 0; i < 8; i += 1) ids.push((await town.submit()).id);
      for (const id of ids) await town.opine(id);
      const failing = Array.from({ length: 6 }, () =>
        world.database
          .session(town.office())
          .write(async (db) => {
            await nextNumber(db, town.code, 'CERTIFICATE', 2026);
            await sleep(5);
            throw new Error('broken');
          })
          .catch((error: Error) => error.message),
      );
      await Promise.all([...ids.map((id) => town.decide(id)), ...failing]);
      const rows = await world.build((db) => db('certificates').where({ town: town.code }).orderBy('serial'));
      expect(rows.map(({ serial }) => serial)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await Promise.all(failing)).toEqual(Array.from({ length: 6 }, () => 'broken'));
    });
  });

  describe('a certificate', () => {
    async function issued() {
      const town = await aReviewTown();
      const { id } = await town.submit();
      await town.opine(id);
      const { number, hash } = (await town.decide(id)).decision.certificate;
      return { town, id, number, hash };
    }
    const nothing = {
      ...{ isValid: false, number: null, shopName: null, address: null, kind: null, business: null },
      ...{ town: null, outcome: null, decidedOn: null, conditions: [] },
    };
    const verify = async (n: string, h: string) =>
      (await world.as(null).ask(VERIFY, { n, h })).verifyCertificate;

    it('is verified by anyone, who is told what it says and nothing else', async () => {
      const { town, number, hash } = await issued();
      expect(await verify(number, hash)).toEqual({
        ...{ isValid: true, number, shopName: '廊桥客栈', address: '西街86号', kind: 'RENOVATION' },
        ...{
          business: '民宿',
          town: town.code,
          outcome: 'APPROVED',
          decidedOn: '2026-11-17',
          conditions: [],
        },
      });
      expect(await verify(number, '0'.repeat(64))).toEqual(nothing);
      expect(await verify('330421103-2026-L9999', hash)).toEqual(nothing);
      const schema = world.subgraph.schema.getType('CertificateVerification');
      const fields = Object.keys((schema as unknown as { getFields(): object }).getFields());
      // The paper says the same, laid out for print.
      expect(fields.sort()).toEqual([...Object.keys(nothing), 'document'].sort());
    });

    it('is not verified once its content or hash was changed where it is stored', async () => {
      const { number, hash } = await issued();
      const change = (sql: string) =>
        world.build((db) => db.raw(`UPDATE certificates SET ${sql} WHERE number = ?`, [number]));
      await change("content = replace(content, '廊桥', '石桥')");
      expect(await verify(number, hash)).toEqual(nothing);
      await change("hash = encode(sha256(convert_to(content, 'UTF8')), 'hex')");
      expect(await verify(number, hash)).toEqual(nothing);
    });

    it('cannot be changed by a client, nor read by nobody beyond what it says', async () => {
      const { town, number } = await issued();
      const session = world.database.session(town.office());
      await expect(
        session.write((db) => db.raw("UPDATE certificates SET content = '{}' WHERE number = ?", [number])),
      ).rejects.toThrow('permission denied');
      const nobody = world.database.session(null);
      await expect(nobody.db.raw('SELECT application_id FROM certificates')).rejects.toThrow(
        'permission denied',
      );
      await nobody.end();
      await session.end();
    });
  });

  describe('agendas', () => {
    const heldOnOf = async (town: Town) => {
      const rows = await world.build((db) =>
        db('applications')
          .leftJoin('review_sessions', 'review_sessions.id', 'applications.session_id')
          .select('applications.id', 'applications.complete_at', 'held_on', 'capacity', 'cut_off_at')
          .where({ town: town.code, stage: 'SCHEDULED' })
          .orderBy(['complete_at', 'applications.id']),
      );
      return rows as { id: string; complete_at: Date; held_on: string; capacity: number; cut_off_at: Date }[];
    };

    /** Every meeting of a town by the rules alone, and who is heard there when everyone takes the first with room. */
    function stated(town: Town, completions: readonly Date[]): string[] {
      const room = new Map<string, number>();
      return completions.map((completeAt) => {
        for (const day of meetingDays([town.procedure], completeAt.toISOString().slice(0, 10), calendar)) {
          const taken = room.get(day.heldOn) ?? 0;
          if (day.cutOffAt < completeAt || taken === town.procedure.capacity) continue;
          room.set(day.heldOn, taken + 1);
          return day.heldOn;
        }
        throw new Error('no meeting');
      });
    }

    it('hear every complete application in the first meeting that can hear it, and none twice', async () => {
      // Around National Day, its make-up days, and ordinary weeks.
      const minutes = fc.array(fc.integer({ min: 0, max: 30 * 24 * 60 }), { minLength: 1, maxLength: 14 });
      await fc.assert(
        fc.asyncProperty(
          minutes,
          fc.integer({ min: 1, max: 4 }),
          fc.constantFrom('TUESDAY', 'SATURDAY', 'THURSDAY'),
          async (offsets, capacity, weekday) => {
            const town = await aReviewTown({
              ...{ capacity, meeting_weekday: weekday as 'TUESDAY' | 'SATURDAY' | 'THURSDAY' },
            });
            const start = Date.parse('2026-09-20T00:00:00Z');
            const completions = [...offsets].sort((a, b) => a - b).map((m) => new Date(start + m * 60_000));
            for (const at of completions) await town.submit({ submittedAt: at.toISOString() });
            const found = await heldOnOf(town);
            expect(found.map((row) => row.held_on).sort()).toEqual([...stated(town, completions)].sort());
            expect(found.every((row) => row.complete_at <= row.cut_off_at)).toBe(true);
            const pending = await world.build((db) =>
              db('agenda_items').where({ jurisdiction: town.code, result: 'PENDING' }),
            );
            expect(new Set(pending.map((item) => item.application_id)).size).toBe(completions.length);
          },
        ),
        { numRuns: 8 },
      );
    });

    it('never take more than they hold, whoever files at once', async () => {
      const town = await aReviewTown({ capacity: 3 });
      await Promise.all(Array.from({ length: 10 }, () => town.submit()));
      const days = (await heldOnOf(town)).map((row) => row.held_on);
      const counts: Record<string, number> = {};
      for (const day of days) counts[day] = (counts[day] ?? 0) + 1;
      expect(counts).toEqual({ '2026-11-17': 3, '2026-11-24': 3, '2026-12-01': 3, '2026-12-08': 1 });
    });

    it('give a place that becomes free to who waits for it longest, and so on behind', async () => {
      const town = await aReviewTown({ capacity: 1 });
      const at = (hour: number) => ({ submittedAt: `2026-11-11T0${hour}:00:00Z` });
      const [first, second, third] = [
        await town.submit(at(1)),
        await town.submit(at(2)),
        await town.submit(at(3)),
      ];
      expect(third.session.heldOn).toBe('2026-12-01');
      await town.done(town.office(), 'withdrawLicenseApplication', {
        ...{ applicationId: first.id, reason: '撤', at: '2026-11-12T01:00:00Z' },
      });
      const found = await heldOnOf(town);
      expect(found.map((row) => [row.id, row.held_on])).toEqual([
        [second.id, '2026-11-17'],
        [third.id, '2026-11-24'],
      ]);
    });

    it('carry over what their meeting did not decide, with what was said of it', async () => {
      const town = await aReviewTown();
      const { id, session } = await town.submit();
      await town.opine(id);
      const { id: silent } = await town.submit();
      world.now = new Date('2026-11-25T02:00:00Z');
      const close = mutation(
        'closeReviewSession',
        'reviewSession { status minutes { note items { position result } } }',
      );
      const closed = await world.as(town.office()).do(close, {
        ...{ sessionId: session.id, note: '时间不足', at: '2026-11-17T04:00:00Z' },
      });
      expect(closed.reviewSession).toEqual({
        status: 'CLOSED',
        minutes: {
          note: '时间不足',
          items: [
            { position: 1, result: 'CARRIED_OVER' },
            { position: 2, result: 'CARRIED_OVER' },
          ],
        },
      });
      const twice = await world.as(town.office()).do(close, { sessionId: session.id });
      expect(twice.userErrors.map((e: { code: string }) => e.code)).toEqual(['NOT_ALLOWED_IN_STATE']);
      expect((await heldOnOf(town)).map((row) => row.held_on)).toEqual(['2026-11-24', '2026-11-24']);
      // The opinions still count as written; the quorum has to come together anew.
      await town.opine(silent, {}, '2026-11-24T01:00:00Z');
      const decided = await town.decide(id, '2026-11-24T03:00:00Z');
      world.now = new Date('2026-11-23T02:00:00Z');
      expect(decided.opinions.map((o: { isWritten: boolean }) => o.isWritten)).toEqual([true, true, true]);
      expect(decided.decision.outcome).toBe('APPROVED');
    });

    it('lapse without a quorum', async () => {
      const town = await aReviewTown();
      const { session } = await town.submit();
      const close = mutation(
        'closeReviewSession',
        'reviewSession { status quorum { isMet present missing { code } } }',
      );
      const { reviewSession } = await world
        .as(town.office())
        .do(close, { sessionId: session.id, at: '2026-11-17T04:00:00Z' });
      expect(reviewSession).toEqual({
        status: 'LAPSED',
        quorum: {
          isMet: false,
          present: 0,
          missing: ['BUILDING_APPEARANCE', 'FIRE_SAFETY', 'INVESTMENT'].map((code) => ({ code })),
        },
      });
    });

    it('are filled anew when another procedure comes into force before their day', async () => {
      const town = await aReviewTown({ capacity: 1 });
      await town.submit();
      await town.submit();
      await town.submit();
      expect((await heldOnOf(town)).map((row) => row.held_on).sort()).toEqual([
        '2026-11-17',
        '2026-11-24',
        '2026-12-01',
      ]);
      const adopt = mutation(
        'adoptReviewProcedure',
        'reviewProcedure { version effectiveFrom differences { field here there } }',
      );
      const { reviewProcedure } = await world.as(town.office()).do(adopt, {
        ...{ jurisdiction: town.code, effectiveFrom: '2026-11-24', derivedFrom: town.procedure.id },
        ...{ meetingWeekday: 'FRIDAY', capacity: 5 },
      });
      expect(reviewProcedure.differences).toEqual([
        { field: 'capacity', here: '5', there: '1' },
        { field: 'meetingWeekday', here: 'FRIDAY', there: 'TUESDAY' },
      ]);
      expect((await heldOnOf(town)).map((row) => row.held_on).sort()).toEqual([
        '2026-11-17',
        '2026-11-27',
        '2026-11-27',
      ]);
    });
  });

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

  describe('statements', () => {
    it('are as many for an agenda of 1 as for one of 20', async () => {
      const AGENDA = `query A($id: ID!) { reviewSession(id: $id) { heldOn procedure { version } quorum { isMet missing { code } }
        agenda(first: 200) { edges { node { shopName missingMaterials { code } opinions { function { isVeto } isWritten } recusals { person }
          decision { conditions { text findings { id } } certificate { hash } } durations { workingDays agency { code } }
          turnaround { countedDays } premisesHistory(first: 2) { edges { node { id } } } refiledAs { id } } } }
        minutes { items { application { shopName } opinions { verdict } } } } }`;
      const statements = async (count: number) => {
        const town = await aReviewTown({ capacity: 30 });
        let session = '';
        for (let i = 0; i < count; i += 1) {
          const filed = await town.submit({
            premises: { address: `西街${i}号`, floors: 1, areaSquareMeters: 9 },
          });
          session = filed.session.id;
          if (i < 2) await town.opine(filed.id);
        }
        return (await world.statementsOf(() => world.as(town.office()).ask(AGENDA, { id: session }))).length;
      };
      expect(await statements(20)).toBe(await statements(1));
    });
  });
});
