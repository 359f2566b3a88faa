import { tourism } from '../../subgraphs/tourism';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { type Town, townsIn } from './review-world';

const ONE = `query One($id: ID!) { licenseApplication(id: $id) {
  stage round session { heldOn } opinions { verdict } decision { outcome } timeline { kind } } }`;

describe('the joint review: who may do what', () => {
  const world = useSubgraph(tourism, { poolSize: 20 });
  const aReviewTown = townsIn(world);

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
      const isComplete = stage === 'SCHEDULED' || stage === 'DECIDED';
      const filed = town.submission(isComplete ? {} : { kind: 'NEW_BUSINESS' });
      const { id } = await town.done(town.tourism(), 'submitLicenseApplication', filed);
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
      'the unit that filed it': (town: Town) => town.tourism(),
      'a department that reviews': (town: Town) => town.department('FIRE_SAFETY'),
      'a department without a voice': (town: Town) =>
        viewer(`${town.code}-TOURISM2`, { functions: ['TOURISM'] }),
      'the review office next door': () => viewer('330421999-REVIEW', { functions: ['LICENSE_REVIEW'] }),
      'the review office of the county': () => viewer('330421-REVIEW', { functions: ['LICENSE_REVIEW'] }),
      'the government of the county': () => viewer('330421-GOV', { functions: ['GENERAL_GOVERNMENT'] }),
    } as const;

    /** Who may take each step, and in which stages: said here once more, and not taken from the rules. */
    interface Stated {
      readonly by: readonly string[];
      readonly from: readonly string[];
    }
    const UNDECIDED = ['SUBMITTED', 'AWAITING_MATERIALS', 'SCHEDULED'];
    const STATED: Record<keyof typeof ACTIONS, Stated> = {
      REQUEST_MATERIALS: { by: ['OFFICE'], from: ['SUBMITTED', 'SCHEDULED'] },
      SUPPLY_MATERIALS: { by: ['OFFICE', 'FILER'], from: ['SUBMITTED', 'AWAITING_MATERIALS'] },
      WITHDRAW: { by: ['OFFICE', 'FILER'], from: UNDECIDED },
      REJECT: { by: ['OFFICE'], from: UNDECIDED },
      DEFER: { by: ['OFFICE'], from: ['SCHEDULED'] },
      OPINE: { by: ['DEPARTMENT'], from: ['SCHEDULED'] },
      RECUSE: { by: ['OFFICE', 'DEPARTMENT'], from: ['SCHEDULED'] },
      DECIDE: { by: ['OFFICE'], from: ['SCHEDULED'] },
    };

    /** What each of them is to the application. */
    const PARTS: Record<keyof typeof WHO, readonly string[]> = {
      'the review office': ['OFFICE'],
      'the unit that filed it': ['FILER'],
      'a department that reviews': ['DEPARTMENT'],
      'a department without a voice': [],
      'the review office next door': [],
      'the review office of the county': ['OFFICE'],
      'the government of the county': [],
    };

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
        const { by, from }: Stated = STATED[step];
        const isAllowed = PARTS[who as keyof typeof WHO].some((part) => by.includes(part));
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
});
