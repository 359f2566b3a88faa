import { setTimeout as sleep } from 'node:timers/promises';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import WebSocket from 'ws';
import { useHub } from '../support/hub';
import { type LiveAnswer, LiveReader } from '../support/live';

const JINZE = '310118104';
const COMMAND = '310118104-CITYOPS';
const RIVER = '310118104-RIVER';
const BOARD = `subscription Board($under: JurisdictionCode!, $after: String) {
  gridBoard(under: $under, after: $after) { cursor kind stage forces { people agency { name } } gridCase { id title stage } }
}`;
const PEOPLE = `subscription ($under: JurisdictionCode!, $after: String) {
  gridBoard(under: $under, after: $after) { cursor forces { people } }
}`;

const hub = useHub();

const bearer = async (agency: string) => ({ authorization: `Bearer ${await hub.token(agency)}` });
const subscribe = async (
  agency: string,
  query: string,
  variables: Record<string, unknown> = { under: JINZE },
  url = hub.url,
): Promise<LiveReader> => LiveReader.open(url, await bearer(agency), query, variables);

/** Where the feed ends now, as a unit may read it. */
const now = async (agency = COMMAND): Promise<string> => {
  const { data } = await hub.send(agency, `{ gridBoardSummary(under: "${JINZE}") { cursor } }`);
  return data.gridBoardSummary.cursor;
};

