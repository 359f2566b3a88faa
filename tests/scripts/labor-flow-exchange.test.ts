import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import Fastify, { type FastifyInstance } from 'fastify';
import type { CsvRecord } from '../../scripts/command-line/csv-file';
import { batchesOf } from '../../scripts/labor-flow/batch';
import { CHANGES_FORMATS } from '../../scripts/labor-flow/changes';
import { pullFigures } from '../../scripts/labor-flow/figures';
import { csv, csvWriter } from '../../scripts/labor-flow/formats/csv';
import type {
  Entry,
  FigureWriter,
  FileFormat,
  Head,
  KnownFigure,
} from '../../scripts/labor-flow/formats/format';
import { lodes, lodesWriter } from '../../scripts/labor-flow/formats/lodes';
import {
  ATTRIBUTES,
  DIMENSIONS,
  STRUCTURE_ID,
  sdmx,
  sdmxWriter,
} from '../../scripts/labor-flow/formats/sdmx';
import { pull } from '../../scripts/labor-flow/pull';
import { push } from '../../scripts/labor-flow/push';
import { subgraphKey } from '../../subgraphs/kit/signature';
import { signViewer, VIEWER_HEADER } from '../../subgraphs/kit/viewer';
import { personnel } from '../../subgraphs/personnel';
import { TEST_SECRET } from '../support/server';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

const definition = { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2019-05-31' };
const head = { action: 'SUBMIT', month: '2019-05', side: 'ORIGIN', definition } as const;
const place = fc.constantFrom('341225', '341200', '310118', '310000', '330421');
const workers = fc.integer({ min: 0, max: 2_147_483_647 });
const cell = fc.record({
  ...{ origin: place, destination: place, sector: fc.constantFrom(...'ABCT'), workers },
});
type Cell = { origin: string; destination: string; sector: string };
const nameOf = ({ origin, destination, sector }: Cell) => `${origin} ${destination} ${sector}`;
/** Figures in the order of their keys, as the hub gives them. */
const flows = fc
  .uniqueArray(cell, { selector: nameOf, maxLength: 30 })
  .map((some) => some.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)));
const figure = (flow: KnownFigure['flow'], more: Partial<KnownFigure> = {}): KnownFigure => ({
  ...{ ...head, flow, reportedBy: '341200-HRSS' },
  ...more,
});

const written = (writer: FigureWriter, figures: readonly KnownFigure[]): string[][] =>
  [...figures, null].flatMap((each) => writer.linesOf(each)).map((line) => line.map(String));
const readBack = (format: FileFormat, columns: readonly string[], lines: readonly (readonly string[])[]) => {
  const reader = format.reader(columns, 'a.csv');
  return lines.flatMap((fields, line): readonly Entry[] => {
    const { entries, problems } = reader.read({ line, fields });
    if (problems) throw new Error(JSON.stringify(problems));
    return entries;
  });
};
const entryOf = ({ flow, reportedBy: _, ...own }: KnownFigure): Entry =>
  own.action === 'SUBMIT'
    ? { head: own, flow }
    : { head: { ...own, definition: null }, flow: { ...flow, workers: 0 } };

