import { setTimeout as sleep } from 'node:timers/promises';
import type { SubgraphLink } from '../../../gateway/subgraph-link';
import type { Cancellation } from '../../../subgraphs/kit/cancellation';
import { subgraphUnavailable } from '../../../subgraphs/kit/errors';
import type { SubgraphResponse } from '../../../subgraphs/kit/subgraph';
import { hold } from '../../support/hold';
import { useHub } from '../../support/hub';

const FUYANG = '341200-HRSS';
const PLACE = { name: '金泽镇' };
const FLOW = 'laborFlow(origin: "341200", destination: "310000", month: "2026-09") { month }';
const QUERY = `{ jurisdiction(code: "310118104") { name } ${FLOW} }`;
const CHANGE = `mutation { submitLaborFlowReports(input: {
  batchKey: "k", month: "2026-10", side: ORIGIN, rows: [],
  definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: "2026-10-31" }
}) { userErrors { code } } }`;

type Conduct = (
  request: { query?: unknown },
  cancellation: Cancellation | undefined,
  onwards: () => Promise<SubgraphResponse>,
) => Promise<SubgraphResponse>;

/** What stands between the gateway and personnel, and what it was asked. */
let conduct: Conduct = (_, __, onwards) => onwards();
let asked: string[] = [];

const hub = useHub({
  through: (link): SubgraphLink =>
    link.name !== 'personnel'
      ? link
      : {
          name: link.name,
          isReady: () => link.isReady(),
          answerInternally: (path, body, headers) => link.answerInternally(path, body, headers),
          answer: (request, headers, cancellation) => {
            asked.push(String(request.query));
            return conduct(request, cancellation, () => link.answer(request, headers, cancellation));
          },
        },
});
beforeEach(() => {
  conduct = (_, __, onwards) => onwards();
  asked = [];
});

const never = () => new Promise<SubgraphResponse>(() => {});
const lost = () => {
  throw Object.assign(subgraphUnavailable('personnel'), { cause: { code: 'ECONNRESET' } });
};
const codes = ({ errors = [] }: Awaited<ReturnType<typeof hub.send>>) =>
  errors.map(({ extensions: { code, subgraph } }) => [code, subgraph]);

describe('a request whose subgraph is too slow', () => {
  let gateway = '';
  beforeAll(async () => {
    gateway = await hub.openGateway([], { faults: { requestTimeoutMs: 2_000, circuitFailures: 100 } });
    // What is asked for the first time is planned first.
    await hub.sendAs(FUYANG, { gateway }, QUERY);
  });

  it('is answered in time with what there is', async () => {
    conduct = never;
    const answer = await hub.sendAs(FUYANG, { gateway }, QUERY);
    expect([answer.status, answer.data, codes(answer)]).toEqual([
      200,
      { jurisdiction: PLACE, laborFlow: null },
      [['TIME_LIMIT_EXCEEDED', 'personnel']],
    ]);
    expect(answer.errors?.[0]?.message).toBe(
      'The time for the whole answer was over before the personnel subgraph had given its part. Ask for less at once.',
    );
  });

  it('that changes something says that nobody knows whether it did', async () => {
    conduct = never;
    expect(codes(await hub.sendAs(FUYANG, { gateway }, CHANGE))).toEqual([['OUTCOME_UNKNOWN', 'personnel']]);
  });

  it('is given up in the subgraph too', async () => {
    const given = hold<Cancellation | undefined>();
    conduct = (_, cancellation) => {
      given.give(cancellation);
      return never();
    };
    await hub.sendAs(FUYANG, { gateway }, QUERY);
    expect((await given.value)?.error?.reason).toBe('TIME');
  });
});

