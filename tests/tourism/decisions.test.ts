import { setTimeout as sleep } from 'node:timers/promises';
import { OFFICIAL_DAYS } from '../../subgraphs/kit/calendar-days';
import { WorkingCalendar } from '../../subgraphs/kit/working-calendar';
import { tourism } from '../../subgraphs/tourism';
import { nextNumber } from '../../subgraphs/tourism/applications/store';
import { useSubgraph } from '../support/subgraph';
import { CODES, mutation, townsIn } from './review-world';

const VERIFY = `query V($n: String!, $h: String!) { verifyCertificate(number: $n, hash: $h) {
  isValid number shopName address kind business town outcome decidedOn conditions } }`;

describe('the joint review:', () => {
  const world = useSubgraph(tourism, { poolSize: 20 });
  const aReviewTown = townsIn(world);

  const calendar = new WorkingCalendar(OFFICIAL_DAYS);
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
});