describe('sdmx', () => {
  const { columns } = sdmxWriter();
  const line = (more: Record<string, string> = {}) => {
    const [fields = []] = written(sdmxWriter(), [
      figure({ origin: '341225', destination: '310118', sector: 'C', workers: 12 }),
    ]);
    return columns.map((column, i) => more[column] ?? fields[i] ?? '');
  };
  const read = (more: Record<string, string>) =>
    sdmx.reader(columns, 'a.csv').read({ line: 2, fields: line(more) });

  it('writes the columns in the order of SDMX-CSV 2.0', () => {
    expect(columns.join()).toBe(
      'STRUCTURE,STRUCTURE_ID,ACTION,FREQ,TIME_PERIOD,SIDE,ORIGIN,DESTINATION,SECTOR,OBS_VALUE,OBS_STATUS,CONF_STATUS,MIN_STAY,INCL_FLEXIBLE,REF_DAY,REPORTER',
    );
    expect(line().join()).toBe(
      'dataflow,DELTA:LABOR_FLOW(1.0.0),R,M,2019-05,ORIGIN,341225,310118,C,12,A,F,6,true,2019-05-31,341200-HRSS',
    );
    const gone = figure(
      { origin: '341225', destination: '310118', sector: 'C', workers: 12 },
      { action: 'WITHDRAW' },
    );
    expect(written(sdmxWriter(), [gone]).join()).toBe(
      'dataflow,DELTA:LABOR_FLOW(1.0.0),D,M,2019-05,ORIGIN,341225,310118,C,,,,,,,',
    );
  });

  it('is of the data structure that stands beside the feature', () => {
    const xml = readFileSync('subgraphs/personnel/labor-flow/labor-flow.dsd.xml', 'utf8');
    const [, id = '', agency = '', version = ''] =
      /<str:DataStructure id="(\w+)" agencyID="(\w+)" version="([\d.]+)">/.exec(xml) ?? [];
    expect(`${agency}:${id}(${version})`).toBe(STRUCTURE_ID);
    const named = (element: string) =>
      [...xml.matchAll(new RegExp(`<str:(?:Time)?${element} id="(\\w+)"`, 'g'))].map(([, name]) => name);
    expect(named('Dimension').toSorted()).toEqual([...DIMENSIONS].toSorted());
    expect(named('Attribute')).toEqual([...ATTRIBUTES]);
    expect(named('Measure')).toEqual(['OBS_VALUE']);
  });

  it('loses nothing on the way out and in', () => {
    fc.assert(
      fc.property(flows, fc.nat(60), fc.boolean(), (some, minimumStayMonths, includesFlexible) => {
        const figures = some.map((flow, i) =>
          figure(flow, {
            ...{ side: i % 2 === 0 ? 'ORIGIN' : 'DESTINATION', action: i % 3 === 0 ? 'WITHDRAW' : 'SUBMIT' },
            definition: { ...definition, minimumStayMonths, includesFlexible },
          }),
        );
        expect(readBack(sdmx, columns, written(sdmxWriter(), figures))).toEqual(figures.map(entryOf));
      }),
    );
  });

  it.each(['M', 'R', 'A', 'I', ''])('sets a figure by ACTION %p', (ACTION) => {
    expect(read({ ACTION }).entries).toMatchObject([{ head: { action: 'SUBMIT' }, flow: { workers: 12 } }]);
  });

  it('takes a figure back by ACTION D, for which no value is needed', () => {
    const nothing = Object.fromEntries(['OBS_VALUE', ...ATTRIBUTES].map((column) => [column, '']));
    for (const more of [nothing, { ...nothing, OBS_VALUE: '12', REF_DAY: '#N/A' }]) {
      expect(read({ ACTION: 'D', ...more }).entries).toMatchObject([{ head: { action: 'WITHDRAW' } }]);
    }
  });

  it.each([
    [{ STRUCTURE_ID: 'ESTAT:X(1.0)' }, ['INVALID']],
    [{ ACTION: 'X' }, ['INVALID']],
    [{ TIME_PERIOD: '2019-Q2', SIDE: 'BOTH' }, ['INVALID', 'INVALID']],
    [{ OBS_VALUE: 'NaN' }, ['REQUIRED']],
    [{ OBS_STATUS: 'Q', CONF_STATUS: 'C' }, ['INVALID', 'INVALID']],
    [{ MIN_STAY: '61', REF_DAY: '31.5.2019' }, ['INVALID', 'INVALID']],
    [{ MIN_STAY: '' }, ['REQUIRED']],
    [{ ORIGIN: '', SECTOR: 'Z' }, ['REQUIRED', 'INVALID']],
    [{ ACTION: 'D', OBS_VALUE: '' }, ['INVALID']],
  ])('says everything that is wrong with %j', (more, codes) => {
    expect(read(more as Record<string, string>).problems?.map(({ code }) => code)).toEqual(codes);
  });

  it('takes columns in any order, and refuses a file that lacks some or has one twice', () => {
    const names = columns.map((name) => (name === 'STRUCTURE' ? 'STRUCTURE[;]' : name)).reverse();
    const { entries } = sdmx
      .reader([...names, 'NOTE'], 'a.csv')
      .read({ line: 2, fields: [...line().reverse(), ''] });
    expect(entries).toMatchObject([{ flow: { workers: 12 } }]);
    expect(() => sdmx.reader(['STRUCTURE', 'ACTION'], 'a.csv')).toThrow(/it has no column STRUCTURE_ID, /);
    expect(() => sdmx.reader([...columns, 'SIDE'], 'a.csv')).toThrow(/it has the column SIDE twice/);
  });
});