describe('a request of a unit that a hanging registry was never asked for', () => {
  it('is answered in time, and that it is not known who asks', async () => {
    // Of a gateway of its own: what swallows its questions must not age the grants of the others.
    let isHung = false;
    const link = hub.subgraph('registry');
    const registry: SubgraphLink = {
      name: link.name,
      isReady: () => link.isReady(),
      answer: (request, headers, cancellation) => link.answer(request, headers, cancellation),
      answerInternally: (path, body, headers) =>
        isHung ? new Promise(() => {}) : link.answerInternally(path, body, headers),
    };
    const gateway = await hub.openGateway([registry], { faults: { requestTimeoutMs: 1_000 } });
    isHung = true;
    const { status, errors } = await hub.sendAs(FUYANG, { gateway }, QUERY);
    expect([status, errors?.map(({ extensions }) => extensions.code)]).toEqual([
      503,
      ['TIME_LIMIT_EXCEEDED'],
    ]);
    isHung = false;
    // The question that was swallowed is given up first, within four seconds.
    let answer = await hub.sendAs(FUYANG, { gateway }, QUERY);
    for (let i = 0; i < 20 && answer.errors; i += 1) answer = await hub.sendAs(FUYANG, { gateway }, QUERY);
    expect([answer.errors, answer.data]).toEqual([
      undefined,
      { jurisdiction: PLACE, laborFlow: { month: '2026-09' } },
    ]);
  });
});

describe('a subgraph that answers when the viewer counts no more', () => {
  const asNobody = { data: { laborFlow: null }, extensions: { hubViewerRefused: true } };

  it('is asked once more under a new signature', async () => {
    let times = 0;
    conduct = async (_, __, onwards) => {
      times += 1;
      return times === 1 ? asNobody : onwards();
    };
    const { data, errors } = await hub.send(FUYANG, QUERY);
    expect([times, data.laborFlow, errors]).toEqual([2, { month: '2026-09' }, undefined]);
  });

  it('has not answered when it takes no viewer at all', async () => {
    conduct = async () => asNobody;
    expect(codes(await hub.send(FUYANG, QUERY))).toEqual([['SUBGRAPH_UNAVAILABLE', 'personnel']]);
    conduct = (_, __, onwards) => onwards();
    expect((await hub.send(FUYANG, QUERY)).errors).toBeUndefined();
  });
});

describe('a subgraph that finds the grants of the viewer too old', () => {
  const lapsed = { data: { laborFlow: null }, extensions: { hubGrantsLapsed: true } };

  it('is asked once more, with grants that are confirmed', async () => {
    let times = 0;
    conduct = async (_, __, onwards) => {
      times += 1;
      return times === 1 ? lapsed : onwards();
    };
    const { data, errors } = await hub.send(FUYANG, QUERY);
    expect([times, data.laborFlow, errors]).toEqual([2, { month: '2026-09' }, undefined]);
  });

  it('has answered without them when they always are, and the answer says so', async () => {
    conduct = async () => lapsed;
    const answer = await hub.send(FUYANG, QUERY, {}, { 'accept-language': 'zh' });
    expect([answer.status, answer.data, codes(answer)]).toEqual([
      200,
      { jurisdiction: PLACE, laborFlow: null },
      [['GRANTS_UNCONFIRMED', 'personnel']],
    ]);
    expect(answer.errors?.[0]?.message).toBe('未能及时确认您的授权，授权可见的内容因此缺失，请稍后重试。');
    expect(asked).toHaveLength(2);
  });
});

