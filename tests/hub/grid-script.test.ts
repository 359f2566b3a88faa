import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { createProgram } from '../../scripts/grid/arguments';
import { type CaseReport, readCase, readHeader } from '../../scripts/grid/case-row';
import { useHub } from '../support/hub';
import { runScript, ScriptProcess, useFolder } from '../support/process';

jest.setTimeout(120_000);

describe('a row of an import', () => {
  const categories = new Map([
    ['EXPOSED_GARBAGE', 'EXPOSED_GARBAGE'],
    ['暴露垃圾', 'EXPOSED_GARBAGE'],
  ]);
  const TABLE = readHeader(
    [
      'external_id',
      '区划代码',
      '来源',
      'category',
      'title',
      'reported_at',
      'latitude',
      'longitude',
      'photos',
      '阶段',
      '备注',
    ],
    'auto',
  );
  const row = (more: Record<number, string> = {}) =>
    [
      '1',
      '320509110',
      'HOTLINE_12345',
      'EXPOSED_GARBAGE',
      '垃圾',
      '2026-11-16 09:00',
      '',
      '',
      '',
      '',
      '',
    ].map((field, i) => more[i] ?? field);
  const read = (fields: string[], header = TABLE) =>
    readCase(fields, header, { jurisdiction: null, source: null, categories });
  const problems = (fields: string[], header = TABLE) => {
    const found = read(fields, header);
    return Array.isArray(found) ? found.map(({ code }) => code) : [];
  };

  it('becomes a report, by English or Chinese names', () => {
    expect([TABLE.format, TABLE.ignored, TABLE.missing]).toEqual(['table', ['备注'], []]);
    expect(
      read(
        row({
          2: '12345热线',
          3: '暴露垃圾',
          4: `'=1+1`,
          6: '31.02',
          7: '120.7',
          8: 'https://a.cn/1 https://a.cn/2',
        }),
      ),
    ).toEqual({
      ...{ jurisdiction: '320509110', source: 'HOTLINE_12345', category: 'EXPOSED_GARBAGE', title: '=1+1' },
      ...{ description: null, location: { latitude: 31.02, longitude: 120.7, address: null }, reach: null },
      ...{
        photos: ['https://a.cn/1', 'https://a.cn/2'],
        reportedAt: '2026-11-16T01:00:00.000Z',
        externalId: '1',
      },
    });
  });

  it('has an id by its content when it has none', () => {
    const idOf = (fields: string[]) => (read(fields) as CaseReport).externalId;
    expect(idOf(row({ 0: '' }))).toMatch(/^row-[0-9a-f]{32}$/);
    expect(idOf(row({ 0: '' }))).toBe(idOf(row({ 0: '' })));
    expect(idOf(row({ 0: '' }))).not.toBe(idOf(row({ 0: '', 4: '别的' })));
  });

  it.each([
    ['no place', { 1: '' }, ['REQUIRED']],
    ['no such code', { 1: '32050' }, ['INVALID']],
    ['no source', { 2: '' }, ['REQUIRED']],
    ['an unknown source', { 2: '电话' }, ['INVALID']],
    ['an unknown category', { 3: '乱扔' }, ['INVALID']],
    ['no category', { 3: '' }, ['REQUIRED']],
    ['no title', { 4: '' }, ['REQUIRED']],
    ['no time', { 5: '' }, ['REQUIRED']],
    ['a time that is none', { 5: '16.11.2026' }, ['INVALID']],
    ['a coordinate that is none', { 6: 'N31' }, ['INVALID']],
    ['a case that is closed', { 9: '结案' }, ['INVALID']],
    ['much that is wrong', { 1: '', 4: '', 5: 'x' }, ['REQUIRED', 'INVALID', 'REQUIRED']],
  ])('is told of: %s', (_, more, expected) => {
    expect(problems(row(more))).toEqual(expected);
  });

  it.each([
    ['2026-11-16 09:00', '2026-11-16T01:00:00.000Z'],
    ['2026-11-16T09:00:30', '2026-11-16T01:00:30.000Z'],
    ['2026-11-16T01:00:00Z', '2026-11-16T01:00:00.000Z'],
    ['2026-11-16T10:00:00+09:00', '2026-11-16T01:00:00.000Z'],
  ])('takes %s for Shanghai unless it says otherwise', (text, expected) => {
    expect((read(row({ 5: text })) as CaseReport).reportedAt).toBe(expected);
  });

  it('is an Open311 request by its columns, whose first line is the title', () => {
    const header = readHeader(
      [
        'service_request_id',
        'status',
        'service_code',
        'description',
        'requested_datetime',
        'address',
        'lat',
        'long',
        'media_url',
      ],
      'auto',
    );
    const fields = (status: string, description: string) => [
      '77',
      status,
      'EXPOSED_GARBAGE',
      description,
      '2026-11-16T01:00:00Z',
      'Market',
      '31',
      '120',
      'https://a.cn/1',
    ];
    const defaults = { jurisdiction: '320509110', source: 'HOTLINE_12345', categories };
    expect(readCase(fields('open', 'Garbage\nTwo days'), header, defaults)).toMatchObject({
      ...{ externalId: '77', title: 'Garbage', description: 'Two days', jurisdiction: '320509110' },
    });
    const long = readCase(fields('open', '长'.repeat(150)), header, defaults) as CaseReport;
    expect([[...long.title].length, long.description?.length]).toEqual([100, 150]);
    expect(readCase(fields('closed', 'x'), header, defaults)).toMatchObject([{ code: 'INVALID' }]);
    expect(readHeader(['service_request_id', 'title'], 'auto').missing).toEqual([
      'service_code',
      'description',
    ]);
  });
});

