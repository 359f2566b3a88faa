import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { readCsvFile } from '../../scripts/command-line/csv-file';
import { decodeFile, inspectFile } from '../../scripts/command-line/encoding';
import { asFailure, Failure } from '../../scripts/command-line/failure';
import { Hub, type HubOptions } from '../../scripts/command-line/hub';
import { IndexSet } from '../../scripts/command-line/index-set';
import { StateFile } from '../../scripts/command-line/state-file';
import { languageOfLocale } from '../../scripts/command-line/surroundings';
import { createProgram } from '../../scripts/labor-flow/arguments';
import { batchKey, type PushIdentity, pushIdOf } from '../../scripts/labor-flow/batch-key';
import { BitSet } from '../../scripts/labor-flow/bit-set';
import { CHANGES_FORMATS } from '../../scripts/labor-flow/changes';
import { readFlow, SECTORS } from '../../scripts/labor-flow/flow';
import { readHeader } from '../../scripts/labor-flow/flow-file';
import { FlowLines } from '../../scripts/labor-flow/flow-lines';
import { type Fate, failure, LaborFlowHub, TOKEN } from '../support/labor-flow-hub';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'labor-flow-parts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const { signal } = new AbortController();
let files = 0;
function fileOf(content: string | Buffer): string {
  const file = path.join(folder, `${++files}.csv`);
  writeFileSync(file, content);
  return file;
}

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => asFailure(error)?.message ?? String(error),
  );

/** `输出地,输入地,行业门类,人数,备注` and a row whose remark has characters of two and of four bytes. */
const GB18030 = Buffer.from(
  'cae4b3f6b5d82ccae4c8ebb5d82cd0d0d2b5c3c5c0e02cc8cbcafd2cb1b8d7a20a3334313232352c3331303131382c432c313230302c8139ee39bde7cad795328236' +
    '0a',
  'hex',
);
const BOM = '\uFEFF';

