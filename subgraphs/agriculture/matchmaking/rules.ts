import { Violations } from '../../kit/errors';
import { checkInstant, checkLine } from '../../kit/inputs';
import type { Text } from '../../kit/language';

const MAXIMUM_NAME = 100;
const MAXIMUM_VENUE = 200;
const MAXIMUM_PARTNERS = 20;
const MAXIMUM_MILESTONES = 50;
const MAXIMUM_KG = 100_000_000;

const empty: Text = { en: 'It is empty.', zh: '不能为空。' };

/** Adds what is wrong with texts of one line, each under its own name. */
function checkLines(violations: Violations, lines: Readonly<Record<string, string>>): void {
  for (const [name, line] of Object.entries(lines)) {
    checkLine(violations, [name], line, name === 'venue' ? MAXIMUM_VENUE : MAXIMUM_NAME, empty);
  }
}

/** Every violation of a meeting's or a channel's record: of its texts, which are trimmed, and its time. */
export function checkRecord(lines: Readonly<Record<string, string>>, at: Date, now: Date): Violations {
  const violations = new Violations();
  checkLines(violations, lines);
  checkInstant(violations, at, now);
  return violations;
}

export const unknown = (path: string): Text => ({
  en: `There is no such ${path.replace(/Id$/, '')}. Look it up, or record it first.`,
  zh: '所填对象不存在，请查询或先登记。',
});

/** Every violation of an offer. What it names is null where it was looked for and is not there. */
export function checkOffer(
  offer: { side: 'SUPPLY' | 'DEMAND'; quantityKg: number; baseId: string | null; at: Date },
  named: { isBaseOwn: boolean; missing: readonly string[]; now: Date },
): Violations {
  const violations = new Violations();
  if (!(offer.quantityKg > 0 && offer.quantityKg <= MAXIMUM_KG)) {
    violations.add('INVALID', ['quantityKg'], {
      en: `A quantity is more than 0 and at most ${MAXIMUM_KG} kg.`,
      zh: `数量应大于 0 且不超过 ${MAXIMUM_KG} 千克。`,
    });
  }
  for (const path of named.missing) violations.add('NOT_FOUND', [path], unknown(path));
  if (offer.side === 'SUPPLY' && offer.baseId === null) {
    violations.add('REQUIRED', ['baseId'], {
      en: 'Supply comes from a base. Name it.',
      zh: '供应信息须填写供应基地。',
    });
  } else if (offer.side === 'DEMAND' && offer.baseId !== null) {
    violations.add('INVALID', ['baseId'], {
      en: 'Demand comes from no base. Leave it out.',
      zh: '采购信息不填供应基地。',
    });
  } else if (offer.baseId !== null && !named.missing.includes('baseId') && !named.isBaseOwn) {
    violations.add('NOT_ALLOWED', ['baseId'], {
      en: 'Only the unit that registered the base offers what it grows.',
      zh: '仅登记该基地的单位可以发布其供应信息。',
    });
  }
  checkInstant(violations, offer.at, named.now);
  return violations;
}

/** Every violation of a project. */
export function checkProject(
  project: {
    name: string;
    partners: readonly string[];
    investment: number;
    output: number;
    milestones: readonly { title: string; dueOn: string }[];
    at: Date;
  },
  { known, isProductKnown, now }: { known: ReadonlySet<string>; isProductKnown: boolean; now: Date },
): Violations {
  const violations = checkRecord({ name: project.name }, project.at, now);
  if (!isProductKnown) violations.add('NOT_FOUND', ['product'], unknown('product'));
  for (const [path, count, most] of [
    ['partners', project.partners.length, MAXIMUM_PARTNERS],
    ['milestones', project.milestones.length, MAXIMUM_MILESTONES],
  ] as const) {
    if (count === 0 || count > most) {
      violations.add(count === 0 ? 'REQUIRED' : 'LIMIT_EXCEEDED', [path], {
        en: `There are 1 to ${most} of them.`,
        zh: `应填写 1 至 ${most} 项。`,
      });
    }
  }
  for (const [i, code] of project.partners.entries()) {
    if (!known.has(code)) violations.add('NOT_FOUND', ['partners', i], unknown('unit'));
  }
  for (const [path, amount] of [
    ['investmentTenThousandYuan', project.investment],
    ['yearlyOutputTonnes', project.output],
  ] as const) {
    if (!(amount > 0)) violations.add('INVALID', [path], { en: 'It is more than 0.', zh: '应大于 0。' });
  }
  for (const [i, { title }] of project.milestones.entries()) {
    checkLine(violations, ['milestones', i, 'title'], title, MAXIMUM_NAME, empty);
    if (project.milestones.findIndex((other) => other.title === title) < i) {
      violations.add('CONFLICT', ['milestones', i, 'title'], {
        en: 'Two milestones have this title.',
        zh: '里程碑标题重复。',
      });
    }
  }
  return violations;
}
