import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SUPERGRAPH_FILE } from '../../subgraphs/kit/sdl';
import { useHub } from '../support/hub';
import { LiveReader } from '../support/live';
import { captureLog } from '../support/log';

const COMMAND = '310118104-CITYOPS';
const PLACE = '{ jurisdiction(code: "310118104") { name } }';
const DESCRIPTION = '{ __type(name: "GridForces") { description } }';

describe('a gateway whose supergraph changes', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'supergraph-'));
  const file = path.join(folder, 'supergraph.graphql');
  copyFileSync(SUPERGRAPH_FILE, file);
  afterAll(() => rmSync(folder, { recursive: true }));

  const log = captureLog();
  const hub = useHub({ logger: log.logger, supergraphFile: () => file });
  const committed = readFileSync(SUPERGRAPH_FILE, 'utf8');
  /** Puts another file in its place, at once. */
  const put = (content: string) => {
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  };
  const described = (text: string) => committed.replace('whom and what a unit has on duty in a place', text);
  const description = async (): Promise<string> =>
    (await hub.send(null, DESCRIPTION)).data.__type.description;
  const until = async (isSo: () => Promise<boolean> | boolean) => {
    for (let i = 0; i < 600; i += 1) {
      if (await isSo()) return true;
      await sleep(50);
    }
    return false;
  };
  const isSaid = (message: string) => () => log.lines.some(({ msg }) => msg === message);
  beforeEach(() => log.clear());

  it('serves the new one soon, and fails no request while it takes it', async () => {
    let isOver = false;
    const answers: unknown[] = [];
    const asking = (async () => {
      while (!isOver) answers.push(await hub.send(null, PLACE));
    })();
    expect(await description()).toContain('whom and what a unit has on duty');
    put(described('something else'));
    expect(await until(async () => (await description()).includes('something else'))).toBe(true);
    isOver = true;
    await asking;
    expect(answers.length).toBeGreaterThan(0);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ status: 200, data: { jurisdiction: { name: '金泽镇' } } })]),
    );
  });

  it('goes on with the subscriptions that it has', async () => {
    const headers = { authorization: `Bearer ${await hub.token(COMMAND)}` };
    const reader = await LiveReader.open(
      hub.url,
      headers,
      'subscription { gridBoard(under: "310118104") { forces { people jurisdiction { name } } } }',
    );
    put(described('once more'));
    expect(await until(async () => (await description()).includes('once more'))).toBe(true);
    const { data } = await hub.send(
      COMMAND,
      'mutation { reportGridForces(input: { people: 77 }) { userErrors { message } } }',
    );
    expect(data.reportGridForces.userErrors).toEqual([]);
    let event = await reader.next();
    while (event && event.data?.gridBoard?.forces?.people !== 77) event = await reader.next();
    expect(event?.errors).toBeUndefined();
    expect(event?.data.gridBoard.forces.people).toBe(77);
    reader.close();
  });

  it.each([
    ['cannot be read', (whole: string) => whole.slice(0, whole.length / 2)],
    ['is no supergraph', (whole: string) => `${whole.split('\n')[0]}\ntype Query { a: Int }`],
    [
      'was composed from other sources',
      (whole: string) => whole.replace(/SHA-256 \w{8}/, 'SHA-256 00000000'),
    ],
  ])('keeps the last one when the new one %s', async (_, spoil) => {
    const before = await description();
    put(spoil(committed));
    expect(await until(isSaid('the supergraph of the file cannot be served; the last one stays'))).toBe(true);
    expect(await description()).toBe(before);
    expect(await hub.send(null, PLACE)).toMatchObject({ data: { jurisdiction: { name: '金泽镇' } } });
    expect(log.lines.filter(({ msg }) => msg.includes('the last one stays'))).toHaveLength(1);
  });

  it('takes one that is mended', async () => {
    put(described('mended'));
    expect(await until(async () => (await description()).includes('mended'))).toBe(true);
  });
});
