import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { faultsOf, headerOf, rowOf, sortErrors } from '../../scripts/command-line/table';
import { createProgram } from '../../scripts/standards/arguments';
import { decimalOf } from '../../scripts/standards/export';
import { TABLES } from '../../scripts/standards/tables';
import { useHub } from '../support/hub';
import { runScript, useFolder } from '../support/process';

jest.setTimeout(120_000);

describe('a row of a table', () => {
  const header = headerOf(
    ['产品代码', 'parameter', '上限', 'unit', '除外产品', '是否必检', '备注'],
    TABLES.limits,
  );

  it('is read by English or Chinese names, in any order', () => {
    expect([header.missing, header.ignored]).toEqual([[], ['备注']]);
    expect(rowOf(['A', ' LEAD ', '0.1', 'mg/kg', 'B;C、D', '是', 'x'], header)).toEqual({
      ...{ product: 'A', parameter: 'LEAD', maximum: '0.1', unit: 'mg/kg', except: ['B', 'C', 'D'] },
      isTestRequired: true,
    });
    expect(rowOf(['A', 'LEAD', '', 'mg/kg', '', '', ''], header)).toEqual({
      ...{ product: 'A', parameter: 'LEAD', unit: 'mg/kg', isTestRequired: false },
    });
    expect(headerOf(['code', 'name'], TABLES.parameters).missing).toEqual(['unit (单位)']);
  });

  it('says what makes no sense before the hub is asked', () => {
    expect(faultsOf(['', 'LEAD', '', ' ', '', 'perhaps', ''], header, TABLES.limits)).toEqual([
      'product (产品代码) is empty.',
      'unit (单位) is empty.',
      'is_test_required (是否必检) is "perhaps"; write 1 or 0.',
    ]);
  });

  it('has everything that the hub says of it, and nothing that it says of others', () => {
    const record = (line: number) => ({ line, fields: [String(line)] });
    const rows = { limits: [record(2), record(3)], products: [record(2)], parameters: [] };
    const { wrong, others } = sortErrors(
      [
        { code: 'INVALID', message: 'one.', path: ['limits', '1', 'minimum'] },
        { code: 'NOT_FOUND', message: 'two.', path: ['limits', '1', 'product'] },
        { code: 'INVALID', message: 'three.', path: ['products', '0', 'parent'] },
        { code: 'NOT_ALLOWED', message: 'four.', path: ['code'] },
      ],
      rows,
    );
    expect(wrong).toEqual({
      limits: [{ ...record(3), code: 'INVALID NOT_FOUND', reason: 'minimum: one. product: two.' }],
      products: [{ ...record(2), code: 'INVALID', reason: 'parent: three.' }],
      parameters: [],
    });
    expect(others.map(({ code }) => code)).toEqual(['NOT_ALLOWED']);
  });

  it.each([
    [0.05, '0.05'],
    [1e-7, '0.0000001'],
    [1.25e-7, '0.000000125'],
    [250, '250'],
    [null, ''],
  ])('writes %p as %p', (value, text) => {
    expect(decimalOf(value)).toBe(text);
  });
});

describe('the command line', () => {
  const parsed = async (args: string[], env: Record<string, string> = { HUB_TOKEN: 't' }) => {
    let options: object = {};
    const keep = async (found: object) => {
      options = found;
    };
    const program = createProgram({ importStandard: keep, exportStandard: keep }, env);
    for (const command of [program, ...program.commands])
      command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
    await program.parseAsync(args, { from: 'user' });
    return options;
  };
  const version = [
    '--code',
    'S',
    '--version',
    '1',
    '--name',
    '示例',
    '--kind',
    'BUYER',
    '--from',
    '2027-01-01',
  ];

  it('says what a version is', async () => {
    expect(await parsed(['import', 'a.csv', ...version, '--products', 'p.csv'])).toEqual({
      ...{ files: { limits: 'a.csv', products: 'p.csv', parameters: null }, encoding: 'auto', dryRun: false },
      standard: {
        ...{ code: 'S', version: '1', name: '示例', kind: 'BUYER', effectiveFrom: '2027-01-01' },
        isIllustrative: false,
      },
      hub: { url: new URL('http://127.0.0.1:4000/graphql'), token: 't', giveUpAfterMs: 60_000 },
    });
  });

  it.each([
    ['no version', ['import', 'a.csv', '--code', 'S'], undefined, /required option/],
    ['no such kind', ['import', 'a.csv', ...version, '--kind', 'SOME'], undefined, /Allowed choices/],
    ['a day that is none', ['import', 'a.csv', ...version, '--to', '2026-02-30'], undefined, /must be a day/],
    [
      'no such place',
      ['import', 'a.csv', ...version, '--jurisdiction', '31'],
      undefined,
      /code of a province/,
    ],
    [
      'one file for two purposes',
      ['import', 'a.csv', ...version, '--products', './a.csv'],
      undefined,
      /cannot be both/,
    ],
    ['no token', ['export', '--code', 'S'], {}, /There is no token/],
  ])('refuses %s', async (_, args, env, sentence) => {
    await expect(parsed(args, env)).rejects.toThrow(sentence);
  });
});