let said = 1_000;
/** Has a unit report other forces than before; how many people. */
async function reportForces(agency = COMMAND, place = JINZE): Promise<number> {
  said += 1;
  const { data, errors } = await hub.send(
    agency,
    `mutation { reportGridForces(input: { jurisdiction: "${place}", people: ${said} }) { forces { people } userErrors { message } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data.reportGridForces).toEqual({ forces: { people: said }, userErrors: [] });
  return said;
}

async function report(title: string, agency = COMMAND): Promise<string> {
  const { data } = await hub.send(
    agency,
    `mutation ($input: ReportGridCaseInput!) { reportGridCase(input: $input) { gridCase { id } userErrors { message path } } }`,
    { input: { jurisdiction: JINZE, source: 'GRID_PATROL', category: 'EXPOSED_GARBAGE', title } },
  );
  expect(data.reportGridCase.userErrors).toEqual([]);
  return data.reportGridCase.gridCase.id;
}

async function step(agency: string, name: string, input: Record<string, unknown>): Promise<void> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
  const { data } = await hub.send(
    agency,
    `mutation ($input: ${type}) { ${name}(input: $input) { userErrors { code message } } }`,
    { input },
  );
  expect(data[name].userErrors).toEqual([]);
}

const peopleIn = (results: readonly LiveAnswer[]) => results.map(({ data }) => data.gridBoard.forces.people);

describe('a board', () => {
  it('shows every change of the place, in order, as it was then, with what other subgraphs know', async () => {
    const reader = await subscribe(COMMAND, BOARD);
    const id = await report('堆放');
    await step(COMMAND, 'fileGridCase', { caseId: id });
    await step(COMMAND, 'dispatchGridCase', { caseId: id, toAgency: RIVER });
    const people = await reportForces();
    const results = await reader.take(4);
    const stages = ['RECEIVED', 'FILED', 'DISPATCHED'].map((stage) => ({
      ...{ cursor: expect.any(String), kind: 'CASE_CHANGED', stage, forces: null },
      gridCase: { id, title: '堆放', stage },
    }));
    const agency = { name: '金泽镇城市运行管理中心' };
    expect(results.map(({ data }) => data.gridBoard)).toEqual([
      ...stages,
      {
        ...{ cursor: expect.any(String), kind: 'FORCES_CHANGED', stage: null },
        ...{ forces: { people, agency }, gridCase: null },
      },
    ]);
    reader.close();
  });

  it('goes on behind a cursor, each event once, and shows a case of then though it has gone on', async () => {
    const after = await now();
    const id = await report('倾倒');
    await step(COMMAND, 'fileGridCase', { caseId: id });
    const first = await subscribe(COMMAND, BOARD, { under: JINZE, after });
    const [received] = await first.take(1);
    first.close();
    await step(COMMAND, 'dispatchGridCase', { caseId: id, toAgency: RIVER });
    const second = await subscribe(COMMAND, BOARD, { under: JINZE, after: received?.data.gridBoard.cursor });
    const rest = await second.take(2);
    expect([received, ...rest].map((result) => result?.data.gridBoard.gridCase)).toEqual(
      ['RECEIVED', 'FILED', 'DISPATCHED'].map((stage) => ({ id, title: '倾倒', stage })),
    );
    second.close();
  });

  it('is followed from its summary, and counts what it shows in one picture', async () => {
    const summary = async () => {
      const { data } = await hub.send(
        COMMAND,
        `{ gridBoardSummary(under: "${JINZE}") {
          cursor overdueCount peopleOnDuty stages { stage count }
          forces { agency { code } people }
          departments { agency { code } openCount today { dispatched closed closedOnTime } }
        } }`,
      );
      return data.gridBoardSummary;
    };
    const before = await summary();
    const people = await reportForces();
    const id = await report('漏水');
    await step(COMMAND, 'fileGridCase', { caseId: id });
    await step(COMMAND, 'dispatchGridCase', { caseId: id, toAgency: RIVER });
    const after = await summary();
    const countOf = (board: typeof before, stage: string) =>
      board.stages.find((row: { stage: string }) => row.stage === stage).count;
    const partOf = (board: typeof before) =>
      board.departments.find((row: { agency: { code: string } }) => row.agency.code === RIVER);
    expect(countOf(after, 'DISPATCHED') - countOf(before, 'DISPATCHED')).toBe(1);
    expect(partOf(after).openCount - partOf(before).openCount).toBe(1);
    expect(partOf(after).today.dispatched - partOf(before).today.dispatched).toBe(1);
    expect(after.forces.find((row: { agency: { code: string } }) => row.agency.code === COMMAND).people).toBe(
      people,
    );
    expect(after.peopleOnDuty).toBe(
      after.forces.reduce((sum: number, row: { people: number }) => sum + row.people, 0),
    );
    const reader = await subscribe(COMMAND, BOARD, { under: JINZE, after: before.cursor });
    const kinds = (await reader.take(4)).map(({ data }) => data.gridBoard.kind);
    expect(kinds).toEqual(['FORCES_CHANGED', 'CASE_CHANGED', 'CASE_CHANGED', 'CASE_CHANGED']);
    reader.close();
  });

  it('tells with a step how the day of the unit stood after it', async () => {
    const reader = await subscribe(
      COMMAND,
      `subscription { gridBoard(under: "${JINZE}") { step { kind } performance { agency { code } dispatched accepted resolved closed closedOnTime } } }`,
    );
    const ids = [await report('甲'), await report('乙')];
    for (const caseId of ids) {
      await step(COMMAND, 'fileGridCase', { caseId });
      await step(COMMAND, 'dispatchGridCase', { caseId, toAgency: '310118104-GOV' });
      await step('310118104-GOV', 'acceptGridCaseTask', { caseId });
      await step('310118104-GOV', 'resolveGridCase', { caseId, note: '已清理', photos: [] });
      await step(COMMAND, 'verifyGridCase', { caseId, result: 'PASS' });
    }
    const events = (await reader.take(12)).map(({ data }) => data.gridBoard);
    const counts = events
      .filter(({ performance }) => performance)
      .map(({ step: { kind }, performance: { agency, ...numbers } }) => [
        agency.code,
        kind,
        ...Object.values(numbers),
      ]);
    const round = (n: number) => [
      ['310118104-GOV', 'DISPATCHED', n, n - 1, n - 1, n - 1, n - 1],
      ['310118104-GOV', 'ACCEPTED', n, n, n - 1, n - 1, n - 1],
      ['310118104-GOV', 'RESOLVED', n, n, n, n - 1, n - 1],
      ['310118104-GOV', 'CLOSED', n, n, n, n, n],
    ];
    expect(counts).toEqual([...round(1), ...round(2)]);
    reader.close();
  });

  it('is asked for once, however many look at it', async () => {
    const watch = async (count: number): Promise<string[]> => {
      const after = await now();
      const readers = await Promise.all(
        Array.from({ length: count }, () => subscribe(COMMAND, BOARD, { under: JINZE, after })),
      );
      // Until all wait at the same place.
      await sleep(300);
      const statements = await hub.statementsOf(async () => {
        const people = await reportForces();
        const results = await Promise.all(readers.map((reader) => reader.take(1)));
        expect(new Set(results.flatMap(peopleIn))).toEqual(new Set([people]));
      });
      for (const reader of readers) reader.close();
      // Beside these, gateways look up units now and then.
      return statements.filter((name) => name.startsWith('board.'));
    };
    const alone = await watch(1);
    expect(alone.filter((name) => name === 'board.forcesChanges')).toHaveLength(1);
    expect(await watch(20)).toEqual(alone);
  });
});

describe('what a board shows', () => {
  it('is what the viewer may see: a stranger waits for nothing', async () => {
    const stranger = await subscribe('330421103-REVIEW', PEOPLE);
    const people = await reportForces();
    const own = await subscribe(COMMAND, PEOPLE);
    const mine = await reportForces();
    expect(peopleIn(await own.take(1))).toEqual([mine]);
    const silence = sleep(500, 'nothing');
    expect(await Promise.race([stranger.next(), silence])).toBe('nothing');
    expect(people).toBeLessThan(mine);
    stranger.close();
    own.close();
  });

  it('is not gone on with under other rights: the cursor is refused, with where to begin again and where to go on', async () => {
    const after = await now();
    const reader = await subscribe(RIVER, PEOPLE, { under: JINZE, after });
    const refusal = await reader.next();
    expect(refusal).toEqual({
      errors: [
        {
          message: expect.stringContaining('read under other rights'),
          extensions: {
            code: 'CURSOR_RIGHTS_CHANGED',
            restartAfter: expect.any(String),
            continueAfter: expect.any(String),
          },
        },
      ],
    });
    expect(await reader.next()).toBeUndefined();
    const continueAfter = refusal?.errors?.[0]?.extensions.continueAfter;
    const people = await reportForces(RIVER);
    const going = await subscribe(RIVER, PEOPLE, { under: JINZE, after: continueAfter });
    expect(peopleIn(await going.take(1))).toEqual([people]);
    going.close();
  });

  it('leaves a receipt before the first event that shows what another unit recorded', async () => {
    const reader = await subscribe(COMMAND, PEOPLE);
    await reportForces(RIVER);
    await reportForces(RIVER);
    const [first, second] = await reader.take(2);
    expect(first?.extensions).toEqual({ receipt: { id: expect.any(String), hash: expect.any(String) } });
    expect(second?.extensions).toBeUndefined();
    const receipt = first?.extensions?.receipt as { id: string } | undefined;
    const rows = await hub.build('registry', (db) =>
      db('receipts')
        .select('consumer')
        .where({ id: receipt?.id ?? null }),
    );
    expect(rows).toEqual([{ consumer: COMMAND }]);
    reader.close();
  });
});

describe('an operation over server-sent events', () => {
  it.each([
    ['does not exist', 'subscription { xyzzy { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['is not GraphQL', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    [
      'asks for two things',
      `subscription { a: gridBoard(under: "${JINZE}") { cursor } b: gridBoard(under: "${JINZE}") { cursor } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['leaves out a variable', BOARD, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'begins nowhere',
      `subscription { gridBoard(under: "${JINZE}", after: "xyzzy") { cursor } }`,
      'BAD_USER_INPUT',
    ],
  ])('that %s is told so as its only result', async (_, query, code) => {
    const reader = await subscribe(COMMAND, query, {});
    expect(reader.response.status).toBe(200);
    expect(reader.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const { errors, data } = (await reader.next()) ?? {};
    expect([errors?.[0]?.extensions.code, data]).toEqual([code, undefined]);
    expect(await reader.next()).toBeUndefined();
  });

  it('of nobody is told to sign in, and one with a token that does not count is not let in', async () => {
    const nobody = await LiveReader.open(hub.url, {}, PEOPLE, { under: JINZE });
    expect((await nobody.next())?.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const forged = await LiveReader.open(hub.url, { authorization: 'Bearer a.b.c' }, PEOPLE, {
      under: JINZE,
    });
    expect(forged.response.status).toBe(401);
  });

  it('may be a query, answered once; a change by GET is refused', async () => {
    const reader = await subscribe(COMMAND, `{ jurisdiction(code: "${JINZE}") { name } }`, {});
    expect(await reader.next()).toEqual({ data: { jurisdiction: { name: '金泽镇' } } });
    expect(await reader.next()).toBeUndefined();
    const query = encodeURIComponent('mutation { reportGridForces(input: { people: 1 }) { forces { id } } }');
    const got = await fetch(`${hub.url}/graphql?query=${query}`, {
      headers: { ...(await bearer(COMMAND)), accept: 'text/event-stream' },
    });
    expect(await got.text()).toContain('Send mutations with POST');
  });

  it('is a subscription only where many results can be sent', async () => {
    const { status, errors } = await hub.send(COMMAND, PEOPLE, { under: JINZE });
    expect([status, errors?.[0]?.extensions.code]).toEqual([406, 'OPERATION_RESOLUTION_FAILURE']);
  });
});

describe("the protocols' own clients", () => {
  it('of graphql-sse follow a board', async () => {
    const client = createSseClient({ url: `${hub.url}/graphql`, headers: () => bearer(COMMAND) });
    const results = client.iterate({ query: PEOPLE, variables: { under: JINZE, after: await now() } });
    const people = [await reportForces(), await reportForces()];
    const taken: unknown[] = [];
    for await (const { data } of results) {
      taken.push((data as unknown as LiveAnswer['data']).gridBoard.forces.people);
      if (taken.length === 2) break;
    }
    expect(taken).toEqual(people);
    client.dispose();
  });

  const socketClient = async (agency: string) =>
    createWebSocketClient({
      url: `${hub.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: await bearer(agency),
      retryAttempts: 0,
    });

  it('of graphql-ws follow a board, ask queries, and hear what is wrong with an operation', async () => {
    const client = await socketClient(COMMAND);
    const results = client.iterate({ query: PEOPLE, variables: { under: JINZE, after: await now() } });
    const people = [await reportForces(), await reportForces()];
    const taken: unknown[] = [];
    for await (const { data } of results) {
      taken.push((data as unknown as LiveAnswer['data']).gridBoard.forces.people);
      if (taken.length === 2) break;
    }
    expect(taken).toEqual(people);
    const one = client.iterate({ query: `{ jurisdiction(code: "${JINZE}") { name } }` });
    expect((await one.next()).value).toEqual({ data: { jurisdiction: { name: '金泽镇' } } });
    const wrong = client.iterate({ query: 'subscription { xyzzy { id } }' });
    await expect(wrong.next()).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    await client.dispose();
  });

  it('of graphql-ws are sent away when their token does not count', async () => {
    const client = createWebSocketClient({
      url: `${hub.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: 'Bearer a.b.c' },
      retryAttempts: 0,
    });
    const results = client.iterate({ query: PEOPLE, variables: { under: JINZE } });
    await expect(results.next()).rejects.toMatchObject({ code: 4403 });
  });
});

