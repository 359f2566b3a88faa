import type { Viewer } from '../../subgraphs/kit/viewer';
import type { ReviewProcedureRow } from '../../subgraphs/tourism/procedures/store';
import type { SubgraphWorld } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aTown, makeIn } from './make';

export const DEPARTMENTS = {
  INVESTMENT: 'INVEST',
  BUILDING_APPEARANCE: 'BUILDING',
  FIRE_SAFETY: 'FIRE',
} as const;
export type Department = keyof typeof DEPARTMENTS;
export const CODES = Object.keys(DEPARTMENTS) as Department[];

const SELECTION = `id number stage round session { id heldOn } missingMaterials { code suppliedAt }
  unfiledMaterials { code } opinions { round function { code isVeto } verdict isWritten agency { code } }
  decision { outcome rule conditions { id text status dueOn } certificate { number hash } }
  durations { stage workingDays sessionWaitDays agency { code } } timeline { kind }`;

/** A mutation whose payload is `noun`. */
export const mutation = (name: string, selection = `licenseApplication { ${SELECTION} }`): string =>
  `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) { ${selection} userErrors { code message path } } }`;

// biome-ignore lint/suspicious/noExplicitAny: what a query answers has the shape that the test wrote into the query
type Answer = any;

/** A town that reviews, with its office and departments, and an application's way through it. */
export class Town {
  constructor(
    private readonly world: SubgraphWorld,
    readonly code: string,
    readonly procedure: ReviewProcedureRow,
  ) {}

  readonly office: () => Viewer = () => viewer(`${this.code}-REVIEW`, { functions: ['LICENSE_REVIEW'] });
  readonly tourism: () => Viewer = () => viewer(`${this.code}-TOURISM`, { functions: ['TOURISM'] });
  readonly department = (code: Department, user = 'tester'): Viewer =>
    viewer(`${this.code}-${DEPARTMENTS[code]}`, { functions: [code], user });

  /** Takes a step; its payload. */
  async take(who: Viewer, name: string, input: object): Promise<Answer> {
    const query = mutation(name);
    return this.world.as(who).do(query, input as Record<string, unknown>);
  }

  /** Takes a step that must be taken; the application. */
  async done(who: Viewer, name: string, input: object): Promise<Answer> {
    const { licenseApplication, userErrors } = await this.take(who, name, input);
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
    return licenseApplication;
  }

  /** The codes and paths of a refusal. */
  async refused(who: Viewer, name: string, input: object): Promise<string[]> {
    const { licenseApplication, userErrors } = await this.take(who, name, input);
    expect(licenseApplication).toBeNull();
    return userErrors.map((e: { code: string; path: string[] }) => [e.code, ...e.path].join(' '));
  }

  submission(more: object = {}): object {
    return {
      ...{ jurisdiction: this.code, kind: 'RENOVATION', shopName: '廊桥客栈', business: 'GUESTHOUSE' },
      ...{ premises: { address: '西街86号', floors: 2, areaSquareMeters: 180 }, proposal: '更换木窗' },
      ...{ applicant: { name: '钱玉珍', phone: '13800000001' } },
      ...{ materials: [{ code: 'PROPOSAL', url: 'https://files.example/p.pdf' }] },
      ...{ submittedAt: '2026-11-11T02:00:00Z', ...more },
    };
  }

  /** Files an application; complete, and so on the agenda of 17 November, unless told otherwise. */
  async submit(more: object = {}): Promise<Answer> {
    return this.done(this.office(), 'submitLicenseApplication', this.submission(more));
  }

  async opine(
    applicationId: string,
    words: Partial<Record<Department, object>> = {},
    at = '2026-11-17T01:10:00Z',
  ): Promise<void> {
    for (const code of CODES) {
      await this.done(this.department(code), 'recordReviewOpinion', {
        ...{ applicationId, function: code, verdict: 'APPROVE', at, ...words[code] },
      });
    }
  }

  async decide(applicationId: string, at = '2026-11-17T03:00:00Z'): Promise<Answer> {
    return this.done(this.office(), 'decideLicenseApplication', { applicationId, at });
  }
}

/** Makes towns that meet on Tuesdays with three departments, of which two have a veto. */
export const townsIn =
  (world: SubgraphWorld) =>
  async (given: Partial<ReviewProcedureRow> = {}): Promise<Town> => {
    const code = aTown();
    const procedure = await makeIn(world).procedure({
      ...{ jurisdiction: code, ...given },
      functions: CODES.map((name) => ({ code: name, is_veto: name !== 'INVESTMENT' })),
      materials: [
        {
          ...{ code: 'PROPOSAL', name: '方案' },
          kinds: ['NEW_BUSINESS', 'RENOVATION', 'CHANGE_OF_BUSINESS'],
        },
        { code: 'LEASE', name: '租赁合同', kinds: ['NEW_BUSINESS'] },
      ],
    });
    const units: [string, string][] = [
      ['REVIEW', 'LICENSE_REVIEW'],
      ['TOURISM', 'TOURISM'],
      ...CODES.map((name): [string, string] => [DEPARTMENTS[name], name]),
    ];
    await world.build((db) =>
      db('agencies').insert(
        units.map(([unit, name]) => ({
          ...{ code: `${code}-${unit}`, name: unit, jurisdiction: code, functions: [name], remit: [code] },
        })),
      ),
    );
    return new Town(world, code, procedure);
  };