describe('the standards script', () => {
  const hub = useHub();
  const folder = useFolder();
  const file = (name: string) => path.join(folder.path, name);
  const run = async (args: string[], agency = '310000-COMMERCE') =>
    runScript('standards/index.ts', args, {
      HUB_URL: `${hub.url}/graphql`,
      HUB_TOKEN: await hub.token(agency),
    });
  const version = (more: string[] = []) => [
    ...['--code', 'SH-SCRIPT', '--version', '1', '--name', '上海示例', '--kind', 'MARKET'],
    ...['--jurisdiction', '310000', '--from', '2027-01-01', ...more],
  ];

  it('enters a version whole, which comes out as it went in', async () => {
    writeFileSync(
      file('limits.csv'),
      '产品代码,参数代码,上限,下限,单位,除外产品,残留物定义,是否必检\nROOT_VEGETABLES,PESTICIDE_A,20,,µg/kg,GINGER,A,1\nSCRIPT_ROOT,UNIT_WEIGHT,200,100,g,,,\n',
    );
    writeFileSync(file('products.csv'), 'code,name,parent\nSCRIPT_ROOT,示例薯,SWEET_POTATO\n');
    const args = ['import', file('limits.csv'), ...version(['--products', file('products.csv')])];
    const entered = await run(args);
    expect([entered.code, entered.stdout]).toEqual([
      0,
      'Version 1 of SH-SCRIPT, in force from 2027-01-01, is with the hub: 2 limits.\n',
    ]);
    expect((await run(args)).code).toBe(0);
    const exported = await run([
      'export',
      '--code',
      'SH-SCRIPT',
      '--on',
      '2027-06-01',
      '--out',
      file('out.csv'),
    ]);
    expect(exported.code).toBe(0);
    expect(parse(readFileSync(file('out.csv')), { bom: true, columns: true })).toEqual([
      {
        ...{
          product: 'ROOT_VEGETABLES',
          except: 'GINGER',
          parameter: 'PESTICIDE_A',
          minimum: '',
          maximum: '20',
        },
        ...{ unit: 'µg/kg', residue_definition: 'A', part_measured: '', method: '', is_test_required: '1' },
      },
      {
        ...{ product: 'SCRIPT_ROOT', except: '', parameter: 'UNIT_WEIGHT', minimum: '100', maximum: '200' },
        ...{ unit: 'g', residue_definition: '', part_measured: '', method: '', is_test_required: '' },
      },
    ]);
  });

  it('reports every wrong row, and enters nothing', async () => {
    writeFileSync(
      file('wrong.csv'),
      'product,parameter,minimum,maximum,unit\nROOT_VEGETABLES,LEAD,,0.1,mg/kg\nNOWHERE,LEAD,2,1,spoons\n',
    );
    const { code, stdout } = await run(['import', file('wrong.csv'), ...version(['--version', '9'])]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('1 row is wrong, of 2; ')]);
    const rows: Record<string, string>[] = parse(readFileSync(file('wrong.csv.refused.csv')), {
      bom: true,
      columns: true,
    });
    const [refused, ...more] = rows;
    expect(more).toEqual([]);
    expect(refused).toMatchObject({ product: 'NOWHERE', line: '3', code: 'NOT_FOUND INVALID' });
    expect(refused?.reason).toMatch(
      /product: No product has the code.*minimum: The least.*unit: "spoons" is no unit/,
    );
    const foreign = await run(['import', file('limits.csv'), ...version()], '340000-AGRI');
    expect([foreign.code, foreign.stdout]).toEqual([2, expect.stringContaining('(NOT_ALLOWED)')]);
    const { data } = await hub.send(
      '340000-AGRI',
      '{ supplyStandards(issuer: "310000-COMMERCE", first: 200) { edges { node { code version } } } }',
    );
    const versions = data.supplyStandards.edges.map(({ node }: { node: object }) => node);
    expect(versions).not.toContainEqual({ code: 'SH-SCRIPT', version: '9' });
  });

  it('checks without a hub', async () => {
    const dry = await runScript(
      'standards/index.ts',
      ['import', file('limits.csv'), ...version(['--dry-run'])],
      {},
    );
    expect([dry.code, dry.stdout]).toEqual([
      0,
      'Would send 2 limits, 0 products, 0 parameters. Nothing was sent.\n',
    ]);
  });
});