describe('a subscription ends', () => {
  it('when its gateway is closed, with where to go on, and goes on at another', async () => {
    const gateway = await hub.openGateway();
    const after = await now();
    const reader = await subscribe(COMMAND, PEOPLE, { under: JINZE, after }, gateway);
    const first = await reportForces();
    expect(peopleIn(await reader.take(1))).toEqual([first]);
    const closing = hub.closeGateway(gateway);
    const last = await reader.next();
    expect(last?.errors?.[0]?.extensions).toEqual({
      ...{ code: 'SUBSCRIPTION_INTERRUPTED', reason: 'SHUTTING_DOWN', after: expect.any(String) },
    });
    expect(await reader.next()).toBeUndefined();
    await closing;
    const second = await reportForces();
    const variables = { under: JINZE, after: last?.errors?.[0]?.extensions.after };
    const resumed = await subscribe(COMMAND, PEOPLE, variables);
    expect(peopleIn(await resumed.take(1))).toEqual([second]);
    resumed.close();
  });

  it('with its token', async () => {
    const token = await hub.token(COMMAND, 'OFFICER', 3 / 3_600);
    const reader = await LiveReader.open(hub.url, { authorization: `Bearer ${token}` }, PEOPLE, {
      under: JINZE,
    });
    const last = await reader.next();
    expect(last?.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(await reader.next()).toBeUndefined();
  });
});
