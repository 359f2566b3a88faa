import { unusable } from '../command-line/failure';
import type { Hub } from '../command-line/hub';
import type { CaseReport } from './case-row';

const CATEGORIES =
  'query MinorClasses { gridCaseCategories(level: MINOR, first: 200) { edges { node { code name } } } }';

/** The codes of all minor classes, by code and by Chinese name. */
export async function categoryCodes(hub: Hub): Promise<Map<string, string>> {
  const { data } = await hub.ask<{
    gridCaseCategories: { edges: { node: { code: string; name: string } }[] } | null;
  }>(CATEGORIES, {});
  if (!data.gridCaseCategories) throw unusable('The hub has no categories of cases.');
  return new Map(
    data.gridCaseCategories.edges.flatMap(({ node: { code, name } }): [string, string][] => [
      [name, code],
      [code, code],
    ]),
  );
}

interface Payload {
  gridCase: { id: string } | null;
  userErrors: { code: string; message: string }[];
}

/**
 * Reports cases in one question, each an action of its own: one that is refused costs itself alone. Under its external id
 * each arrives once, however often this is asked. Answers the refusals by the position of the report.
 */
export async function reportCases(
  hub: Hub,
  reports: readonly CaseReport[],
): Promise<Map<number, { code: string; reason: string }>> {
  if (reports.length === 0) return new Map();
  const declared = reports.map((_, i) => `$r${i}: ReportGridCaseInput!`).join(', ');
  const asked = reports.map((_, i) => `r${i}: reportGridCase(input: $r${i}) { ...taken }`).join(' ');
  const { data } = await hub.ask<Record<string, Payload>>(
    `mutation ImportGridCases(${declared}) { ${asked} }
     fragment taken on ReportGridCasePayload { gridCase { id } userErrors { code message } }`,
    Object.fromEntries(reports.map((report, i) => [`r${i}`, report])),
  );
  const refusals = new Map<number, { code: string; reason: string }>();
  for (const i of reports.keys()) {
    const { gridCase, userErrors = [] } = data[`r${i}`] ?? { gridCase: null };
    if (gridCase) continue;
    refusals.set(i, {
      code: [...new Set(userErrors.map(({ code }) => code))].join(' '),
      reason: userErrors.map(({ message }) => message).join(' '),
    });
  }
  return refusals;
}
