import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Change, type Fate, failure } from '../support/labor-flow-hub';
import { type Ended, useScript } from '../support/labor-flow-script';

describe('npm run labor-flow', () => {
  const world = useScript();
  const HEADER = 'origin,destination,sector,workers';
  const BOM = '\uFEFF';
  const JULY = ['--side', 'ORIGIN', '--month', '2026-07'];

  /** As many different rows of Fuyang's as wanted, with their names as the hub keeps them. */
  const rowsOf = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `341225,${310_101 + i},C,${100 + i}`);
  const csvOf = (rows: readonly string[]): string => `${[HEADER, ...rows].join('\n')}\n`;
  const nameOf = (row: string): string => row.replace(/^(\d+),(\d+),(.),.*$/, '$1>$2:$3');

  /** Every row is at the hub, and was written once. */
  function mustHoldOnce(rows: readonly string[]): void {
    expect(Object.fromEntries(world.hub.writes)).toEqual(
      Object.fromEntries(rows.map((row) => [nameOf(row), 1])),
    );
  }

  /** Ended with one sentence. */
  function mustSay({ code, stderr }: Ended, expectedCode: number, sentence: string | RegExp): void {
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(expectedCode);
  }

  describe('push', () => {
    it('sends what a file holds, with how it was counted, and leaves nothing behind', async () => {
      const file = world.write('flows.csv', csvOf(rowsOf(7)));
      const { code, stdout, stderr } = await world.run([
        'push',
        file,
        ...JULY,
        '--batch-size',
        '3',
        '--parallel',
        '1',
      ]);
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: `Pushed ${file}, month 2026-07, side ORIGIN: 7 new, 0 revised, 0 unchanged, 0 refused.\n`,
        stderr: '',
      });
      mustHoldOnce(rowsOf(7));
      const definition = { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2026-07-31' };
      expect(world.hub.submissions.map(({ rows, ...head }) => ({ ...head, rows: rows.length }))).toEqual(
        [3, 3, 1].map((rows) => ({
          ...{ batchKey: expect.any(String), month: '2026-07', side: 'ORIGIN', definition, rows },
        })),
      );
      expect(world.hub.submissions[0]?.rows[0]).toEqual({
        ...{ origin: '341225', destination: '310101', sector: 'C', workers: 100 },
      });
      expect(readdirSync(world.folder)).toEqual(['flows.csv']);
    });

    it('says how was counted when it is told', async () => {
      const file = world.write('flows.csv', csvOf(rowsOf(1)));
      const how = ['--minimum-stay', '0', '--no-includes-flexible', '--reference-day', '2026-07-15'];
      const { code } = await world.run(['push', file, '--side', 'destination', '--month', '2026-07', ...how]);
      expect(code).toBe(0);
      expect(world.hub.submissions).toMatchObject([
        {
          side: 'DESTINATION',
          definition: { minimumStayMonths: 0, includesFlexible: false, referenceDay: '2026-07-15' },
        },
      ]);
    });

    it('reads GB18030 with a Chinese header and columns of its own', async () => {
      const file = world.write(
        'flows.csv',
        Buffer.from(
          'b1b8d7a22ccae4c8ebb5d82cc8cbcafd2ccae4b3f6b5d82cd0d0d2b5c3c5c0e00abde7cad72c3331303131382c313230302c3334313232352c430a',
          'hex',
        ),
      );
      const { code, stderr } = await world.run(['push', file, ...JULY]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: 'Columns that are not read: 备注.\n' });
      expect(Object.fromEntries(world.hub.figures)).toEqual({ '341225>310118:C': 1200 });
    });

    it('tells new, revised and unchanged figures apart', async () => {
      world.hub.figures.set('341225>310101:C', 100).set('341225>310102:C', 1);
      const file = world.write('flows.csv', csvOf(rowsOf(3)));
      const { stdout } = await world.run(['push', file, ...JULY]);
      expect(stdout).toContain('1 new, 1 revised, 1 unchanged, 0 refused.');
    });

    it('puts rows aside that cannot be right, sends the others, and takes the corrected rows', async () => {
      const file = world.write(
        'flows.csv',
        `${HEADER},place\n341225,310101,C,1,"Huangpu, ""old"""\n341225,310101,Z,x,b\n\n341225,310102,C,2,c\n341225,310101,C,5,d\n341225,310103\n`,
      );
      const first = await world.run(['push', file, ...JULY]);
      expect(first.code).toBe(1);
      expect(first.stdout).toBe(
        `Pushed ${file}, month 2026-07, side ORIGIN: 2 new, 0 revised, 0 unchanged, 3 refused.\n` +
          `3 rows are refused: ${file}.refused.csv says why. Correct them there and push that file.\n`,
      );
      expect(Object.fromEntries(world.hub.figures)).toEqual({ '341225>310101:C': 1, '341225>310102:C': 2 });
      const refused = world.read('flows.csv.refused.csv');
      expect(refused).toBe(
        `${BOM}${HEADER},place,line,code,reason\n` +
          `341225,310101,Z,x,b,3,INVALID,"""Z"" is not a sector: give one letter from A to T, a section of GB/T 4754. ""x"" is no count of workers: give a whole number from 0 to 2147483647, digits only."\n` +
          `341225,310101,C,5,d,6,CONFLICT,"Line 2 gives the same origin, destination and sector. Give each figure once."\n` +
          `341225,310103,,,,7,INVALID,The line has 2 fields and the header 5.\n`,
      );
      const corrected = world.write(
        'flows.csv.refused.csv',
        refused
          .replace('341225,310101,Z,x,b', '341225,310101,D,7,b')
          .replace('341225,310103,,', '341225,310103,C,9'),
      );
      const second = await world.run(['push', corrected, ...JULY]);
      expect(second.stderr).toBe('Columns that are not read: place, line, code, reason.\n');
      expect(second.stdout).toContain('2 new, 1 revised, 0 unchanged, 0 refused.');
      expect(second.code).toBe(0);
    });

    it('says what is wrong with rows in Chinese where the locale is', async () => {
      const file = world.write('flows.csv', csvOf(['341225,310101,Z,1']));
      await world.run(['push', file, ...JULY], { LANG: 'zh_CN.UTF-8' });
      expect(world.read('flows.csv.refused.csv')).toContain('“Z”不是行业门类');
    });

    it('puts rows aside that the hub refuses, and sends what is left of their batches', async () => {
      world.hub.refuses = ({ destination }) =>
        ['310102', '310106'].includes(destination)
          ? { code: 'CONFLICT', message: '341200-HRSS reported this figure first.' }
          : null;
      const rows = rowsOf(7);
      const file = world.write('flows.csv', csvOf(rows));
      const options = ['--batch-size', '3', '--refused', world.path('no.csv')];
      const { code, stdout } = await world.run(['push', file, ...JULY, ...options]);
      expect(code).toBe(1);
      expect(stdout).toContain('5 new, 0 revised, 0 unchanged, 2 refused.');
      mustHoldOnce(rows.filter((row) => !/310102|310106/.test(row)));
      const lines = world.read('no.csv').split('\n');
      expect(lines.slice(1).sort()).toEqual([
        '',
        '341225,310102,C,101,3,CONFLICT,341200-HRSS reported this figure first.',
        '341225,310106,C,105,7,CONFLICT,341200-HRSS reported this figure first.',
      ]);
      // Pushed again it is refused again, and nothing is counted again.
      const again = await world.run(['push', file, ...JULY, ...options]);
      expect(again.stdout).toContain('5 new, 0 revised, 0 unchanged, 2 refused.');
      mustHoldOnce(rows.filter((row) => !/310102|310106/.test(row)));
      expect(world.read('no.csv').split('\n').sort()).toEqual(lines.sort());
    });

    it('sends no empty rest when the hub refuses a whole batch row by row', async () => {
      world.hub.refuses = () => ({ code: 'NOT_ALLOWED', message: 'Not yours.' });
      const { code, stdout } = await world.run(['push', world.write('flows.csv', csvOf(rowsOf(3))), ...JULY]);
      expect(code).toBe(1);
      expect(stdout).toContain('0 new, 0 revised, 0 unchanged, 3 refused.');
      expect(world.hub.submissions).toHaveLength(1);
    });

    it('goes on when the hub refuses further rows of what was left', async () => {
      world.hub.refuses = ({ destination }, { rows }) =>
        destination === '310101' || (destination === '310103' && rows.length < 4)
          ? { code: 'CONFLICT', message: 'No.' }
          : null;
      const rows = rowsOf(4);
      const { stdout } = await world.run(['push', world.write('flows.csv', csvOf(rows)), ...JULY]);
      expect(stdout).toContain('2 new, 0 revised, 0 unchanged, 2 refused.');
      expect(world.read('flows.csv.refused.csv')).toMatch(/310101,C,100,2,[\s\S]*310103,C,102,4,/);
      mustHoldOnce([rows[1] ?? '', rows[3] ?? '']);
    });

    it.each([
      ['the month', ['month'], '2026-07 has not begun.'],
      ['the unit', [], 'This unit reports no labor flows.'],
      ['the number of rows', ['rows'], 'Too many.'],
    ])('stops when the hub refuses %s', async (_, path, message) => {
      world.hub.refusesAll = { code: 'INVALID', message, path };
      const ended = await world.run([
        'push',
        world.write('flows.csv', csvOf(rowsOf(30))),
        ...JULY,
        '--batch-size',
        '1',
      ]);
      expect(ended).toMatchObject({ code: 2, stdout: '', stderr: `The hub refuses: ${message}\n` });
      expect(world.hub.submissions.length).toBeLessThanOrEqual(2);
    });

    it('sends nothing with --all-or-nothing when a row cannot be right', async () => {
      const file = world.write('flows.csv', csvOf([...rowsOf(3), '341225,310101,Z,1']));
      const ended = await world.run(['push', file, ...JULY, '--all-or-nothing']);
      expect(ended).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/^1 row is refused: .*\nNothing was sent\.\n$/),
      });
      expect(world.hub.requests).toBe(0);
      expect(world.read('flows.csv.refused.csv')).toContain('341225,310101,Z,1,5,INVALID');
    });

    it('sends everything with --all-or-nothing when all rows can be right', async () => {
      const ended = await world.run([
        'push',
        world.write('flows.csv', csvOf(rowsOf(3))),
        ...JULY,
        '--all-or-nothing',
      ]);
      expect(ended.code).toBe(0);
      mustHoldOnce(rowsOf(3));
    });

    it('only says what it would do with --dry-run, without a token', async () => {
      const file = world.write('flows.csv', csvOf([...rowsOf(1200), '341225,310101,Z,1']));
      const ended = await world.run(['push', file, ...JULY, '--dry-run', '--batch-size', '500'], {
        HUB_TOKEN: '',
      });
      expect(ended).toEqual({
        ...{ code: 1, signal: null, stderr: '' },
        stdout:
          `Would send 1,200 rows in 3 batches to ${world.hub.url}.\n` +
          '  side ORIGIN, month 2026-07, counted on 2026-07-31: who stays 6 months or longer, flexible workers included\n' +
          `1 row is refused: ${file}.refused.csv says why. Correct them there and push that file.\n` +
          'Nothing was sent.\n',
      });
      expect(world.hub.requests).toBe(0);
      expect(readdirSync(world.folder)).toEqual(['flows.csv', 'flows.csv.refused.csv']);
    });

    it('does away with the refused rows of an earlier run when none are refused any more', async () => {
      const file = world.write('flows.csv', csvOf(['341225,310101,Z,1']));
      await world.run(['push', file, ...JULY]);
      expect(existsSync(`${file}.refused.csv`)).toBe(true);
      world.write('flows.csv', csvOf(['341225,310101,C,1']));
      await world.run(['push', file, ...JULY]);
      expect(existsSync(`${file}.refused.csv`)).toBe(false);
    });
  });

  describe('push, when things go wrong', () => {
    it('goes on after kill -9 where it was, and every row counts once', async () => {
      const rows = rowsOf(100);
      const file = world.write('flows.csv', csvOf([...rows, '341225,310101,Z,1']));
      const push = ['push', file, ...JULY, '--batch-size', '4', '--parallel', '3'];
      for (const killAt of [5, 9, 14, 20]) {
        const { child, ended } = world.start(push);
        world.hub.fate = async (count): Promise<Fate> => {
          if (count >= killAt) {
            child.kill('SIGKILL');
            await ended;
          }
          // What was under way is stored, and nobody heard of it.
          return 'answered';
        };
        expect(await ended).toMatchObject({ signal: 'SIGKILL' });
      }
      world.hub.fate = () => 'answered';
      const before = world.hub.submissions.length;
      const { code, stdout, stderr } = await world.run(push);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^Going on with a push that was interrupted: \d+ batches are done\.\n$/);
      expect(stdout).toContain('100 new, 0 revised, 0 unchanged, 1 refused.');
      mustHoldOnce(rows);
      // Finished batches are not sent again.
      expect(world.hub.submissions.length - before).toBeLessThan(20);
      expect(readdirSync(world.folder).sort()).toEqual(['flows.csv', 'flows.csv.refused.csv']);
    }, 60_000);

    it('counts nothing twice when the state was lost, and says that the hub had it before', async () => {
      const file = world.write('flows.csv', csvOf(rowsOf(10)));
      world.hub.now = () => new Date(Date.now() - 60_000);
      await world.run(['push', file, ...JULY, '--batch-size', '4']);
      const { code, stdout } = await world.run(['push', file, ...JULY, '--batch-size', '4']);
      expect(code).toBe(0);
      expect(stdout).toBe(
        `Pushed ${file}, month 2026-07, side ORIGIN: 10 new, 0 revised, 0 unchanged, 0 refused.\n` +
          '3 batches had come to the hub before, and counted then. If other figures were reported since and these shall stand again, add --round 2.\n',
      );
      mustHoldOnce(rowsOf(10));
    });

    it('reports a file anew in another round', async () => {
      const file = world.write('flows.csv', csvOf(rowsOf(2)));
      const other = world.write('other.csv', csvOf(['341225,310101,C,7']));
      await world.run(['push', file, ...JULY]);
      await world.run(['push', other, ...JULY]);
      const { stdout } = await world.run(['push', file, ...JULY, '--round', '2']);
      expect(stdout).toContain('0 new, 1 revised, 1 unchanged, 0 refused.');
      expect(world.hub.figures.get('341225>310101:C')).toBe(100);
    });

    it('counts once what was stored and whose answer was lost', async () => {
      world.hub.fate = (count) => (count % 2 === 0 ? 'cut after' : 'answered');
      const rows = rowsOf(20);
      const { code, stdout, stderr } = await world.run([
        ...['push', world.write('flows.csv', csvOf(rows)), ...JULY, '--batch-size', '5'],
      ]);
      expect(code).toBe(0);
      expect(stdout).toContain('20 new, 0 revised, 0 unchanged, 0 refused.');
      expect(stderr).toContain('Trying again for up to 60 s: the connection was cut.\n');
      mustHoldOnce(rows);
    });

    it('goes on when the hub dies and comes back', async () => {
      const rows = rowsOf(30);
      let isDown = false;
      world.hub.fate = (count) => {
        if (count === 3 && !isDown) {
          isDown = true;
          void world.hub
            .stop()
            .then(() => setTimeout(1_500))
            .then(() => world.hub.start());
        }
        return 'answered';
      };
      const { code, stderr } = await world.run([
        'push',
        world.write('flows.csv', csvOf(rows)),
        ...JULY,
        '--batch-size',
        '3',
      ]);
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringMatching(/^Trying again for up to 60 s: .*\.\nThe hub answers again\.\n$/),
      });
      mustHoldOnce(rows);
    });

    it('gives up with 3 when the hub stays away, and goes on later', async () => {
      const rows = rowsOf(12);
      const file = world.write('flows.csv', csvOf(rows));
      const push = ['push', file, ...JULY, '--batch-size', '3', '--parallel', '1'];
      world.hub.fate = (count) => (count < 2 ? 'answered' : { status: 503 });
      const ended = await world.run([...push, '--give-up-after', '1']);
      mustSay(ended, 3, /is out of reach: it answers 503\..* To go on, run the same command again\.\n$/);
      expect(ended.stdout).toBe('');
      world.hub.fate = () => 'answered';
      const { code, stderr, stdout } = await world.run(push);
      expect(code).toBe(0);
      expect(stderr).toBe('Going on with a push that was interrupted: 2 batches are done.\n');
      expect(stdout).toContain('12 new, 0 revised, 0 unchanged, 0 refused.');
      expect(world.hub.submissions).toHaveLength(4);
      mustHoldOnce(rows);
    });

    it('says that nothing listens there', async () => {
      await world.hub.stop();
      const file = world.write('flows.csv', csvOf(rowsOf(1)));
      const ended = await world.run(['push', file, ...JULY, '--give-up-after', '1']);
      mustSay(ended, 3, `The hub at ${world.hub.url} is out of reach: nothing listens there.`);
    });

    it.each(['SIGINT', 'SIGTERM'] as const)('ends soon at %s, and goes on later', async (signal) => {
      const rows = rowsOf(30);
      const push = [
        'push',
        world.write('flows.csv', csvOf(rows)),
        ...JULY,
        '--batch-size',
        '3',
        '--parallel',
        '1',
      ];
      const { child, ended } = world.start(push);
      world.hub.fate = async (count): Promise<Fate> => {
        if (count < 3) return 'answered';
        child.kill(signal);
        await ended;
        return 'cut before';
      };
      const code = signal === 'SIGINT' ? 130 : 143;
      expect(await ended).toMatchObject({
        ...{ code, stdout: '', stderr: 'Interrupted. To go on, run the same command again.\n' },
      });
      expect(world.hub.requests).toBe(4);
      world.hub.fate = () => 'answered';
      expect((await world.run(push)).stderr).toBe(
        'Going on with a push that was interrupted: 3 batches are done.\n',
      );
      mustHoldOnce(rows);
    });

    it('begins at the start when the state is of another file, option or hub', async () => {
      const file = world.write('flows.csv', csvOf(rowsOf(6)));
      const push = ['push', file, ...JULY, '--batch-size', '3', '--parallel', '1'];
      const interrupt = async () => {
        world.hub.fate = (count) => (count % 2 === 0 ? 'answered' : { status: 401 });
        await world.run(push);
        world.hub.fate = () => 'answered';
      };
      await interrupt();
      world.write('flows.csv', csvOf(rowsOf(5)));
      const { code, stdout, stderr } = await world.run(push);
      expect(stderr).toBe(
        `${file}.labor-flow-state.json is of another push (another file, option or hub), which was interrupted; this one begins at the start.\n`,
      );
      expect(stdout).toContain('2 new, 0 revised, 3 unchanged, 0 refused.');
      expect(code).toBe(0);
    });

    it('stops when the token is no longer accepted, and goes on with another', async () => {
      const rows = rowsOf(6);
      const push = [
        'push',
        world.write('flows.csv', csvOf(rows)),
        ...JULY,
        '--batch-size',
        '3',
        '--parallel',
        '1',
      ];
      world.hub.fate = (count) =>
        count === 0
          ? 'answered'
          : { status: 401, body: failure('UNAUTHENTICATED', 'The token has expired.') };
      mustSay(
        await world.run(push),
        2,
        /^The hub does not accept the token: The token has expired\. To go on, run the same command again\.\n$/,
      );
      world.hub.fate = () => 'answered';
      expect((await world.run(push)).code).toBe(0);
      mustHoldOnce(rows);
    });

    it('ends with 70 and a sentence for a bug, and shows where with DEBUG=1', async () => {
      const file = world.write('flows.csv', csvOf(rowsOf(1)));
      const body = { data: { did: { batch: null, userErrors: [] } } };
      world.hub.fate = () => ({ status: 200, body });
      const sentence =
        'Something went wrong in this script: the hub neither stored a batch nor said why. Set DEBUG=1 to see where.\n';
      const quiet = await world.run(['push', file, ...JULY]);
      expect(quiet).toMatchObject({ code: 70, stdout: '', stderr: sentence });
      const loud = await world.run(['push', file, ...JULY], { DEBUG: '1' });
      expect(loud.stderr).toMatch(/^Something went wrong[\s\S]*\n\s+at .*send\.ts/);
    });

    it('says so when the file is changed under it', async () => {
      const file = world.write('flows.csv', csvOf(rowsOf(6)));
      world.hub.fate = () => {
        world.write('flows.csv', csvOf(rowsOf(5)));
        return 'answered';
      };
      mustSay(await world.run(['push', file, ...JULY]), 2, `${file} was changed while it was sent`);
    });

    it('does not run twice on one state', async () => {
      const file = world.write('flows.csv', csvOf(rowsOf(1)));
      world.write('flows.csv.labor-flow-state.json.lock', String(process.pid));
      mustSay(await world.run(['push', file, ...JULY]), 2, `Process ${process.pid} is at work on`);
      expect(world.hub.requests).toBe(0);
    });
  });

  describe('usage', () => {
    beforeEach(() => {
      world.write('flows.csv', csvOf(rowsOf(1)));
      world.write('pulled.json', '{"kind":"labor-flow pull"}');
      world.write('empty.csv', '');
      world.write('header.csv', `${HEADER}\n\n`);
      world.write('short.csv', 'origin,destination,sector\n1,2,3\n');
      world.write('binary.csv', Buffer.from([0xff, 0xfe, 0x00]));
      mkdirSync(world.path('folder'));
    });

    it.each<[string, string[], RegExp]>([
      ['no command', [], /Usage: npm run labor-flow -- /],
      [
        'an unknown option',
        ['push', 'flows.csv', ...JULY, '--token', 'x'],
        /^error: unknown option '--token'\n/,
      ],
      ['a missing file', ['push', 'none.csv', ...JULY], /^There is no file none\.csv\.\n$/],
      ['a folder', ['push', 'folder', ...JULY], /^folder is not an ordinary file\.\n$/],
      ['an empty file', ['push', 'empty.csv', ...JULY], /^empty\.csv is empty\.\n$/],
      [
        'no rows',
        ['push', 'header.csv', ...JULY],
        /^header\.csv has a header and no rows\. Nothing was sent\.\n$/,
      ],
      ['a missing column', ['push', 'short.csv', ...JULY], /^short\.csv has no column "workers"/],
      ['what is no text', ['push', 'binary.csv', ...JULY], /^binary\.csv is not text in UTF-8 or GB18030/],
      [
        'a state that is none',
        ['push', 'flows.csv', ...JULY, '--state', 'short.csv'],
        /^short\.csv is not the state of a/,
      ],
      [
        'a state of a pull',
        ['push', 'flows.csv', ...JULY, '--state', 'pulled.json'],
        /not the state of a labor-flow push/,
      ],
      [
        'other content to append to',
        ['pull', '--after', '', '--out', 'flows.csv'],
        /not a file of changes pulled in this format/,
      ],
    ])('ends with 2 and a sentence for %s', async (_, args, sentence) => {
      const before = readdirSync(world.folder).sort();
      const ended = await world.run(args);
      mustSay(ended, 2, sentence);
      expect(world.hub.requests).toBe(0);
      expect(readdirSync(world.folder).sort()).toEqual(before);
      expect(world.read('short.csv')).toBe('origin,destination,sector\n1,2,3\n');
    });

    it('ends with 2 and a sentence without a token, and for one that is not accepted', async () => {
      const push = ['push', world.path('flows.csv'), ...JULY];
      mustSay(
        await world.run(push, { HUB_TOKEN: '' }),
        2,
        /^There is no token: name a file that holds one with --token-file, or set HUB_TOKEN\.\n$/,
      );
      mustSay(
        await world.run(push, { HUB_TOKEN: 'bad' }),
        2,
        /^The hub does not accept the token: Sign in first\./,
      );
    });

    it('takes the token from a file', async () => {
      const file = world.write('good.txt', ' a.good.token\n');
      const ended = await world.run(['push', world.path('flows.csv'), ...JULY, '--token-file', file], {
        HUB_TOKEN: '',
      });
      expect(ended.code).toBe(0);
    });

    it.each([[['--help']], [['push', '--help']], [['pull', '--help']]])(
      'explains itself: %j',
      async (args) => {
        const { code, stdout, stderr } = await world.run(args);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).toMatch(
          /Exit codes\n {2}0 {4}done\n[\s\S]* 1 [\s\S]* 2 [\s\S]* 3 [\s\S]* 70 [\s\S]* 130 /,
        );
        if (args.length > 1) expect(stdout).toMatch(/Examples\n/);
      },
    );
  });

  describe('pull', () => {
    const COLUMNS =
      'action,month,side,origin,destination,sector,workers,revision,minimum_stay_months,includes_flexible,reference_day,reported_by,changed_at\n';
    const lineOf = (i: number) =>
      `UPSERT,2026-07,ORIGIN,341225,${310_101 + i},C,${i},1,6,false,2026-07-31,341200-HRSS,2026-08-01T00:00:00.000Z\n`;
    const linesOf = (count: number) => Array.from({ length: count }, (_, i) => lineOf(i)).join('');
    /** Lets the feed grow to so many changes. */
    function growTo(count: number): void {
      while (world.hub.feed.length < count) {
        const i = world.hub.feed.length;
        world.hub.feed.push({
          ...{ action: 'UPSERT', month: '2026-07', side: 'ORIGIN', sector: 'C', workers: i, revision: 1 },
          ...{ origin: '341225', destination: String(310_101 + i), reportedBy: '341200-HRSS' },
          definition: { minimumStayMonths: 6, includesFlexible: false, referenceDay: '2026-07-31' },
          changedAt: '2026-08-01T00:00:00.000Z',
        } satisfies Change);
      }
    }
    const withState = (...more: string[]) => ['pull', '--state', world.path('state.json'), ...more];
    const intoFile = (...more: string[]) => withState('--out', world.path('out.csv'), ...more);

    it('appends what is new, page by page, and remembers where it ended', async () => {
      growTo(5);
      const first = await world.run(intoFile('--page-size', '2'));
      expect(first).toMatchObject({
        code: 0,
        stdout: '',
        stderr: `Pulled 5 changes into ${world.path('out.csv')}.\n`,
      });
      expect(world.read('out.csv')).toBe(BOM + COLUMNS + linesOf(5));
      growTo(8);
      expect((await world.run(intoFile())).stderr).toContain('Pulled 3 changes');
      expect((await world.run(intoFile())).stderr).toContain('Pulled 0 changes');
      expect(world.read('out.csv')).toBe(BOM + COLUMNS + linesOf(8));
    });

    it('makes a file with a header while there is nothing to pull', async () => {
      expect((await world.run(intoFile())).code).toBe(0);
      expect(world.read('out.csv')).toBe(BOM + COLUMNS);
      growTo(1);
      await world.run(intoFile());
      expect(world.read('out.csv')).toBe(BOM + COLUMNS + linesOf(1));
    });

    it.each([
      ['whole lines', lineOf(3)],
      ['half a line', lineOf(3).slice(0, 20)],
    ])('cuts off what a killed pull had appended before its cursor moved: %s', async (_, left) => {
      growTo(3);
      await world.run(intoFile());
      world.write('out.csv', world.read('out.csv') + left);
      growTo(6);
      expect((await world.run(intoFile())).code).toBe(0);
      expect(world.read('out.csv')).toBe(BOM + COLUMNS + linesOf(6));
    });

    it('loses and doubles nothing, whenever it is killed', async () => {
      growTo(40);
      for (const delay of [0, 1, 2, 4, 8, 16]) {
        const { child, ended } = world.start(intoFile('--page-size', '1'));
        const from = world.hub.requests;
        world.hub.fate = (count) => {
          // Falls into the writing of the file, of the state, or between.
          if (count === from + 4) void setTimeout(delay).then(() => child.kill('SIGKILL'));
          return 'answered';
        };
        await ended;
      }
      world.hub.fate = () => 'answered';
      expect((await world.run(intoFile('--page-size', '7'))).code).toBe(0);
      expect(world.read('out.csv')).toBe(BOM + COLUMNS + linesOf(40));
    }, 60_000);

    it('begins a new file behind what was pulled when the old one was taken away', async () => {
      growTo(2);
      await world.run(intoFile());
      growTo(3);
      const second = withState('--out', world.path('second.csv'));
      await world.run(second);
      expect(world.read('second.csv')).toBe(BOM + COLUMNS + lineOf(2));
      world.write('second.csv', '');
      growTo(4);
      await world.run(second);
      expect(world.read('second.csv')).toBe(BOM + COLUMNS + lineOf(3));
    });

    it('does not append to a file that was made shorter', async () => {
      growTo(2);
      await world.run(intoFile());
      world.write('out.csv', BOM + COLUMNS);
      growTo(3);
      mustSay(await world.run(intoFile()), 2, /out\.csv has \d+ bytes, and had \d+ after the last pull\./);
      expect(world.read('out.csv')).toBe(BOM + COLUMNS);
      world.write('out.csv', BOM + COLUMNS + linesOf(2));
      await world.run(intoFile());
      expect(world.read('out.csv')).toBe(BOM + COLUMNS + linesOf(3));
    });

    it('prints with --after, and the cursor for the next time on standard error', async () => {
      growTo(3);
      const first = await world.run(['pull', '--after', '', '--page-size', '2']);
      expect(first).toEqual({
        ...{ code: 0, signal: null, stdout: COLUMNS + linesOf(3), stderr: 'Pulled 3 changes.\n3@all\n' },
      });
      growTo(4);
      const second = await world.run(['pull', '--after', '3@all']);
      expect(second).toMatchObject({ stdout: COLUMNS + lineOf(3), stderr: 'Pulled 1 change.\n4@all\n' });
    });

    it('appends with --after and --out', async () => {
      growTo(1);
      await world.run(['pull', '--after', '', '--out', world.path('out.csv')]);
      growTo(2);
      await world.run(['pull', '--after', '1@all', '--out', world.path('out.csv')]);
      expect(world.read('out.csv')).toBe(BOM + COLUMNS + linesOf(2));
    });

    it('prints and remembers with --state alone', async () => {
      growTo(2);
      expect((await world.run(withState())).stdout).toBe(COLUMNS + linesOf(2));
      growTo(3);
      expect((await world.run(withState())).stdout).toBe(COLUMNS + lineOf(2));
    });

    it('does not move the cursor before the lines are out', async () => {
      growTo(2);
      const { child, ended } = world.start(withState());
      world.hub.fate = () => {
        child.stdout.destroy();
        return 'answered';
      };
      mustSay(await ended, 2, /^Standard output is read no more\. To go on, run the same command again\.\n$/);
      world.hub.fate = () => 'answered';
      expect((await world.run(withState())).stdout).toBe(COLUMNS + linesOf(2));
    });

    it('goes on after answers were lost', async () => {
      growTo(9);
      world.hub.fate = (count) => (count % 2 === 0 ? 'cut after' : 'answered');
      expect((await world.run(intoFile('--page-size', '3'))).code).toBe(0);
      expect(world.read('out.csv')).toBe(BOM + COLUMNS + linesOf(9));
    });

    it('gives up with 3 when the hub stays away, and says how to go on', async () => {
      growTo(4);
      world.hub.fate = (count) =>
        count === 1 ? { status: 503, headers: { 'retry-after': '99' } } : 'answered';
      const printed = await world.run(['pull', '--after', '', '--page-size', '2']);
      mustSay(printed, 3, /is out of reach: .* To go on, pull with --after 2@all\n$/);
      expect(printed.stdout).toBe(COLUMNS + linesOf(2));
      world.hub.fate = () => ({ status: 503, headers: { 'retry-after': '99' } });
      mustSay(await world.run(intoFile()), 3, /To go on, run the same command again\.\n$/);
      mustSay(await world.run(['pull', '--after', '2@all']), 3, /Nothing was pulled\.\n$/);
    });

    it('says what to do when the rights of the unit have changed', async () => {
      growTo(2);
      await world.run(intoFile());
      world.hub.rights = 'more';
      mustSay(
        await world.run(intoFile()),
        2,
        `What your unit may see has changed since the last pull, so earlier changes may be yours to see now. To have them, move ${world.path('state.json')} and ${world.path('out.csv')} away and run the same command.\n`,
      );
      mustSay(
        await world.run(['pull', '--after', '2@all']),
        2,
        /To have them, pull with --after "" into a new file\. To go on from here without those, pull with --after 2@more\n$/,
      );
      expect(world.read('out.csv')).toBe(BOM + COLUMNS + linesOf(2));
    });

    it('does not take the cursor of another hub', async () => {
      growTo(1);
      await world.run(intoFile());
      const other = `${world.hub.url}?other`;
      mustSay(
        await world.run(intoFile('--url', other)),
        2,
        `is of pulls from ${world.hub.url}, where its cursor belongs, not from ${other}.`,
      );
    });

    it('ends soon with Ctrl-C, and goes on later', async () => {
      growTo(6);
      const { child, ended } = world.start(intoFile('--page-size', '2'));
      world.hub.fate = async (count): Promise<Fate> => {
        if (count < 2) return 'answered';
        child.kill('SIGINT');
        await ended;
        return 'cut before';
      };
      expect(await ended).toMatchObject({
        ...{ code: 130, stderr: 'Interrupted. To go on, run the same command again.\n' },
      });
      world.hub.fate = () => 'answered';
      await world.run(intoFile());
      expect(world.read('out.csv')).toBe(BOM + COLUMNS + linesOf(6));
    });
  });
});
