import pino from 'pino';
import {
  type AgencyRow,
  agenciesAbove,
  agenciesByCode,
  agenciesIn,
  type DirectoryAnswer,
  DirectoryCopy,
  nearestOf,
} from '../../subgraphs/kit/directory';
import { rangeOf } from '../../subgraphs/kit/jurisdiction';
import { tourism } from '../../subgraphs/tourism';
import { useHub } from '../support/hub';
import { useSubgraph } from '../support/subgraph';

const unit = (code: string, functions: string[] = [], more: Partial<AgencyRow> = {}): AgencyRow => ({
  ...{ code, functions, name: `单位 ${code}`, jurisdiction: code.slice(0, code.indexOf('-')), remit: [] },
  ...{ latitude: null, longitude: null, radius_meters: null },
  ...more,
});
const codes = (rows: readonly AgencyRow[]) => rows.map(({ code }) => code);

describe('a copy of the directory', () => {
  const world = useSubgraph(tourism);
  let answer: DirectoryAnswer | Error;
  const asked: unknown[] = [];
  const copy = () =>
    new DirectoryCopy(
      world.database,
      {
        ask: async (_, body) => {
          asked.push(body);
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
      pino({ level: 'silent' }),
    );
  const all = () => world.build((db) => agenciesIn(db, { from: '', below: '~' }, 'TOURISM'));

  it('takes over what the registry has, and drops what it no longer has', async () => {
    const directory = copy();
    const whole = unit('310118-A', ['TOURISM', 'COMMERCE'], {
      ...{ remit: ['310118'], latitude: 31.1, longitude: 121.05, radius_meters: 500 },
    });
    answer = { version: 1, agencies: [whole, unit('310118-B', ['TOURISM'])] };
    await directory.refresh();
    expect(await all()).toEqual([whole, unit('310118-B', ['TOURISM'])]);
    answer = { version: 2, agencies: [unit('310118-B', ['TOURISM'], { name: '新名' })] };
    await directory.refresh();
    expect(await all()).toEqual([unit('310118-B', ['TOURISM'], { name: '新名' })]);
  });

  it('asks only for what is newer than it has, and stands while there is nothing newer', async () => {
    const directory = copy();
    answer = { version: 7, agencies: [unit('310118-C', ['TOURISM'])] };
    asked.length = 0;
    await directory.refresh();
    answer = { version: 7, agencies: null };
    await directory.refresh();
    expect(asked).toEqual([{ since: null }, { since: 7 }]);
    expect(codes(await all())).toEqual(['310118-C']);
  });

  it('starts without the registry, with what it had', async () => {
    const directory = copy();
    answer = new Error('the registry is away');
    await directory.start();
    await directory.stop();
    expect(codes(await all())).toEqual(['310118-C']);
    await expect(directory.refresh()).rejects.toThrow('the registry is away');
  });

  it('finds units by code, by place and function, and above a place', async () => {
    answer = {
      version: 9,
      agencies: [
        unit('310000-T', ['TOURISM']),
        unit('310118-T', ['TOURISM']),
        unit('310118-F', ['FIRE_SAFETY']),
        unit('310118104-T', ['TOURISM']),
        unit('330421-T', ['TOURISM']),
      ],
    };
    await copy().refresh();
    const above = await world.build(async (db) => {
      expect(codes(await agenciesByCode(db, ['310118-F', '310118-X']))).toEqual(['310118-F']);
      expect(codes(await agenciesIn(db, rangeOf('310118'), 'TOURISM'))).toEqual(['310118-T', '310118104-T']);
      return agenciesAbove(db, ['310118102', '310118104222'], 'TOURISM');
    });
    expect(codes(above)).toEqual(['310000-T', '310118-T', '310118104-T']);
    expect(nearestOf(above, '310118104222')?.code).toBe('310118104-T');
    expect(nearestOf(above, '310118102')?.code).toBe('310118-T');
    expect(nearestOf(above, '330421')).toBeNull();
  });
});

describe('the directories of a hub', () => {
  const hub = useHub();
  const find = (code: string) => hub.build('tourism', (db) => agenciesByCode(db, [code]));

  it('are the registry’s from the start', async () => {
    const [found] = await find('310118104-CITYOPS');
    expect(found).toMatchObject({
      ...{ jurisdiction: '310118104', functions: ['GRID_COMMAND'], remit: ['310118104'] },
      ...{ latitude: 31.0413, longitude: 120.9142, radius_meters: 500 },
    });
  });

  it('follow it when a unit changes', async () => {
    await hub.build('registry', (db) =>
      db('agency_functions').insert({ agency: '310118104-CITYOPS', function: 'TOURISM' }),
    );
    await hub.refreshDirectories();
    const [found] = await find('310118104-CITYOPS');
    expect(found?.functions).toEqual(['GRID_COMMAND', 'TOURISM']);
  });
});