describe('the command line', () => {
  const JULY = ['--side', 'ORIGIN', '--month', '2026-07'];
  /** The options as the commands get them, or the sentence with which they are refused. */
  async function read(args: readonly string[], env: Record<string, string> = { HUB_TOKEN: TOKEN }) {
    const runs: unknown[] = [];
    const run = async (options: unknown) => {
      runs.push(options);
    };
    const program = createProgram({ push: run, pull: run, figures: run }, env);
    for (const command of [program, ...program.commands]) command.configureOutput({ writeErr: () => {} });
    try {
      await program.parseAsync(args, { from: 'user' });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return runs[0];
  }
  const url = new URL('http://127.0.0.1:4000/graphql');

  it('fills in what a push leaves out', async () => {
    expect(await read(['push', 'f.csv', '--side', 'origin', '--month', '2028-02'])).toMatchObject({
      file: 'f.csv',
      format: {
        name: 'csv',
        head: {
          ...{ action: 'SUBMIT', side: 'ORIGIN', month: '2028-02' },
          definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2028-02-29' },
        },
      },
      ...{ batchSize: 20_000, isBulk: true, parallel: 2, round: 1, encoding: 'auto', watch: null },
      ...{
        allOrNothing: false,
        dryRun: false,
        state: 'f.csv.labor-flow-state.json',
        refused: 'f.csv.refused.csv',
      },
      hub: { url, token: TOKEN, giveUpAfterMs: 60_000 },
    });
    expect(await read(['push', 'f', ...JULY, '--no-bulk'])).toMatchObject({
      isBulk: false,
      batchSize: 5_000,
    });
    expect(await read(['push', 'f', '--format', 'sdmx'])).toMatchObject({
      format: { name: 'sdmx', head: null },
    });
  });

  it('has patience without end for a hub that is away with --watch', async () => {
    for (const args of [
      ['push', 'f', ...JULY],
      ['pull', '--state', 's'],
    ]) {
      expect(await read([...args, '--watch', '--every', '2'])).toMatchObject({
        ...{ watch: { everyMs: 2_000 }, hub: { giveUpAfterMs: Number.POSITIVE_INFINITY } },
      });
    }
  });

  it('fills in what a pull leaves out', async () => {
    const hub = { url, token: TOKEN, giveUpAfterMs: 60_000 };
    const format = CHANGES_FORMATS.csv;
    expect(await read(['pull', '--state', 's'])).toEqual({
      ...{ from: { state: 's' }, out: null, pageSize: 1000, format, watch: null, hub },
    });
    expect(await read(['pull', '--after', 'c', '--out', 'o', '--format', 'sdmx'])).toEqual({
      ...{ from: { after: 'c' }, out: 'o', pageSize: 1000, format: CHANGES_FORMATS.sdmx, watch: null, hub },
    });
    expect(await read(['pull', '--after', ''])).toMatchObject({ from: { after: null } });
    const figures = ['pull', ...JULY, '--reported-by', '341200-HRSS', '--format', 'lodes'];
    expect(await read(figures)).toMatchObject({
      ...{ month: '2026-07', side: 'ORIGIN', reportedBy: '341200-HRSS', out: null, hub },
    });
  });

  it.each<[string, string[], string]>([
    ['an unknown command', ['pusch'], "unknown command 'pusch'"],
    ['no file', ['push', ...JULY], "missing required argument 'file'"],
    ['two files', ['push', 'a', 'b', ...JULY], 'too many arguments'],
    ['no side', ['push', 'f', '--month', '2026-07'], 'A csv file does not say it itself: give --side.'],
    [
      'neither',
      ['push', 'f', '--format', 'lodes'],
      'A lodes file does not say it itself: give --side and --month.',
    ],
    ['what the file says', ['push', 'f', '--format', 'sdmx', ...JULY], 'leave out --side and --month.'],
    ['another format', ['push', 'f', '--format', 'xml'], 'Allowed choices are csv, sdmx, lodes'],
    ['changes as lodes', ['pull', '--state', 's', '--format', 'lodes'], 'figures as they stand, not changes'],
    ['figures of no month', ['pull', '--side', 'ORIGIN'], 'give both --month and --side.'],
    ['figures and changes', ['pull', ...JULY, '--state', 's'], 'cannot be used with option'],
    ['no unit', ['pull', ...JULY, '--reported-by', 'Fuyang'], "It must be a unit's code, like 341200-HRSS."],
    ['a dry run that stays', ['push', 'f', ...JULY, '--dry-run', '--watch'], 'cannot be used with option'],
    [
      'another side',
      ['push', 'f', '--side', 'LEFT', '--month', '2026-07'],
      'It must be ORIGIN or DESTINATION.',
    ],
    ['no month', ['push', 'f', '--side', 'ORIGIN'], 'A csv file does not say it itself: give --month.'],
    [
      'no such month',
      ['push', 'f', '--side', 'ORIGIN', '--month', '2026-13'],
      'It must be a month, like 2026-09.',
    ],
    [
      'no such day',
      ['push', 'f', ...JULY, '--reference-day', '2026-02-30'],
      'It must be a day, like 2026-09-30.',
    ],
    ['too long a stay', ['push', 'f', ...JULY, '--minimum-stay', '61'], 'from 0 to 60.'],
    ['too large batches', ['push', 'f', ...JULY, '--batch-size', '100001'], 'from 1 to 100000.'],
    [
      'too many rows at once',
      ['push', 'f', ...JULY, '--no-bulk', '--batch-size', '10001'],
      'With --no-bulk, --batch-size is at most 10000.',
    ],
    ['no batches at once', ['push', 'f', ...JULY, '--parallel', '0'], 'from 1 to 16.'],
    ['no number', ['push', 'f', ...JULY, '--parallel', '2x'], 'It must be a whole number'],
    [
      'an unknown encoding',
      ['push', 'f', ...JULY, '--encoding', 'big5'],
      'Allowed choices are auto, utf-8, gb18030',
    ],
    ['no address', ['push', 'f', ...JULY, '--url', 'localhost:4000'], 'It must be an address like'],
    [
      'one file for two purposes',
      ['push', 'f', ...JULY, '--refused', './f'],
      './f cannot be both the file to push',
    ],
    [
      'one file for state and output',
      ['pull', '--state', 'f', '--out', 'f'],
      'f cannot be both --state and --out.',
    ],
    ['nowhere to begin', ['pull'], 'Say where to begin: '],
    ['two places to begin', ['pull', '--after', 'x', '--state', 'y'], 'cannot be used with option'],
    ['too large pages', ['pull', '--after', '', '--page-size', '1001'], 'from 1 to 1000.'],
  ])('is refused with a sentence for %s', async (_, args, sentence) => {
    expect(await read(args)).toContain(sentence);
  });

  it('reads the token from a file, which comes before the environment', async () => {
    const file = fileOf(' from.a.file\n');
    expect(await read(['pull', '--after', '', '--token-file', file])).toMatchObject({
      hub: { token: 'from.a.file' },
    });
  });

  it.each<[string, () => string[], Record<string, string>, RegExp]>([
    [
      'none',
      () => [],
      {},
      /^There is no token: name a file that holds one with --token-file, or set HUB_TOKEN\.$/,
    ],
    ['an empty one', () => [], { HUB_TOKEN: ' ' }, /^There is no token: /],
    ['two words', () => [], { HUB_TOKEN: 'a b' }, /^HUB_TOKEN holds something else than a token/],
    ['an empty file', () => ['--token-file', fileOf('\n')], { HUB_TOKEN: TOKEN }, /csv holds no token\.$/],
    ['a missing file', () => ['--token-file', 'none'], {}, /^There is no token file none\.$/],
  ])('is refused with a sentence for a token that is %s', async (_, args, env, sentence) => {
    expect(await read(['pull', '--after', '', ...args()], env)).toMatch(sentence);
  });

  it('needs no token for a dry run', async () => {
    expect(await read(['push', 'f', ...JULY, '--dry-run'], {})).toMatchObject({ dryRun: true });
  });
});

describe('the encoding of a file', () => {
  const textOf = async (file: string) => {
    const { encoding } = await inspectFile(file, 'auto', signal);
    let text = '';
    for await (const piece of decodeFile(file, encoding, { signal })) text += piece;
    return { encoding, text };
  };

  it.each([
    ['UTF-8', '输出地', { encoding: 'utf-8', text: '输出地' }],
    ['UTF-8 with a byte order mark', `${BOM}输出地`, { encoding: 'utf-8', text: '输出地' }],
    ['plain ASCII', 'origin', { encoding: 'utf-8', text: 'origin' }],
    [
      'GB18030',
      GB18030,
      { encoding: 'gb18030', text: '输出地,输入地,行业门类,人数,备注\n341225,310118,C,1200,㐀界首𠀀\n' },
    ],
  ])('is found for %s', async (_, content, expected) => {
    expect(await textOf(fileOf(content))).toEqual(expected);
  });

  it('is not judged by the beginning alone', async () => {
    const content = Buffer.concat([Buffer.alloc(200_000, 'a,b\n'), GB18030]);
    expect(await inspectFile(fileOf(content), 'auto', signal)).toMatchObject({ encoding: 'gb18030' });
  });

  it('survives characters that lie across the pieces in which a file is read', async () => {
    const text = '阜阳'.repeat(100_000);
    expect(await textOf(fileOf(`a${text}`))).toEqual({ encoding: 'utf-8', text: `a${text}` });
  });

  it.each([
    ['neither', Buffer.from([0x61, 0xff, 0x61]), 'auto', /is not text in UTF-8 or GB18030/],
    [
      'UTF-8 by its mark, and then is not',
      Buffer.concat([Buffer.from(BOM), GB18030]),
      'auto',
      /is not text in/,
    ],
    ['UTF-16', Buffer.from('origin,destination', 'utf16le'), 'auto', /is not text in/],
    ['not what --encoding says', GB18030, 'utf-8', /is not text in UTF-8\. /],
    ['cut off within a character', Buffer.from('输出地').subarray(0, 8), 'utf-8', /is not text in UTF-8/],
    ['empty', '', 'auto', /is empty\.$/],
  ] as const)('is refused with a sentence for a file that is %s', async (_, content, wanted, sentence) => {
    expect(await messageOf(inspectFile(fileOf(content), wanted, signal))).toMatch(sentence);
  });

  it('can be named: GB18030 that happens to be UTF-8 as well', async () => {
    const file = fileOf(Buffer.from('origin,a'));
    expect(await inspectFile(file, 'gb18030', signal)).toMatchObject({ encoding: 'gb18030' });
  });

  it('leaves the hash that of the bytes', async () => {
    expect((await inspectFile(fileOf('abc'), 'auto', signal)).sha256).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

describe('the header of a file', () => {
  it('takes the columns in any order, in English and in Chinese, and names those it ignores', () => {
    expect(readHeader(['年份', 'Workers ', '行业门类', '输入地', 'origin'], 'f.csv')).toEqual({
      names: ['年份', 'Workers ', '行业门类', '输入地', 'origin'],
      position: { origin: 4, destination: 3, sector: 2, workers: 1 },
      ignored: ['年份'],
    });
  });

  it.each([
    [
      ['origin', 'destination', 'sector'],
      'f.csv has no column "workers" (or "人数"). Its first line names: origin, destination, sector.',
    ],
    [['origin', 'destination', 'sector', 'workers', '人数'], 'f.csv has the column "workers" twice.'],
  ])('is refused: %j', (names, sentence) => {
    expect(() => readHeader(names, 'f.csv')).toThrow(sentence);
  });
});

describe('the records of a file', () => {
  const HEADER = 'origin,destination,sector,workers,note';
  const recordsOf = async (content: string) => {
    const { records } = await readCsvFile(fileOf(content), { encoding: 'utf-8', signal });
    const found: unknown[] = [];
    for await (const { line, fields } of records) found.push([line, ...fields]);
    return found;
  };

  it('know the line that they begin on, across empty lines and line breaks in quotation marks', async () => {
    const content = `${HEADER}\r\na,b,c,d,e\r\n\r\n,,,,\r\na,b,c,d,"two\r\nlines"\r\na,b,c,d,"say ""hi"""\r\n`;
    expect(await recordsOf(content)).toEqual([
      [2, 'a', 'b', 'c', 'd', 'e'],
      [5, 'a', 'b', 'c', 'd', 'two\r\nlines'],
      [7, 'a', 'b', 'c', 'd', 'say "hi"'],
    ]);
  });

  it('are the same whether they are taken apart quickly or by the parser, wherever pieces of the file end', async () => {
    const lines = Array.from(
      { length: 30_000 },
      (_, i) => `${i},b ${i % 7},,${i % 11 === 0 ? '' : 'd'},输出地`,
    );
    const quick = await recordsOf(`${HEADER}\r\n${lines.join('\r\n')}\r\n\r\n`);
    const parsed = await recordsOf(
      `"origin",destination,sector,workers,note\r\n${lines.join('\r\n')}\r\n\r\n`,
    );
    expect(quick).toHaveLength(30_000);
    expect(quick).toEqual(parsed);
    const late = await recordsOf(`${HEADER}\r${lines.join('\r')}`);
    expect(late).toEqual(quick);
    const quoted = await recordsOf(`${HEADER}\n${lines.join('\n')}\n1,2,3,4,"a, b"\n`);
    expect(quoted).toEqual([...quick, [30_002, '1', '2', '3', '4', 'a, b']]);
  });

  it('may hold a quotation mark within a field', async () => {
    expect(await recordsOf(`${HEADER}\na,b,c,d,5" pipe\n`)).toEqual([[2, 'a', 'b', 'c', 'd', '5" pipe']]);
  });

  it.each([
    ['to the end of the file', `${HEADER}\na,b,c,d,e\na,b,c,d,"open\na,b,c,d,e\n`],
    [
      'for longer than a record may be',
      `${HEADER}\na,b,c,d,e\na,b,c,d,"open\n${'a,b,c,d,e\n'.repeat(20_000)}`,
    ],
  ])('are refused when a quotation mark stays open %s', async (_, content) => {
    expect(await messageOf(recordsOf(content))).toMatch(
      /is not CSV: a quotation mark is opened near line 3 and not closed\.$/,
    );
  });
});

describe('readFlow', () => {
  const header = readHeader(['origin', 'destination', 'sector', 'workers'], 'f.csv');
  const read = (...fields: string[]) => {
    const found = readFlow({ line: 2, fields }, header);
    return Array.isArray(found) ? found.map(({ code, text }) => `${code} ${text.en}`) : found;
  };

  it.each([
    ['a county', ['341225', '310118', 'C', '1200'], 1200],
    ['a prefecture and a province', ['341200', '310000', 'A', '0'], 0],
    ['the most that the hub counts', ['341200', '310000', 'T', '2147483647'], 2_147_483_647],
    ['spaces around', [' 341200', '310000 ', ' T ', ' 7 '], 7],
  ])('takes %s', (_, fields, workers) => {
    const [origin, destination, sector] = fields.map((field) => field.trim());
    expect(read(...fields)).toEqual({ origin, destination, sector, workers });
  });

  it.each([
    [['34122', '310118', 'C', '1'], ['INVALID "34122" is no place: origin takes the 6 digits']],
    [['341225', '31011X', 'C', '1'], ['INVALID "31011X" is no place: destination takes the 6 digits']],
    [['041225', '310118', 'C', '1'], ['INVALID "041225" is no place']],
    [['341225', '310118104', 'C', '1'], ['INVALID 310118104 is below county level.']],
    [['341225', '310118104222', 'C', '1'], ['INVALID 310118104222 is below county level.']],
    [['341225', '310118', 'U', '1'], ['INVALID "U" is not a sector']],
    [['341225', '310118', 'c', '1'], ['INVALID "c" is not a sector']],
    [['341225', '310118', 'AB', '1'], ['INVALID "AB" is not a sector']],
    [['341225', '310118', 'C', '-1'], ['INVALID "-1" is no count of workers']],
    [['341225', '310118', 'C', '1.5'], ['INVALID "1.5" is no count of workers']],
    [['341225', '310118', 'C', '1,200'], ['INVALID "1,200" is no count of workers']],
    [['341225', '310118', 'C', '1e3'], ['INVALID "1e3" is no count of workers']],
    [['341225', '310118', 'C', '2147483648'], ['INVALID "2147483648" is no count of workers']],
    [
      ['', '', '', ''],
      [
        'REQUIRED The origin is missing.',
        'REQUIRED The destination is missing.',
        'REQUIRED The sector is missing.',
        'REQUIRED The workers is missing.',
      ],
    ],
    [['341225', '310118', 'C'], ['INVALID The line has 3 fields and the header 4.']],
    [
      ['x', '310118', 'Z', '1'],
      ['INVALID "x" is no place', 'INVALID "Z" is not a sector'],
    ],
  ])('says all that is wrong with %j', (fields, problems) => {
    expect(read(...fields)).toEqual(problems.map((problem) => expect.stringContaining(problem)));
  });
});

describe('FlowLines', () => {
  const code = fc.integer({ min: 100_000, max: 999_999 }).map(String);
  const sector = fc.constantFrom(...SECTORS);
  const flow = fc.record({ origin: code, destination: code, sector, workers: fc.constant(1) });

  it('knows the first line of each flow as a Map would', () => {
    fc.assert(
      fc.property(fc.array(flow, { maxLength: 200 }), (flows) => {
        const lines = new FlowLines();
        const expected = new Map<string, number>();
        // Twice over, so that every flow repeats at least once.
        for (const [i, each] of [...flows, ...flows].entries()) {
          const name = `${each.origin}>${each.destination}:${each.sector}`;
          if (!expected.has(name)) expected.set(name, i + 2);
          expect(lines.firstLine(each, i + 2)).toBe(expected.get(name));
        }
      }),
    );
  });

  it('tells apart every pair of neighbors, whatever their number', () => {
    const lines = new FlowLines();
    let line = 1;
    for (const origin of ['100000', '341200', '341201', '999999']) {
      for (let destination = 310_000; destination < 318_000; destination += 1) {
        for (const letter of SECTORS) {
          line += 1;
          const first = lines.firstLine(
            { origin, destination: String(destination), sector: letter, workers: 0 },
            line,
          );
          if (first !== line) throw new Error(`line ${line} was taken for line ${first}`);
        }
      }
    }
    expect(lines.firstLine({ origin: '100000', destination: '310000', sector: 'A', workers: 9 }, 0)).toBe(2);
    expect(lines.firstLine({ origin: '999999', destination: '317999', sector: 'T', workers: 9 }, 0)).toBe(
      line,
    );
  });
});

describe('batch keys', () => {
  const definition = { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2026-09-30' };
  const head = { action: 'SUBMIT', month: '2026-09', side: 'ORIGIN', definition } as const;
  const identity: PushIdentity = {
    ...{ sha256: 'ab', batchSize: 5000, round: 1 },
    format: { name: 'csv', head },
  };
  const told = (more: object): PushIdentity => ({
    ...identity,
    format: { name: 'csv', head: { ...head, ...more } },
  });
  const NONE: ReadonlySet<number> = new Set();

  it('are the same for the same push, today and in a year', () => {
    expect(batchKey(pushIdOf(identity), 0, NONE)).toBe(
      'labor-flow/2026-09/ORIGIN/86da62b4e7294b53f838786770281ec2/0',
    );
  });

  it('differ by everything that decides what a batch says', () => {
    const others: PushIdentity[] = [
      { ...identity, sha256: 'ac' },
      told({ side: 'DESTINATION' }),
      told({ month: '2026-08' }),
      told({ definition: { ...definition, minimumStayMonths: 3 } }),
      told({ definition: { ...definition, includesFlexible: false } }),
      told({ definition: { ...definition, referenceDay: '2026-09-15' } }),
      { ...identity, format: { name: 'lodes', head } },
      { ...identity, format: { name: 'sdmx', head: null } },
      { ...identity, batchSize: 4999 },
      { ...identity, round: 2 },
    ];
    const keys = [identity, ...others].flatMap((each) =>
      [0, 1].flatMap((index) => [
        batchKey(pushIdOf(each), index, NONE),
        batchKey(pushIdOf(each), index, new Set([17])),
        batchKey(pushIdOf(each), index, new Set([1, 7])),
      ]),
    );
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(200);
  });

  it('of what is left of a batch do not depend on the order in which its rows were refused', () => {
    expect(batchKey('p', 3, new Set([17, 2]))).toBe(batchKey('p', 3, new Set([2, 17])));
  });
});

describe('sets of numbers', () => {
  it('IndexSet holds what was added, as few ranges', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40)), fc.array(fc.nat(40)), (before, after) => {
        const first = new IndexSet();
        for (const index of before) first.add(index);
        const set = new IndexSet(JSON.parse(JSON.stringify(first)));
        for (const index of after) set.add(index);
        const expected = new Set([...before, ...after]);
        expect(set.size).toBe(expected.size);
        for (let i = 0; i <= 41; i += 1) expect(set.has(i)).toBe(expected.has(i));
        const gaps = [...expected].filter((index) => !expected.has(index + 1)).length;
        expect(set.toJSON()).toHaveLength(gaps);
      }),
    );
  });

  it('BitSet holds what was added', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000)), (indexes) => {
        const set = new BitSet();
        for (const index of indexes) set.add(index);
        for (const index of indexes) {
          expect(set.has(index)).toBe(true);
          expect(set.has(index + 1)).toBe(indexes.includes(index + 1));
        }
      }),
    );
  });
});

