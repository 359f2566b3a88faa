import { isJurisdictionCode, levelOf } from '../../subgraphs/kit/jurisdiction';
import type { Text } from '../../subgraphs/kit/language';
import type { CsvRecord } from '../command-line/csv-file';
import type { Header } from './flow-file';

/** A figure as the hub takes it. */
export interface Flow {
  readonly origin: string;
  readonly destination: string;
  readonly sector: string;
  readonly workers: number;
}

/** What is wrong with a row, under the code that the hub would refuse it with. */
export interface Problem {
  readonly code: 'REQUIRED' | 'INVALID' | 'CONFLICT';
  readonly text: Text;
}

/** The sections of GB/T 4754. */
export const SECTORS = 'ABCDEFGHIJKLMNOPQRST';
/** GraphQL's Int, in which the hub counts. */
const MOST_WORKERS = 2_147_483_647;

/** The figure that a record holds, or everything that is wrong with it. What only the hub knows is not judged. */
export function readFlow({ fields }: CsvRecord, header: Header): Flow | Problem[] {
  const { names, position } = header;
  if (fields.length !== names.length) {
    return [
      {
        code: 'INVALID',
        text: {
          en: `The line has ${fields.length} fields and the header ${names.length}.`,
          zh: `该行有 ${fields.length} 个字段，而表头有 ${names.length} 个。`,
        },
      },
    ];
  }
  const at = (index: number) => fields[index]?.trim() ?? '';
  return flowOf({
    origin: at(position.origin),
    destination: at(position.destination),
    sector: at(position.sector),
    workers: at(position.workers),
  });
}

/** The figure that four texts say, or everything that is wrong with them. */
export function flowOf(texts: Readonly<Record<keyof Flow, string>>): Flow | Problem[] {
  const { origin, destination, sector, workers } = texts;
  const problems = [
    explainPlace('origin', origin),
    explainPlace('destination', destination),
    explainSector(sector),
    explainWorkers(workers),
  ].filter((problem) => problem !== null);
  return problems.length > 0 ? problems : { origin, destination, sector, workers: Number(workers) };
}

const ENDS = { origin: '输出地', destination: '输入地' } as const;

function explainPlace(end: keyof typeof ENDS, code: string): Problem | null {
  if (code === '') return required(end, ENDS[end]);
  if (!isJurisdictionCode(code)) {
    return invalid({
      en: `"${code}" is no place: ${end} takes the 6 digits of a province, prefecture or county in GB/T 2260.`,
      zh: `“${code}”不是行政区划代码：${ENDS[end]}应为 GB/T 2260 的省、地或县级 6 位代码。`,
    });
  }
  const level = levelOf(code);
  if (level !== 'TOWNSHIP' && level !== 'VILLAGE') return null;
  return invalid({
    en: `${code} is below county level. Report flows for counties, prefectures or provinces.`,
    zh: `${code} 为县级以下区划，请按县、地、省级报送。`,
  });
}

function explainSector(sector: string): Problem | null {
  if (sector === '') return required('sector', '行业门类');
  if (sector.length === 1 && SECTORS.includes(sector)) return null;
  return invalid({
    en: `"${sector}" is not a sector: give one letter from A to T, a section of GB/T 4754.`,
    zh: `“${sector}”不是行业门类，应为 GB/T 4754 的门类字母 A 至 T。`,
  });
}

function explainWorkers(workers: string): Problem | null {
  if (workers === '') return required('workers', '人数');
  if (/^\d+$/.test(workers) && Number(workers) <= MOST_WORKERS) return null;
  return invalid({
    en: `"${workers}" is no count of workers: give a whole number from 0 to ${MOST_WORKERS}, digits only.`,
    zh: `“${workers}”不是人数，应为 0 至 ${MOST_WORKERS} 的整数，只含数字。`,
  });
}

export const invalid = (text: Text): Problem => ({ code: 'INVALID', text });

export const required = (en: string, zh: string): Problem => ({
  code: 'REQUIRED',
  text: { en: `The ${en} is missing.`, zh: `缺少${zh}。` },
});

/** The problem of a row that says again what an earlier line says. */
export const repeats = (line: number): Problem => ({
  code: 'CONFLICT',
  text: {
    en: `Line ${line} gives the same origin, destination and sector. Give each figure once.`,
    zh: `与第 ${line} 行的输出地、输入地和行业门类相同，每个数据只能出现一次。`,
  },
});
