import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SUBGRAPH_NAMES } from '../../subgraphs/names';
import { useCollector } from '../support/collector';
import { ask, freePort, runScript, ScriptProcess, tokenFor, useFolder } from '../support/process';
import { cloneDatabase, DEMO_TEMPLATE, TEST_SECRET } from '../support/server';

jest.setTimeout(120_000);

const READY = /GraphQL\s+(http:\S+)\/graphql/;
const TOWN = '{ jurisdiction(code: "310118104") { fullName } agency(code: "310118104-GOV") { name } }';

describe('npm start', () => {
  const folder = useFolder();
  const environmentOf = async (directory: string) => ({
    HUB_DATA_DIR: path.join(folder.path, directory),
    PORT: String(await freePort()),
  });

  it('brings the hub up on an empty folder, and again on the same one after a kill', async () => {
    const environment = await environmentOf('killed');
    const first = new ScriptProcess('start.ts', [], environment);
    const [, url = ''] = await first.says(READY);
    const token = tokenFor('310118104-GOV', environment);
    const expected = { fullName: '上海市青浦区金泽镇' };
    expect((await ask(url, token, TOWN)).data.jurisdiction).toEqual(expected);

    const second = await runScript('start.ts', [], { ...environment, PORT: '0' });
    expect([second.code, second.stderr]).toEqual([
      1,
      `The data directory ${environment.HUB_DATA_DIR} is in use by another hub. Stop that one, or set HUB_DATA_DIR to another folder.\n`,
    ]);

    await first.end('SIGKILL');
    const again = new ScriptProcess('start.ts', [], environment);
    await again.says(READY);
    expect((await ask(url, token, TOWN)).data.jurisdiction).toEqual(expected);

    // The hub lives on when its database is killed under it, and starts it again.
    const pidFile = path.join(environment.HUB_DATA_DIR, 'postgres', 'postmaster.pid');
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL');
    while (!again.stderr.includes('the embedded PostgreSQL is there again')) await sleep(50);
    expect((await ask(url, token, TOWN)).data.jurisdiction).toEqual(expected);
    expect(await again.end()).toBe(0);
    expect(existsSync(path.join(environment.HUB_DATA_DIR, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  describe('says in one sentence', () => {
    it('that the port is taken', async () => {
      const { url } = await cloneDatabase(DEMO_TEMPLATE);
      const environment = await environmentOf('port');
      const server = createServer().listen(Number(environment.PORT), '127.0.0.1');
      const { code, stderr } = await runScript('start.ts', [], {
        ...environment,
        DATABASE_URL: url,
        HUB_SECRET: TEST_SECRET,
      });
      server.close();
      expect([code, stderr]).toEqual([
        1,
        `Port ${environment.PORT} on 127.0.0.1 is taken. Stop what listens there, or set PORT to another port.\n`,
      ]);
    });

    it('that the data directory cannot be written', async () => {
      const environment = await environmentOf('file');
      writeFileSync(environment.HUB_DATA_DIR, 'not a folder');
      const { code, stderr } = await runScript('start.ts', [], environment);
      expect([code, stderr]).toEqual([
        1,
        `The data directory ${environment.HUB_DATA_DIR} cannot be written (EEXIST). Set HUB_DATA_DIR to a folder that can.\n`,
      ]);
    });

    it('that the data directory holds something else', async () => {
      const environment = await environmentOf('occupied');
      mkdirSync(path.join(environment.HUB_DATA_DIR, 'postgres'), { recursive: true });
      writeFileSync(path.join(environment.HUB_DATA_DIR, 'postgres', 'photo.jpg'), 'mine');
      const { code, stderr } = await runScript('start.ts', [], environment);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^The embedded PostgreSQL does not start in \S+: .*not empty.* Set HUB_DATA_DIR .*\n$/,
      );
    });

    it('that the database cannot be reached, without repeating its password', async () => {
      const environment = await environmentOf('unreachable');
      const { code, stderr } = await runScript('start.ts', [], {
        ...environment,
        DATABASE_URL: `postgresql://admin:hunter2@127.0.0.1:${environment.PORT}/hub`,
      });
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^The database cannot be reached \(.*\)\. Check DATABASE_URL and that the server runs\.\n$/,
      );
      expect(stderr).not.toContain('hunter2');
    });

    it.each([
      [{ PORT: 'http' }, 'PORT is "http"; it must be a whole number above 0.\n'],
      [
        { LOG_LEVEL: 'loud' },
        'LOG_LEVEL is "loud"; choose one of trace, debug, info, warn, error, fatal, silent.\n',
      ],
    ])('what is wrong with %p', async (setting, sentence) => {
      const settings = { HUB_DATA_DIR: path.join(folder.path, 'settings'), ...setting };
      const { code, stderr } = await runScript('start.ts', [], settings);
      expect([code, stderr]).toEqual([1, sentence]);
    });
  });
});

describe('a hub on a server of its own', () => {
  const folder = useFolder();
  const collector = useCollector();

  it('runs with gateway and subgraphs as processes of their own, and outlives one of them', async () => {
    const database = await cloneDatabase(DEMO_TEMPLATE);
    const ports = Object.fromEntries(
      await Promise.all(SUBGRAPH_NAMES.map(async (name) => [name, String(await freePort())] as const)),
    );
    const environment = {
      DATABASE_URL: database.url,
      HUB_SECRET: TEST_SECRET,
      HUB_DATA_DIR: path.join(folder.path, 'processes'),
      PORT: String(await freePort()),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '20',
      ...Object.fromEntries(SUBGRAPH_NAMES.map((name) => [`${name.toUpperCase()}_PORT`, ports[name] ?? ''])),
      ...Object.fromEntries(
        SUBGRAPH_NAMES.map((name) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${ports[name]}`]),
      ),
    };
    const subgraphs = new Map(
      SUBGRAPH_NAMES.map((name) => [name, new ScriptProcess('start-subgraph.ts', [name], environment)]),
    );
    const gateway = new ScriptProcess('start-gateway.ts', [], environment);
    await Promise.all([...subgraphs.values(), gateway].map((process) => process.says(READY)));
    const [, url = ''] = await gateway.says(READY);
    const token = tokenFor('310118104-GOV', environment);
    const whole = await ask(
      url,
      token,
      `{ laborFlow(origin: "341200", destination: "310000", month: "2026-09") { month } ${TOWN.slice(1)}`,
    );
    expect(whole).toEqual({
      status: 200,
      data: {
        laborFlow: { month: '2026-09' },
        jurisdiction: { fullName: '上海市青浦区金泽镇' },
        agency: { name: '金泽镇人民政府' },
      },
    });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    // One trace of three processes.
    const root = await collector.find(({ name }) => name === 'POST /graphql');
    for (const subgraph of ['registry', 'personnel']) {
      const part = await collector.find(({ name }) => name === `${subgraph} request`);
      expect([part.traceId, part.service]).toEqual([root.traceId, `delta-hub-${subgraph}`]);
    }
    expect(root.service).toBe('delta-hub-gateway');

    await subgraphs.get('personnel')?.end('SIGKILL');
    const partial = await ask(
      url,
      token,
      `{ laborFlow(origin: "341200", destination: "310000", month: "2026-09") { month } ${TOWN.slice(1)}`,
    );
    expect(partial.data).toEqual({ ...whole.data, laborFlow: null });
    expect(partial.errors).toEqual([
      expect.objectContaining({
        message: 'The personnel subgraph does not answer, so its fields are missing. Try again shortly.',
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'personnel' },
      }),
    ]);
    const health = await fetch(`${url}/health/ready`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({
      status: 'unavailable',
      parts: { personnel: 'unavailable', registry: 'ok' },
    });

    const codes = await Promise.all(
      [gateway, ...[...subgraphs].filter(([n]) => n !== 'personnel').map(([, p]) => p)].map((p) => p.end()),
    );
    expect(new Set(codes)).toEqual(new Set([0]));
    await database.drop();
  });

  it('says which database a subgraph alone needs', async () => {
    const { code, stderr } = await runScript('start-subgraph.ts', ['registry']);
    expect([code, stderr]).toEqual([
      1,
      'Set DATABASE_URL or REGISTRY_DATABASE_URL: a subgraph alone brings no database.\n',
    ]);
  });

  it('says which subgraphs there are', async () => {
    const { code, stderr } = await runScript('start-subgraph.ts', ['weather']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "error: command-argument value 'weather' is invalid for argument 'name'. Allowed choices are registry",
    );
  });
});