describe('StateFile', () => {
  type State = { kind: 'test'; at: number };
  const fresh = () => path.join(folder, `${++files}.json`);

  it('remembers what was saved last', async () => {
    const file = fresh();
    const state = StateFile.hold<State>(file, 'test');
    expect(await state.read()).toBeNull();
    await Promise.all([1, 2, 3].map((at) => state.save({ kind: 'test', at })));
    expect(await state.read()).toEqual({ kind: 'test', at: 3 });
    writeFileSync(`${file}.tmp`, 'a crash left this');
    await state.remove();
    expect(await state.read()).toBeNull();
    expect(existsSync(`${file}.tmp`)).toBe(false);
    await state.close();
  });

  it.each(['', '{', '[]', 'null', '{"kind":"labor-flow pull"}', 'origin,destination'])(
    'does not take %j for a state, and so never overwrites it',
    async (content) => {
      const file = fileOf(content);
      const state = StateFile.hold<State>(file, 'test');
      expect(await messageOf(state.read())).toMatch(/is not the state of a test\./);
      await state.close();
    },
  );

  it('is held by one process at a time', async () => {
    const file = fresh();
    writeFileSync(`${file}.lock`, String(process.ppid));
    expect(() => StateFile.hold<State>(file, 'test')).toThrow(
      `Process ${process.ppid} is at work on ${file}.`,
    );
  });

  it.each(['', '4194305'])('is taken over from a process that died (%j)', async (pid) => {
    const file = fresh();
    writeFileSync(`${file}.lock`, pid);
    const state = StateFile.hold<State>(file, 'test');
    await state.close();
    await StateFile.hold<State>(file, 'test').close();
  });
});