describe('a request whose client has gone', () => {
  /** Asks, and hangs up as soon as the subgraph was asked. */
  const hangUp = async (query: string) => {
    const given = hold<Cancellation | undefined>();
    const answered = hold<SubgraphResponse>();
    const onwardsAt = hold<void>();
    conduct = async (_, cancellation, onwards) => {
      given.give(cancellation);
      await onwardsAt.value;
      const answer = await onwards();
      answered.give(answer);
      return answer;
    };
    const client = new AbortController();
    const asking = fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await hub.token(FUYANG)}` },
      body: JSON.stringify({ query }),
      signal: client.signal,
    });
    const cancellation = await given.value;
    client.abort();
    await expect(asking).rejects.toThrow();
    for (let i = 0; i < 50 && !cancellation?.error; i += 1) await sleep(10);
    onwardsAt.give();
    return { reason: cancellation?.error?.reason, answer: await answered.value };
  };

  it('is read no further', async () => {
    const { reason, answer } = await hangUp(QUERY);
    expect(reason).toBe('GONE');
    expect(answer.data?.laborFlow ?? null).toBeNull();
  });

  it('changes what it was to change all the same', async () => {
    const { reason, answer } = await hangUp(CHANGE);
    expect(reason).toBeUndefined();
    expect(answer.data?.submitLaborFlowReports).toEqual({ userErrors: [expect.anything()] });
  });
});

describe('a subgraph whose connection is lost', () => {
  it('is asked once more, if nothing is to be changed', async () => {
    let times = 0;
    conduct = async (_, __, onwards) => {
      times += 1;
      return times === 1 ? lost() : onwards();
    };
    const answer = await hub.send(FUYANG, QUERY);
    expect([times, answer.data, answer.errors]).toEqual([
      2,
      { jurisdiction: PLACE, laborFlow: { month: '2026-09' } },
      undefined,
    ]);
  });

  it('is not asked again to change something', async () => {
    conduct = async () => lost();
    expect(codes(await hub.send(FUYANG, CHANGE))).toEqual([['SUBGRAPH_UNAVAILABLE', 'personnel']]);
    expect(asked).toHaveLength(1);
  });
});

describe('a subgraph that fails again and again', () => {
  it('is left alone, tried every second, and asked as ever once it answers', async () => {
    const gateway = await hub.openGateway([], { faults: { circuitFailures: 3, circuitProbeMs: 2_000 } });
    const send = () => hub.sendAs(FUYANG, { gateway }, QUERY);
    const partial = { data: { jurisdiction: PLACE, laborFlow: null } };
    conduct = async () => {
      throw subgraphUnavailable('personnel');
    };
    for (let i = 0; i < 10; i += 1) {
      const answer = await send();
      expect(answer).toMatchObject(partial);
      expect(codes(answer)).toEqual([['SUBGRAPH_UNAVAILABLE', 'personnel']]);
    }
    const failures = asked.length;
    expect(failures).toBeGreaterThanOrEqual(3);
    // However long the ten took, only a try each two seconds was let through.
    expect(failures).toBeLessThan(10);
    conduct = (_, __, onwards) => onwards();
    await sleep(2_050);
    expect((await send()).data).toEqual({ jurisdiction: PLACE, laborFlow: { month: '2026-09' } });
    expect((await send()).errors).toBeUndefined();
  });
});

describe('those who ask the same at once', () => {
  const together = async (...agencies: string[]) => {
    const asking = hold<void>();
    conduct = async (_, __, onwards) => {
      await asking.value;
      return onwards();
    };
    const answers = agencies.map((agency) => hub.send(agency, QUERY));
    // Until all of them have come as far as they can.
    await sleep(1_000);
    asking.give();
    return Promise.all(answers);
  };

  it('share what a subgraph is asked, if they are the same viewer', async () => {
    const answers = await together(FUYANG, FUYANG, FUYANG);
    expect(asked).toHaveLength(1);
    expect(answers.map(({ data }) => data.laborFlow)).toEqual(Array(3).fill({ month: '2026-09' }));
  });

  it('share nothing, if they are not', async () => {
    await together(FUYANG, '330421103-REVIEW');
    expect(asked).toHaveLength(2);
  });
});

describe('a hub that has as much to do as it can answer in time', () => {
  it('sends who comes away at once, and answers those who are in', async () => {
    const gateway = await hub.openGateway([], { faults: { inFlight: 1 } });
    const asking = hold<void>();
    const isIn = hold<void>();
    conduct = async (_, __, onwards) => {
      isIn.give();
      await asking.value;
      return onwards();
    };
    const first = hub.sendAs(FUYANG, { gateway }, QUERY);
    await isIn.value;
    const response = await fetch(`${gateway}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': 'zh' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
      503,
      '1',
      { errors: [{ message: '平台当前负载过高，请一秒后重试。', extensions: { code: 'OVERLOADED' } }] },
    ]);
    expect((await fetch(`${gateway}/health/live`)).status).toBe(200);
    asking.give();
    expect((await first).errors).toBeUndefined();
    expect((await hub.sendAs(FUYANG, { gateway }, QUERY)).errors).toBeUndefined();
  });
});