describe('the command line', () => {
  const parsed = async (args: string[], env: Record<string, string> = { HUB_TOKEN: 't' }) => {
    let options: object = {};
    const keep = async (found: object) => {
      options = found;
    };
    const program = createProgram({ importCases: keep, importTable: keep, exportRows: keep }, env);
    for (const command of [program, ...program.commands])
      command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
    await program.parseAsync(args, { from: 'user' });
    return options;
  };

  it('fills in what is not said', async () => {
    expect(await parsed(['import', 'a.csv'])).toMatchObject({
      ...{
        file: 'a.csv',
        state: 'a.csv.grid-state.json',
        refused: 'a.csv.refused.csv',
        format: 'auto',
        batchSize: 50,
      },
      ...{ parallel: 2, dryRun: false, source: null, jurisdiction: null, hub: { token: 't' } },
    });
    expect(await parsed(['export'])).toMatchObject({
      list: 'ALL',
      format: 'table',
      under: null,
      out: null,
      pageSize: 1_000,
    });
    expect(await parsed(['import', 'a.csv', '--dry-run'], {})).toMatchObject({ hub: { token: '' } });
  });

  it.each([
    ['no token', ['export'], {}, /There is no token/],
    [
      'days in the wrong order',
      ['export', '--from', '2026-11-02', '--to', '2026-11-01'],
      undefined,
      /Change them round/,
    ],
    ['a day that is none', ['export', '--from', '2026-02-30'], undefined, /must be a day/],
    ['no such list', ['export', '--list', 'SOME'], undefined, /Allowed choices/],
    ['no such source', ['import', 'a.csv', '--source', 'PHONE'], undefined, /Allowed choices/],
    ['no such place', ['import', 'a.csv', '--jurisdiction', '32050'], undefined, /6, 9 or 12 digits/],
    ['too large batches', ['import', 'a.csv', '--batch-size', '101'], undefined, /from 1 to 100/],
    ['leads without their list', ['import', 'a.csv', '--of', 'leads'], undefined, /needs --lead-list/],
    [
      'stamps without week and place',
      ['import', 'a.csv', '--of', 'stamps'],
      undefined,
      /needs --jurisdiction and --week/,
    ],
    ['grids of nowhere', ['export', '--of', 'grids'], undefined, /needs --under/],
    ['one file for two purposes', ['import', 'a.csv', '--refused', './a.csv'], undefined, /cannot be both/],
  ])('refuses %s', async (_, args, env, sentence) => {
    await expect(parsed(args, env)).rejects.toThrow(sentence);
  });
});