describe('lodes', () => {
  const format = lodes(head);
  const { columns } = lodesWriter('2026-11-25');

  it('writes a line for each pair, sectors side by side, and leaves empty what was not reported', () => {
    const ends = { origin: '341225', destination: '310118' };
    const lines = written(lodesWriter('2026-11-25'), [
      figure({ ...ends, sector: 'A', workers: 0 }),
      figure({ ...ends, sector: 'C', workers: 12 }),
      figure({ ...ends, destination: '330421', sector: 'T', workers: 5 }),
    ]);
    expect(lines.map((line) => line.join())).toEqual([
      '310118,341225,12,0,,12,,,,,,,,,,,,,,,,,,20261125',
      '330421,341225,5,,,,,,,,,,,,,,,,,,,,5,20261125',
    ]);
  });

  it('loses nothing on the way out and in', () => {
    fc.assert(
      fc.property(flows, (some) => {
        const figures = some.map((flow) => figure(flow));
        const back = readBack(format, columns, written(lodesWriter('2026-11-25'), figures));
        expect(back).toEqual(figures.map(entryOf));
      }),
    );
  });

  it('refuses to put different definitions into one file', () => {
    const flow = { origin: '341225', destination: '310118', sector: 'C', workers: 1 };
    const other = figure({ ...flow, sector: 'D' }, { definition: { ...definition, minimumStayMonths: 3 } });
    expect(() => written(lodesWriter('2026-11-25'), [figure(flow), other])).toThrow(/different definitions/);
  });

  it('refuses a line whose total is not that of its sectors, and says once what is wrong with its ends', () => {
    const [line = []] = written(lodesWriter('2026-11-25'), [
      figure({ origin: '341225', destination: '310118', sector: 'C', workers: 12 }),
    ]);
    const problemsOf = (more: Record<string, string>) =>
      format
        .reader(columns, 'a.csv')
        .read({ line: 2, fields: columns.map((column, i) => more[column] ?? line[i] ?? '') })
        .problems?.map(({ text }) => text.en);
    expect(problemsOf({ S000: '13' })).toEqual(['S000 is 13, and the sectors add up to 12.']);
    expect(problemsOf({ h_geocode: 'x', CNS01: '1' })).toEqual([expect.stringContaining('"x" is no place')]);
  });
});

describe('csv', () => {
  it('loses nothing on the way out and in', () => {
    fc.assert(
      fc.property(flows, (some) => {
        const figures = some.map((flow) => figure(flow));
        const { columns } = csvWriter();
        expect(readBack(csv(head), columns, written(csvWriter(), figures))).toEqual(figures.map(entryOf));
      }),
    );
  });
});

function groupsOf<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

describe('batches', () => {
  const heads: Head[] = [
    head,
    { ...head, month: '2019-06' },
    { ...head, definition: { ...definition, minimumStayMonths: 3 } },
    { action: 'WITHDRAW', month: '2019-05', side: 'ORIGIN', definition: null },
  ];
  const steps = fc.array(fc.tuple(fc.nat(3), fc.constantFrom('A', 'B', 'C'), workers), { maxLength: 60 });
  const cut = async (entries: readonly Entry[], size: number, isOrdered: boolean) => {
    async function* lines() {
      for (const [line, entry] of entries.entries()) {
        const record: CsvRecord = { line, fields: [String(line)] };
        yield [{ record, entries: [entry] }];
      }
    }
    const batches = [];
    for await (const batch of batchesOf(lines(), size, { isOrdered })) batches.push(batch);
    return batches;
  };

  it('hold every figure once, of one head each, none too large, the same every time', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (some, size, isOrdered) => {
        const entries = some.map(
          ([of, sector, count]): Entry => ({
            head: heads[of] ?? head,
            flow: { origin: '341225', destination: '310118', sector, workers: count },
          }),
        );
        const batches = await cut(entries, size, isOrdered);
        const shown = batches.map((b) => [b.index, b.head, b.figuresWithout(new Set())] as const);
        expect(
          (await cut(entries, size, isOrdered)).map((b) => [b.index, b.head, b.figuresWithout(new Set())]),
        ).toEqual(shown);
        expect(new Set(batches.map(({ index }) => index)).size).toBe(batches.length);
        for (const { size: length } of batches) expect(length).toBeLessThanOrEqual(size);
        const all = batches.flatMap((batch) =>
          Array.from({ length: batch.size }, (_, i) => [batch.recordAt(i).line, batch.head] as const),
        );
        expect(all.toSorted(([a], [b]) => a - b)).toEqual(entries.map((e, i) => [i, e.head]));
        if (!isOrdered) return;
        // What is said of a figure comes in the order in which it is said, and in no batch twice.
        for (const [key, said] of groupsOf(all, ([line, of]) => `${of.month} ${some[line]?.[1]}`)) {
          expect([key, said.map(([line]) => line)]).toEqual([
            key,
            said.map(([line]) => line).toSorted((a, b) => a - b),
          ]);
        }
        for (const batch of batches) expect(new Set(batch.cells()).size).toBe(batch.size);
      }),
    );
  });
});