describe('the language of what is said of rows', () => {
  it.each([
    [{}, 'en'],
    [{ LANG: 'en_US.UTF-8' }, 'en'],
    [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
    [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LANG: 'C', LC_MESSAGES: 'zh_CN' }, 'zh'],
  ])('follows the locale %j', (env, language) => {
    expect(languageOfLocale(env)).toBe(language);
  });
});

describe('Hub', () => {
  const server = new LaborFlowHub();
  const troubles: string[] = [];
  let hub: Hub;
  const QUESTION = '{ laborFlowChanges { pageInfo { hasNextPage } } }';
  const ANSWER = { laborFlowChanges: { pageInfo: { hasNextPage: false } } };

  const open = (options: Partial<HubOptions> = {}): Hub =>
    new Hub({
      ...{
        url: new URL(server.url),
        token: TOKEN,
        language: 'en',
        connections: 2,
        giveUpAfterMs: 5_000,
        signal,
      },
      onTrouble: (sentence) => troubles.push(sentence),
      ...options,
    });
  const ask = async () => (await hub.ask(QUESTION, {})).data;
  /** The fates of the coming requests; behind them all are answered. */
  const fates = (...coming: Fate[]) => {
    server.fate = () => coming.shift() ?? 'answered';
  };

  beforeAll(() => server.start());
  afterAll(() => server.stop());
  beforeEach(() => {
    troubles.length = 0;
    hub = open();
  });
  afterEach(() => hub.close());

  it('gives the answer, and when it was given', async () => {
    fates();
    const { data, answeredAt } = await hub.ask(QUESTION, {});
    expect(data).toEqual(ANSWER);
    expect(Math.abs(Date.now() - Number(answeredAt))).toBeLessThan(5_000);
    expect(troubles).toEqual([]);
  });

  it.each<[string, Fate, string]>([
    ['a connection that was cut', 'cut before', 'the connection was cut'],
    ['a lost answer', 'cut after', 'the connection was cut'],
    ['502', { status: 502, body: '<html>' }, 'it answers 502'],
    ['503', { status: 503 }, 'it answers 503'],
    ['504', { status: 504 }, 'it answers 504'],
    ['429', { status: 429, headers: { 'retry-after': '0' } }, 'it answers 429'],
    ['503 with a sentence', { status: 503, body: failure('DATABASE_UNAVAILABLE', 'Away.') }, 'Away'],
    ['SUBGRAPH_UNAVAILABLE', { status: 200, body: failure('SUBGRAPH_UNAVAILABLE', 'Away.') }, 'Away'],
    ['DATABASE_UNAVAILABLE', { status: 200, body: failure('DATABASE_UNAVAILABLE', 'Away.') }, 'Away'],
    ['OUTCOME_UNKNOWN', { status: 200, body: failure('OUTCOME_UNKNOWN', 'Perhaps.') }, 'Perhaps'],
  ])('asks again after %s', async (_, fate, trouble) => {
    fates(fate, fate);
    expect(await ask()).toEqual(ANSWER);
    expect(troubles).toEqual([`Trying again for up to 5 s: ${trouble}.`, 'The hub answers again.']);
  });

  it('asks again when the hub does not answer in time', async () => {
    await hub.close();
    hub = open({ timeoutMs: 500 });
    let isFirst = true;
    server.fate = async (): Promise<Fate> => {
      if (isFirst) {
        isFirst = false;
        await new Promise((resolve) => setTimeout(resolve, 3_000));
      }
      return 'answered';
    };
    expect(await ask()).toEqual(ANSWER);
    expect(troubles[0]).toBe('Trying again for up to 5 s: it does not answer in time.');
  });

  it('waits as long as it is asked to', async () => {
    fates({ status: 429, headers: { 'retry-after': '1' } });
    const startedAt = Date.now();
    expect(await ask()).toEqual(ANSWER);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  it('does not wait longer than it may', async () => {
    fates({ status: 429, headers: { 'retry-after': '600' } });
    await expect(ask()).rejects.toMatchObject({
      exitCode: 3,
      message: `The hub at ${server.url} is out of reach: it answers 429. It asks to wait 600 s.`,
    });
  });

  it('gives up when nothing succeeded for long enough', async () => {
    await hub.close();
    hub = open({ giveUpAfterMs: 1_500 });
    server.fate = () => ({ status: 503 });
    await expect(ask()).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/is out of reach: it answers 503\./),
    });
  });

  it('does not give up on one question while others succeed', async () => {
    await hub.close();
    hub = open({ giveUpAfterMs: 2_500 });
    server.fate = (count) => (count % 2 === 0 ? 'answered' : { status: 503 });
    const startedAt = Date.now();
    while (Date.now() - startedAt < 4_000) expect(await ask()).toEqual(ANSWER);
  });

  it.each<[string, Fate, object]>([
    [
      'a token that is not accepted',
      { status: 401, body: failure('UNAUTHENTICATED', 'It has expired.') },
      { exitCode: 2, code: 'UNAUTHENTICATED', message: 'The hub does not accept the token: It has expired.' },
    ],
    ['401 from a proxy', { status: 401, body: 'no' }, { exitCode: 2, code: 'UNAUTHENTICATED' }],
    [
      'what may not be done',
      { status: 403, body: failure('FORBIDDEN', 'Not yours.') },
      { exitCode: 2, code: 'FORBIDDEN', message: 'Not yours.' },
    ],
    [
      'a bug of the hub',
      { status: 200, body: failure('INTERNAL', 'Tell the operators this id: 1.') },
      { exitCode: 3, code: 'INTERNAL', message: 'Tell the operators this id: 1.' },
    ],
    [
      'something else than a hub',
      { status: 404, body: '<html>' },
      {
        exitCode: 2,
        message: expect.stringMatching(/answers 404, but not as the hub does\. Check --url, or HUB_URL\.$/),
      },
    ],
    [
      'JSON that is no answer',
      { status: 200, body: { hello: 'world' } },
      { exitCode: 2, message: expect.stringMatching(/answers 200, but not as the hub does/) },
    ],
  ])('stops at once for %s', async (_, fate, expected) => {
    let requests = 0;
    server.fate = () => {
      requests += 1;
      return fate;
    };
    await expect(ask()).rejects.toMatchObject(expected);
    expect(requests).toBe(1);
  });

  it('says that it is of another version when the hub does not know the question', async () => {
    fates({ status: 400, body: failure('GRAPHQL_VALIDATION_FAILED', 'Cannot query field "x".') });
    await expect(ask()).rejects.toMatchObject({
      exitCode: 2,
      message: 'The hub is of another version than this script: Cannot query field "x".',
    });
  });

  it('ends in the middle of a pause when it shall', async () => {
    const controller = new AbortController();
    await hub.close();
    hub = open({
      signal: controller.signal,
      onTrouble: () => setTimeout(() => controller.abort(new Failure(130, 'Interrupted.')), 50),
    });
    fates({ status: 429, headers: { 'retry-after': '4' } });
    const startedAt = Date.now();
    await expect(ask()).rejects.toMatchObject({ exitCode: 130 });
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });
});
