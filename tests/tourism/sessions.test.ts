import fc from 'fast-check';
import { OFFICIAL_DAYS } from '../../subgraphs/kit/calendar-days';
import type { Viewer } from '../../subgraphs/kit/viewer';
import { WorkingCalendar } from '../../subgraphs/kit/working-calendar';
import { tourism } from '../../subgraphs/tourism';
import { meetingDays } from '../../subgraphs/tourism/sessions/rules';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { mutation, type Town, townsIn } from './review-world';

describe('the joint review:', () => {
  const world = useSubgraph(tourism, { poolSize: 20 });
  const aReviewTown = townsIn(world);

  const calendar = new WorkingCalendar(OFFICIAL_DAYS);
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

  describe('are led', () => {
    const STATUSES = ['PLANNED', 'OPEN', 'CLOSED', 'LAPSED', 'CANCELLED'] as const;
    const ACTIONS = {
      openReviewSession: { chair: '沈佳敏', at: '2026-11-17T05:00:00Z' },
      closeReviewSession: { at: '2026-11-17T06:00:00Z' },
    } as const;
    const WHO: Record<string, (town: Town) => Viewer> = {
      'the review office': (town) => town.office(),
      'the tourism office': (town) => town.tourism(),
      'a department': (town) => town.department('FIRE_SAFETY'),
      'the review office next door': () => viewer('330421999-REVIEW', { functions: ['LICENSE_REVIEW'] }),
      'the government of the county': () => viewer('330421-GOV', { functions: ['GENERAL_GOVERNMENT'] }),
    };

    const cases = Object.keys(ACTIONS).flatMap((action) =>
      STATUSES.map((status) => [action as keyof typeof ACTIONS, status] as const),
    );

    it.each(cases)('by %s of a meeting that is %s, by the review office alone', async (action, status) => {
      const town = await aReviewTown();
      const { session } = await town.submit();
      const isOver = status === 'CLOSED' || status === 'LAPSED';
      await world.build((db) =>
        db('review_sessions')
          .where({ id: session.id })
          .update({ status, closed_at: isOver ? '2026-11-17T04:00:00Z' : null }),
      );
      const state = () => world.build((db) => db('review_sessions').where({ id: session.id }));
      for (const [who, of] of Object.entries(WHO).reverse()) {
        const before = await state();
        const { userErrors } = await world.as(of(town)).do(mutation(action, 'reviewSession { status }'), {
          ...{ sessionId: session.id, ...ACTIONS[action] },
        });
        const codes = userErrors.map((e: { code: string }) => e.code);
        const isOpen = status === 'PLANNED' || status === 'OPEN';
        const expected =
          who !== 'the review office' ? ['NOT_ALLOWED'] : isOpen ? [] : ['NOT_ALLOWED_IN_STATE'];
        expect([who, codes]).toEqual([who, expected]);
        if (codes.length > 0) expect(await state()).toEqual(before);
      }
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
