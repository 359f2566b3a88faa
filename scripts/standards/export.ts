import { stringify } from 'csv-stringify/sync';
import { countOf } from '../command-line/count';
import { EXIT, type ExitCode, unusable } from '../command-line/failure';
import { Hub, type HubOptions } from '../command-line/hub';
import { writeWhole } from '../command-line/output';
import type { Surroundings } from '../command-line/surroundings';
import { TABLES } from './tables';

export interface ExportOptions {
  code: string;
  /** The day whose version is meant; today when null. */
  on: string | null;
  /** Null for standard output. */
  out: string | null;
  hub: Pick<HubOptions, 'url' | 'token' | 'giveUpAfterMs'>;
}

const EXPORT = `query ExportStandard($code: String!, $on: Date, $after: String) { supplyStandard(code: $code, on: $on) {
  code version statedLimits(first: 200, after: $after) {
    edges { node { inheritedFrom { code } exclusions { code } parameter { code } minimum maximum unit residueDefinition
      partMeasured method isTestRequired } }
    pageInfo { hasNextPage endCursor } } } }`;

interface Limit {
  inheritedFrom: { code: string };
  exclusions: { code: string }[];
  parameter: { code: string };
  minimum: number | null;
  maximum: number | null;
  unit: string;
  residueDefinition: string | null;
  partMeasured: string | null;
  method: string | null;
  isTestRequired: boolean;
}

interface Exported {
  supplyStandard: {
    code: string;
    version: string;
    statedLimits: { edges: { node: Limit }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  } | null;
}

/** A number as a decimal without an exponent, which the import takes. */
export function decimalOf(value: number | null): string {
  if (value === null) return '';
  const text = String(value);
  const [, digits = '', exponent] = /^(.*?)e-(\d+)$/.exec(text) ?? [];
  return exponent === undefined
    ? text
    : value.toFixed(Number(exponent) + digits.replace(/^\d\.?/, '').length);
}

const fieldsOf = (limit: Limit): string[] => [
  ...[limit.inheritedFrom.code, limit.exclusions.map(({ code }) => code).join(';'), limit.parameter.code],
  ...[decimalOf(limit.minimum), decimalOf(limit.maximum), limit.unit, limit.residueDefinition ?? ''],
  ...[limit.partMeasured ?? '', limit.method ?? '', limit.isTestRequired ? '1' : ''],
];

/** Fetches the limits of a version of a standard as CSV that an import takes again. A file appears once it is whole. */
export async function exportStandard(options: ExportOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { code, on, out } = options;
  const hub = new Hub({
    ...{ ...options.hub, ...surroundings, connections: 1 },
    onTrouble: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  try {
    const rows: string[][] = [];
    let version = '';
    for (let after: string | null = null, hasNext = true; hasNext; ) {
      const found = await pageBehind(hub, { code, on, after });
      if (!found) throw unusable(`No version of a standard ${code} is in force on ${on ?? 'this day'}.`);
      version = found.version;
      rows.push(...found.statedLimits.edges.map(({ node }) => fieldsOf(node)));
      after = found.statedLimits.pageInfo.endCursor;
      hasNext = found.statedLimits.pageInfo.hasNextPage && after !== null;
    }
    const text = stringify([TABLES.limits.map(({ name }) => name), ...rows]);
    await writeWhole(out, (append) => append(`\uFEFF${text}`));
    process.stderr.write(
      `Exported ${countOf(rows.length, 'limit', 'limits')} of version ${version} of ${code}${out === null ? '' : ` into ${out}`}.\n`,
    );
    return EXIT.done;
  } finally {
    await hub.close();
  }
}

async function pageBehind(
  hub: Hub,
  variables: Readonly<Record<string, unknown>>,
): Promise<Exported['supplyStandard']> {
  const { data } = await hub.ask<Exported>(EXPORT, variables);
  return data.supplyStandard;
}
