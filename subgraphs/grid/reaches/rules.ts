import { Violations } from '../../kit/errors';
import { checkLine } from '../../kit/inputs';
import { contains } from '../../kit/jurisdiction';
import type { Text } from '../../kit/language';

/** How many reaches down a warning goes, by place. */
export const ALERT_POLICY = 'downstream-alert-reaches';

export interface Link {
  readonly upstream: string;
  readonly downstream: string;
}

/**
 * The reaches at most `within` below one, with how many lie between: 1 for the next. Each once, by its shortest way, the
 * nearest first and then in the order of their codes. Two ways that meet again count as one.
 */
export function reachesBelow(
  links: readonly Link[],
  from: string,
  within: number,
): { code: string; distance: number }[] {
  const distances = new Map([[from, 0]]);
  let front = [from];
  for (let distance = 1; distance <= within && front.length > 0; distance += 1) {
    const next = links.filter(({ upstream }) => front.includes(upstream)).map(({ downstream }) => downstream);
    front = [...new Set(next)].filter((code) => !distances.has(code)).sort();
    for (const code of front) distances.set(code, distance);
  }
  return [...distances].slice(1).map(([code, distance]) => ({ code, distance }));
}

/** Whether a reach would be its own downstream, at once or through others, if it flowed into `below`. */
export const flowsIntoItself = (links: readonly Link[], code: string, below: string): boolean =>
  below === code || reachesBelow(links, below, Number.POSITIVE_INFINITY).some((reach) => reach.code === code);

interface PlacedReach {
  readonly code: string;
  readonly jurisdiction: string;
}

/**
 * The places to warn of what drifts from a reach: each below it within so many reaches once, by its nearest reach; not
 * the place of the report, nor those above or below it, whose command has the case itself.
 */
export function placesToAlert(
  { reach, place, within }: { reach: string; place: string; within: number },
  links: readonly Link[],
  reaches: readonly PlacedReach[],
): { jurisdiction: string; reach: string; distance: number }[] {
  const jurisdictions = new Map(reaches.map(({ code, jurisdiction }) => [code, jurisdiction]));
  const found = new Map<string, { jurisdiction: string; reach: string; distance: number }>();
  for (const { code, distance } of reachesBelow(links, reach, within)) {
    const jurisdiction = jurisdictions.get(code);
    if (jurisdiction === undefined || found.has(jurisdiction)) continue;
    if (contains(jurisdiction, place) || contains(place, jurisdiction)) continue;
    found.set(jurisdiction, { jurisdiction, reach: code, distance });
  }
  return [...found.values()];
}

/** What a warning says. `matter` is the category: its name, and its code in words. */
export function alertMessage(parts: {
  matter: { name: string; code: string };
  reach: { name: string; code: string };
  alerted: { name: string; code: string };
}): Text {
  const { matter, reach, alerted } = parts;
  const thing = matter.code.toLowerCase().replaceAll('_', ' ');
  return {
    en: `${thing[0]?.toUpperCase()}${thing.slice(1)} was reported upstream on ${reach.code} (${reach.name}) and drifts towards ${alerted.code} (${alerted.name}). Watch the water, and call the unit upstream.`,
    zh: `上游河段${reach.name}（${reach.code}）报告${matter.name}，预计向${alerted.name}（${alerted.code}）漂移，请加强水面巡查，并与上游单位联系。`,
  };
}

const MAXIMUM_DOWNSTREAM = 20;
const MAXIMUM_NAME = 100;
const CODE = /^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*$/;
const MAXIMUM_CODE = 40;

/** A reach as it is to be recorded, its texts trimmed. */
export interface ReachRecord {
  readonly code: string;
  readonly name: string;
  readonly river: string;
  readonly jurisdiction: string;
  readonly downstream: readonly string[];
}

/** Every violation of a record that shows without looking anything up. */
export function checkReach(reach: ReachRecord, { mayRecord }: { mayRecord: boolean }): Violations {
  const violations = new Violations();
  const { code, name, river, downstream } = reach;
  if (!CODE.test(code) || code.length > MAXIMUM_CODE) {
    violations.add('INVALID', ['code'], {
      en: `A code is at most ${MAXIMUM_CODE} capitals and digits with hyphens between, like TAIPU-FENHU.`,
      zh: `河段代码应为不超过 ${MAXIMUM_CODE} 个字符的大写字母和数字，可用连字符分隔，例如 TAIPU-FENHU。`,
    });
  }
  checkLine(violations, ['name'], name, MAXIMUM_NAME, {
    en: 'The name is empty. Say what people call this stretch.',
    zh: '名称为空，请填写河段名称。',
  });
  checkLine(violations, ['river'], river, MAXIMUM_NAME, {
    en: 'The river is empty. Say which river or lake this is a stretch of.',
    zh: '河流为空，请填写所属河流或湖泊。',
  });
  if (!mayRecord) {
    violations.add('NOT_ALLOWED', ['jurisdiction'], {
      en: 'Only a river chief, grid command or government of the place, or of one above it, records its reaches.',
      zh: '仅该区划或上级的河长制办公室、网格化指挥单位、人民政府可以登记河段。',
    });
  }
  if (downstream.length > MAXIMUM_DOWNSTREAM) {
    violations.add('LIMIT_EXCEEDED', ['downstream'], {
      en: `A reach flows into at most ${MAXIMUM_DOWNSTREAM} others, and ${downstream.length} are named.`,
      zh: `一个河段最多有 ${MAXIMUM_DOWNSTREAM} 个下游河段，此处填写了 ${downstream.length} 个。`,
    });
  }
  return violations;
}

/** Adds what is wrong with where a reach is said to flow, given all that flows already. */
export function checkDownstream(
  violations: Violations,
  { code, downstream }: Pick<ReachRecord, 'code' | 'downstream'>,
  { known, links }: { known: ReadonlySet<string>; links: readonly Link[] },
): void {
  for (const [i, below] of downstream.entries()) {
    if (flowsIntoItself(links, code, below)) {
      violations.add('INVALID', ['downstream', i], {
        en: `${code} would flow into itself through ${below}. Leave ${below} out, or mend where it flows first.`,
        zh: `经 ${below} 后 ${code} 会流回自身。请去掉 ${below}，或先更正其下游关系。`,
      });
    } else if (!known.has(below)) {
      violations.add('NOT_FOUND', ['downstream', i], {
        en: `There is no reach ${below}. Look its code up under reaches, or have it recorded first.`,
        zh: `不存在河段 ${below}，请在河段列表中查询，或先登记该河段。`,
      });
    }
  }
}

/** To whoever names a reach that another unit recorded. */
export const takenByAnother = (code: string): Text => ({
  en: `${code} was recorded by another unit, which alone changes it, or lies elsewhere than you say. Take another code.`,
  zh: `${code} 由其他单位登记，仅该单位可以修改，或其所在区划与此处不符。请使用其他代码。`,
});