describe('npm run grid', () => {
  const hub = useHub();
  const folder = useFolder();
  const file = (name: string) => path.join(folder.path, name);
  const environment = async () => ({
    HUB_URL: `${hub.url}/graphql`,
    HUB_TOKEN: await hub.token('320509110-COMMAND'),
  });
  const run = async (...args: string[]) => runScript('grid/index.ts', args, await environment());
  const HEADER = 'external_id,jurisdiction,source,category,title,reported_at';
  const line = (i: number, title = `导入 ${i}`) =>
    `${i},320509110,HOTLINE_12345,EXPOSED_GARBAGE,${title},2026-11-${String(1 + (i % 20)).padStart(2, '0')} 09:00`;
  const stored = async (): Promise<{ external_id: string; title: string }[]> =>
    hub.build('grid', (db) =>
      db<{ external_id: string; title: string; reporter: string }>('cases')
        .select('external_id', 'title')
        .where({ reporter: '320509110-COMMAND' })
        .whereLike('title', '导入%'),
    );

  it('imports what can be, half of its rows broken, and what was corrected then; each row once', async () => {
    const rows = Array.from({ length: 120 }, (_, i) => {
      if (i % 4 === 1) return line(i, ''); // told here
      if (i % 4 === 3) return line(i).replace('320509110', '310118104'); // told by the hub
      return line(i);
    });
    writeFileSync(file('half.csv'), `${HEADER}\n${rows.join('\n')}\n`);
    const first = await run('import', file('half.csv'), '--batch-size', '25');
    expect([first.code, first.stdout]).toEqual([
      1,
      expect.stringContaining('60 rows are with the hub, 60 rows refused'),
    ]);
    expect(await stored()).toHaveLength(60);
    const refused = parse(readFileSync(file('half.csv.refused.csv'), 'utf8'), {
      bom: true,
      columns: true,
    }) as Record<string, string>[];
    expect(refused).toHaveLength(60);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['REQUIRED', 'NOT_ALLOWED']));
    for (const { line: at, external_id } of refused) expect(Number(at)).toBe(Number(external_id) + 2);

    writeFileSync(
      file('half.csv'),
      `${HEADER}\n${Array.from({ length: 120 }, (_, i) => line(i)).join('\n')}\n`,
    );
    const corrected = await run('import', file('half.csv'));
    expect([corrected.code, (await stored()).length]).toEqual([0, 120]);
  });

  it('takes a file in GB18030', async () => {
    // 导入国标 in GB18030.
    const title = Buffer.from([0xb5, 0xbc, 0xc8, 0xeb, 0xb9, 0xfa, 0xb1, 0xea]);
    const [before = '', after = ''] = line(900, '|').split('|');
    writeFileSync(
      file('gb.csv'),
      Buffer.concat([Buffer.from(`${HEADER}\n${before}`), title, Buffer.from(`${after}\n`)]),
    );
    expect((await run('import', file('gb.csv'))).code).toBe(0);
    expect((await stored()).find(({ external_id }) => external_id === '900')?.title).toBe('导入国标');
  });

  it('that is killed goes on where it was, and every row arrives once', async () => {
    const rows = Array.from({ length: 150 }, (_, i) => line(1_000 + i));
    writeFileSync(file('killed.csv'), `${HEADER}\n${rows.join('\n')}\n`);
    const args = ['import', file('killed.csv'), '--batch-size', '10', '--parallel', '1'];
    const killed = new ScriptProcess('grid/index.ts', args, await environment());
    const ours = async () =>
      // Those of the other tests have shorter ids.
      (await stored()).filter(({ external_id }) => external_id.length === 4).length;
    while ((await ours()) < 30) await new Promise((resolve) => setTimeout(resolve, 20));
    await killed.end('SIGKILL');
    const state = JSON.parse(readFileSync(file('killed.csv.grid-state.json'), 'utf8'));
    expect(state.finished.length).toBeGreaterThan(0);
    const again = await run(...args);
    expect([again.code, again.stderr]).toEqual([
      0,
      expect.stringContaining('Going on with an import that was interrupted'),
    ]);
    expect(again.stdout).toContain('150 rows are with the hub, 0 rows refused');
    expect(await ours()).toBe(150);
  });

  it('exports a list whole, in both formats, and takes its own exports in again elsewhere', async () => {
    for (const format of ['table', 'open311']) {
      const out = file(`${format}.csv`);
      const exported = await run(
        'export',
        '--format',
        format,
        '--under',
        '320509110',
        '--page-size',
        '100',
        '--out',
        out,
      );
      expect([exported.code, exported.stderr]).toEqual([0, expect.stringMatching(/Exported \d+ cases into/)]);
      const text = readFileSync(out, 'utf8');
      expect(text.startsWith('\uFEFF')).toBe(true);
      const rows = parse(text, { bom: true, columns: true }) as Record<string, string>[];
      const { count = 0 } =
        (
          await hub.build('grid', (db) =>
            db('cases')
              .where('jurisdiction', '>=', '320509110')
              .where('jurisdiction', '<', '320509110:')
              .count<{ count: number }[]>('* as count'),
          )
        )[0] ?? {};
      expect(rows).toHaveLength(count);
      const checked = await run('import', out, '--source', 'HOTLINE_12345', '--dry-run');
      expect(checked.stdout).toMatch(/Would send \d+ rows/);
      expect(checked.stdout).not.toContain('Would send 0 rows');
    }
    const printed = await run('export', '--list', 'OVERDUE');
    expect(printed.stdout.startsWith('案件编号,')).toBe(true);
  });

  /** Runs it for another unit. */
  const runAs = async (agency: string, ...args: string[]) =>
    runScript('grid/index.ts', args, { ...(await environment()), HUB_TOKEN: await hub.token(agency) });
  const table = (name: string): Record<string, string>[] =>
    parse(readFileSync(file(name), 'utf8'), { bom: true, columns: true });

  it('gives grids out and takes them in again, mended, twice as once', async () => {
    const command = '320612102-COMMAND';
    const exported = await runAs(
      command,
      'export',
      '--of',
      'grids',
      '--under',
      '320612102',
      '--out',
      file('g.csv'),
    );
    expect([exported.code, exported.stderr]).toEqual([0, expect.stringContaining('Exported 57 grids')]);
    const text = readFileSync(file('g.csv'), 'utf8');
    expect(text.startsWith('\uFEFF')).toBe(true);
    const lines = text.trim().split('\r\n');
    const [head = '', first = '', second = '', third = '', ...rest] = lines;
    const mended = first.split(',').map((field, i) => (i === 4 ? '777' : field));
    const broken = second.split(',').map((field, i) => (i === 2 ? 'HALF' : field));
    const elsewhere = third.split(',').map((field, i) => (i === 0 ? '310118104201-01' : field));
    writeFileSync(file('g.csv'), [head, mended, broken, elsewhere, ...rest].join('\r\n'));
    for (const _ of ['once', 'twice']) {
      const imported = await runAs(command, 'import', file('g.csv'), '--of', 'grids');
      expect([imported.code, imported.stdout]).toEqual([
        1,
        expect.stringContaining('55 grids are with the hub, 2 rows refused'),
      ]);
      expect(table('g.csv.refused.csv').map(({ line: at, code }) => [at, code])).toEqual([
        ['3', 'INVALID'],
        ['4', 'NOT_ALLOWED INVALID'],
      ]);
    }
    const people = await hub.build('grid', (db) =>
      db('grids').where({ code: mended[0] }).select('people', 'recorded_by'),
    );
    expect(people).toEqual([{ people: 777, recorded_by: expect.any(String) }]);
    const events = await hub.build('grid', (db) =>
      db('grid_events').where({ grid: mended[0] }).whereRaw("content ->> 'people' = '777'"),
    );
    expect(events).toHaveLength(1);
  });

  it('takes workers in with their duty hours', async () => {
    const [{ code } = { code: '' }] = await hub.build('grid', (db) =>
      db<{ code: string }>('grids').where('code', '>', '320612102').orderBy('code').limit(1).select('code'),
    );
    writeFileSync(
      file('workers.csv'),
      `网格编码,工号,姓名,岗位,值班星期,上岗时刻,下岗时刻\n${code},X-1,曹一,兼职网格员,6;7,09:00,12:00\n${code},X-2,曹二,站长,1,,\n`,
    );
    const imported = await runAs('320612102-COMMAND', 'import', file('workers.csv'), '--of', 'workers');
    expect([imported.code, imported.stdout]).toEqual([
      1,
      expect.stringContaining('1 worker is with the hub, 1 row refused'),
    ]);
    const rows = await hub.build('grid', (db) =>
      db('grid_workers').where({ number: 'X-1' }).select('name', 'role', 'duty_weekdays', 'duty_begins'),
    );
    expect(rows).toEqual([{ name: '曹一', role: 'PART_TIME', duty_weekdays: [6, 7], duty_begins: '09:00' }]);
  });

  it('pushes leads to a list once, and gives them back with their results', async () => {
    const agency = '330421-URBAN';
    const { data } = await hub.send(
      agency,
      `mutation { openLeadList(input: { title: "导入线索", jurisdiction: "330421111", dueOn: "2099-01-01" }) { list { id } } }`,
    );
    const { id } = data.openLeadList.list;
    writeFileSync(
      file('leads.csv'),
      '外部编号,区划代码,事项,地址,依据\nL1,330421111212,用水异常,1号,60吨\nL2,330421111212,,2号,50吨\nL3,310118104,用水异常,3号,40吨\n',
    );
    for (const _ of ['once', 'twice']) {
      const imported = await runAs(agency, 'import', file('leads.csv'), '--of', 'leads', '--lead-list', id);
      expect([imported.code, imported.stdout]).toEqual([
        1,
        expect.stringContaining('1 lead is with the hub, 2 rows refused'),
      ]);
    }
    expect(table('leads.csv.refused.csv').map(({ line: at }) => at)).toEqual(['3', '4']);
    const out = ['export', '--of', 'leads', '--lead-list', id, '--out', file('back.csv')];
    expect((await runAs(agency, ...out)).code).toBe(0);
    expect(table('back.csv')).toMatchObject([{ 外部编号: 'L1', 状态: '待分派' }]);
    const again = await runAs(agency, 'import', file('back.csv'), '--of', 'leads', '--lead-list', id);
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('1 lead is with the hub')]);
  });

  it('takes the stamps of a week in from a month’s statement, which it gave', async () => {
    const agency = '330421111212-COMMITTEE';
    const of = ['--of', 'stamps'];
    const out = ['--under', '330421111212', '--month', '2026-09', '--out', file('s.csv')];
    expect((await runAs(agency, 'export', ...of, ...out)).code).toBe(0);
    const rows = table('s.csv').map((row) => `${row.积分卡号},红章`);
    expect(rows).toHaveLength(5);
    writeFileSync(file('s.csv'), `积分卡号,2026-09-07\n${rows.join('\n')}\nNONE,黑章\n`);
    const week = ['--week', '2026-09-07', '--jurisdiction', '330421111212'];
    for (const _ of ['once', 'twice']) {
      const imported = await runAs(agency, 'import', file('s.csv'), ...of, ...week);
      expect([imported.code, imported.stdout]).toEqual([
        1,
        expect.stringContaining('5 stamps are with the hub, 1 row refused'),
      ]);
    }
    expect(table('s.csv.refused.csv')).toMatchObject([{ line: '7', code: 'NOT_FOUND' }]);
    const checked = await runAs(agency, 'import', file('s.csv'), ...of, ...week, '--dry-run');
    expect(checked.stdout).toContain('Would send 6 stamps');
    const refused = await runAs('310118104-CITYOPS', 'import', file('s.csv'), ...of, ...week);
    expect(refused.code).toBe(2);
  });

  it('says which columns a file lacks, before anything is sent', async () => {
    writeFileSync(file('lacks.csv'), 'external_id,title\n1,x\n');
    const ended = await run('import', file('lacks.csv'));
    expect([ended.code, ended.stderr]).toEqual([
      2,
      expect.stringContaining('lacks 1 column: category / 类别'),
    ]);
  });
});