describe('push and pull', () => {
  const world = useSubgraph(personnel);
  let app: FastifyInstance;
  let folder = '';

  beforeAll(async () => {
    app = Fastify();
    // A token is its unit.
    app.post<{ Body: { query: string; variables: Record<string, unknown> } }>('/graphql', (request) => {
      const agency = request.headers.authorization?.replace('Bearer ', '') ?? '';
      const header = signViewer(viewer(agency, { functions: ['HUMAN_RESOURCES'] }), {
        ...{ subgraph: 'personnel', key: subgraphKey(TEST_SECRET, 'personnel'), now: new Date() },
      });
      return world.subgraph.answer(request.body, { [VIEWER_HEADER]: header });
    });
    await app.listen({ port: 0 });
    folder = mkdtempSync(path.join(tmpdir(), 'labor-flow-exchange-'));
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const surroundings = { language: 'en' as const, signal: new AbortController().signal };
  const hubAs = (token: string) => ({
    ...{ token, giveUpAfterMs: 1_000 },
    url: new URL(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/graphql`),
  });
  const inFolder = (name: string) => path.join(folder, name);
  const pushIt = (name: string, format: FileFormat = sdmx, more: object = {}) =>
    push(
      {
        ...{ file: inFolder(name), format, round: 1, batchSize: 100, parallel: 3, isBulk: true },
        ...{ encoding: 'utf-8' as const, allOrNothing: false, dryRun: false, watch: null },
        ...{
          state: inFolder(`${name}.state`),
          refused: inFolder(`${name}.refused.csv`),
          hub: hubAs('341200-HRSS'),
        },
        ...more,
      },
      surroundings,
    );
  const pullIt = async (month: string, writer: FigureWriter = sdmxWriter()) => {
    const out = inFolder('out.csv');
    const options = { month, side: 'ORIGIN' as const, reportedBy: null, out, hub: hubAs('341200-HRSS') };
    expect(await pullFigures({ ...options, writer }, surroundings)).toBe(0);
    return readFileSync(out, 'utf8');
  };
  const stored = (month: string) =>
    world.build((db) =>
      db<{ month: string; sector: string; workers: number; revision: number }>('labor_flow_reports')
        .select('sector', 'workers', 'revision')
        .where({ month })
        .orderBy('sector'),
    );
  const forget = (month: string) =>
    world.build((db) => db<{ month: string }>('labor_flow_reports').where({ month }).delete());
  const line = (action: string, month: string, sector: string, count: number | string, stay = 6) =>
    action === 'D'
      ? `dataflow,${STRUCTURE_ID},D,M,${month},ORIGIN,341225,310118,${sector},,,,,,,`
      : `dataflow,${STRUCTURE_ID},${action},M,${month},ORIGIN,341225,310118,${sector},${count},A,F,${stay},true,2019-05-31,`;
  const write = (name: string, lines: readonly string[]) =>
    writeFileSync(inFolder(name), `${[sdmxWriter().columns.join(), ...lines].join('\n')}\n`);

  it('carry out what an sdmx file says in its order, once, however often it is pushed', async () => {
    const month = '2018-01';
    write('a.csv', [
      line('R', month, 'A', 10),
      line('M', month, 'B', 20),
      line('R', month, 'C', 30, 3),
      line('D', month, 'B', ''),
      line('R', month, 'A', 11),
      line('R', '2018-02', 'A', 99),
    ]);
    const expected = [
      { sector: 'A', workers: 11, revision: 2 },
      { sector: 'C', workers: 30, revision: 1 },
    ];
    for (let time = 0; time < 2; time += 1) {
      expect(await pushIt('a.csv')).toBe(0);
      expect(await stored(month)).toEqual(expected);
    }
    // In another round it is carried out anew, from where the figures stand now.
    expect(await pushIt('a.csv', sdmx, { round: 2 })).toBe(0);
    expect((await stored(month)).map(({ sector, workers: count }) => [sector, count])).toEqual([
      ['A', 11],
      ['C', 30],
    ]);
  });

  it('put rows aside that cannot be right or that the hub refuses, and report the others', async () => {
    const month = '2018-03';
    write('b.csv', [
      line('R', month, 'A', 10),
      line('R', month, 'Z', 10),
      line('R', month, 'B', 10).replace('341225', '310115'),
      line('R', month, 'C', 30),
    ]);
    expect(await pushIt('b.csv')).toBe(1);
    expect((await stored(month)).map(({ sector }) => sector)).toEqual(['A', 'C']);
    const refused: Record<string, string>[] = parse(readFileSync(inFolder('b.csv.refused.csv'), 'utf8'), {
      ...{ bom: true, columns: true },
    });
    expect(refused.map((row) => [row.line, row.code])).toEqual([
      ['3', 'INVALID'],
      ['4', 'NOT_ALLOWED'],
    ]);
  });

  it.each<[string, string, FileFormat, () => FigureWriter]>([
    ['csv', '2018-04', csv({ ...head, month: '2018-04' }), csvWriter],
    ['sdmx', '2018-05', sdmx, sdmxWriter],
    ['lodes', '2018-06', lodes({ ...head, month: '2018-06' }), () => lodesWriter('2026-11-25')],
  ])('give back by %s what was reported, over many pages', async (name, month, format, writer) => {
    const places = await world.build((db) =>
      db<{ code: string }>('places').select('code').whereRaw("level = 'COUNTY'").limit(150),
    );
    write(
      `${name}.csv`,
      places.flatMap(({ code }, i) =>
        ['C', 'D'].map((sector) => line('R', month, sector, i).replace('310118', code)),
      ),
    );
    await pushIt(`${name}.csv`);
    const out = await pullIt(month, writer());
    await forget(month);
    writeFileSync(inFolder(`${name}-again.csv`), out);
    expect(await pushIt(`${name}-again.csv`, format, { isBulk: name !== 'csv' })).toBe(0);
    expect(await stored(month)).toHaveLength(300);
    expect(await pullIt(month, writer())).toBe(out);
  });

  it('lead another hub where this one is, by the changes as sdmx', async () => {
    const month = '2018-07';
    write('first.csv', [line('R', month, 'A', 10), line('R', month, 'B', 20), line('R', month, 'C', 30)]);
    write('second.csv', [line('R', month, 'A', 11), line('D', month, 'B', ''), line('R', month, 'D', 5, 3)]);
    write('third.csv', [line('R', month, 'B', 21), line('D', month, 'C', '')]);
    for (const name of ['first.csv', 'second.csv', 'third.csv']) expect(await pushIt(name)).toBe(0);
    const before = await pullIt(month);
    const out = inFolder('changes.csv');
    const options = { from: { after: null }, out, pageSize: 2, watch: null, hub: hubAs('341200-HRSS') };
    expect(await pull({ ...options, format: CHANGES_FORMATS.sdmx }, surroundings)).toBe(0);
    const lines = readFileSync(out, 'utf8').split('\n');
    writeFileSync(out, [lines[0], ...lines.filter((each) => each.includes(month)), ''].join('\n'));
    expect(lines.filter((each) => each.includes(month))).toHaveLength(8);
    await forget(month);
    expect(await pushIt('changes.csv')).toBe(0);
    expect(await pullIt(month)).toBe(before);
  });
});
