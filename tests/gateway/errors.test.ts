import { HttpSubgraphLink } from '../../gateway/subgraph-link';
import { SUBGRAPHS } from '../../subgraphs';
import { LANGUAGES, type Language } from '../../subgraphs/kit/language';
import type { SubgraphDefinition } from '../../subgraphs/kit/subgraph';
import { useHub } from '../support/hub';
import { captureLog } from '../support/log';
import { type Conduct, useRogueServer } from '../support/rogue-server';
import { Wire } from '../support/wire';

const SECRET = 'password=hunter2';
const FUYANG = '341200-HRSS';
const FLOW = 'laborFlow(origin: "341200", destination: "310000", month: "2026-09")';
const PLACE = { name: '金泽镇' };

/** The registry, with fields that fail. */
const brokenRegistry = (definition: SubgraphDefinition): SubgraphDefinition => ({
  ...definition,
  resolvers: [
    ...definition.resolvers,
    {
      AgencyFunction: {
        name: () => {
          throw new Error(SECRET);
        },
      },
      Agency: {
        location: async () => {
          throw Object.assign(new Error('outer', { cause: new Error(SECRET) }), {
            extensions: { code: 'FORBIDDEN', detail: SECRET },
          });
        },
      },
    },
  ],
});

describe('the errors of a hub', () => {
  const log = captureLog();
  const server = useRogueServer();
  const wires = new Map<string, Wire>();
  const hub = useHub({
    // What takes long is told of elsewhere.
    slowMs: 60_000,
    logger: log.logger,
    // What fails here fails on, and is to be asked each time.
    faults: { circuitFailures: 1_000 },
    definitions: SUBGRAPHS.map((definition) =>
      definition.name === 'registry' ? brokenRegistry(definition) : definition,
    ),
    databaseUrlOf: async (name, url) => {
      const wire = await Wire.to(url);
      wires.set(name, wire);
      return wire.address;
    },
  });
  afterAll(() => Promise.all([...wires.values()].map((wire) => wire.cut())));
  beforeEach(() => log.clear());

  /** An answer, and the id under which the request is known in every log. */
  async function ask(query: string, { language = 'en' as Language, gateway = hub.url } = {}) {
    const response = await fetch(`${gateway}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'accept-language': language,
        authorization: `Bearer ${await hub.token(FUYANG)}`,
      },
      body: JSON.stringify({ query }),
    });
    const { data, errors, extensions } = (await response.json()) as Awaited<ReturnType<typeof hub.send>>;
    return {
      status: response.status,
      data,
      errors,
      extensions,
      requestId: response.headers.get('x-request-id'),
    };
  }

  describe('of which a resolver fails', () => {
    it.each([
      [
        '{ agency(code: "310118104-GOV") { code location { latitude } } }',
        { agency: { code: '310118104-GOV', location: null } },
      ],
      ['{ agency(code: "310118104-GOV") { code functions { name } } }', { agency: null }],
      [
        `{ ${FLOW} { reportedByOrigin { workers reportedBy { location { latitude } } } } }`,
        { laborFlow: { reportedByOrigin: { workers: 412_600, reportedBy: [{ location: null }] } } },
      ],
    ])('tells an id and nothing more, and logs all under it: %s', async (query, data) => {
      const answer = await ask(query);
      const [error] = answer.errors ?? [];
      const id = error?.extensions.id;
      expect(answer).toEqual({
        status: 200,
        data,
        errors: [
          expect.objectContaining({
            message: `Something went wrong on our side. Tell the operators this id: ${id}.`,
            extensions: { code: 'INTERNAL', id: expect.stringMatching(/^[\da-f-]{36}$/) },
          }),
        ],
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      });
      expect(JSON.stringify(answer)).not.toContain('hunter2');
      const lines = log.lines.filter(({ requestId }) => requestId === answer.requestId);
      expect(lines).toEqual([expect.objectContaining({ msg: 'unexpected error', errorId: id })]);
      expect(lines[0]?.err?.stack).toContain(SECRET);
    });

    it('says so in Chinese to those who read it', async () => {
      const { errors } = await ask('{ agency(code: "310118104-GOV") { location { latitude } } }', {
        language: 'zh',
      });
      expect(errors?.[0]?.message).toMatch(/^系统内部出现错误。请向运维人员提供此编号：[\da-f-]{36}。$/);
    });
  });

  describe('of which one subgraph does not answer', () => {
    const links: HttpSubgraphLink[] = [];
    const gateways = new Map<string, string>();
    /** A gateway that reaches personnel somewhere else. */
    const gatewayTo = async (url: string): Promise<string> => {
      const known = gateways.get(url);
      if (known !== undefined) return known;
      const link = new HttpSubgraphLink('personnel', new URL(url), 1_000);
      links.push(link);
      const gateway = await hub.openGateway([link]);
      gateways.set(url, gateway);
      return gateway;
    };
    afterAll(async () => {
      for (const gateway of gateways.values()) await hub.closeGateway(gateway);
      await Promise.all(links.map((link) => link.close()));
    });

    const sentence: Record<Language, string> = {
      en: 'The personnel subgraph does not answer, so its fields are missing. Try again shortly.',
      zh: 'personnel 子图暂时无法响应，其字段缺失，请稍后重试。',
    };
    const FAULTS: [string, Conduct | null, string][] = [
      ['because it is stopped', null, 'ECONNREFUSED'],
      ['because it hangs', () => {}, 'TimeoutError'],
      ['because it answers with something else', (_, response) => response.end('<html>'), 'SyntaxError'],
      ['because it fails', (_, response) => response.writeHead(500).end(SECRET), `status 500: ${SECRET}`],
      [
        'because it breaks off in the middle',
        (_, response) => {
          response.writeHead(200, { 'content-length': '1000' });
          response.write('{"data"', () => response.destroy());
        },
        'SocketError',
      ],
    ];

    describe.each(FAULTS)('%s,', (_, conduct, truth) => {
      let gateway = '';
      beforeAll(async () => {
        gateway = await gatewayTo(conduct ? server.url : 'http://127.0.0.1:1');
      });
      beforeEach(() => {
        server.conduct = conduct ?? server.conduct;
      });

      it.each(LANGUAGES)('says that once, keeps everything else, and logs why: %s', async (language) => {
        const answer = await ask(
          `{ jurisdiction(code: "310118104") { name } a: ${FLOW} { asymmetry } b: ${FLOW} { month } }`,
          { language, gateway },
        );
        expect(answer).toMatchObject({ status: 200, data: { jurisdiction: PLACE, a: null, b: null } });
        expect(answer.errors).toEqual([
          {
            message: sentence[language],
            extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'personnel' },
          },
        ]);
        expect(JSON.stringify(answer)).not.toContain('hunter2');
        const lines = log.lines.filter(({ requestId }) => requestId === answer.requestId);
        expect(lines).toEqual([
          expect.objectContaining({ level: 50, msg: 'a subgraph did not answer', subgraph: 'personnel' }),
        ]);
        expect(JSON.stringify(lines)).toContain(truth);
      });

      it('says of a mutation whether it can have been made', async () => {
        const { data, errors } = await ask(
          `mutation { submitLaborFlowReports(input: {
            batchKey: "k", month: "2026-10", side: ORIGIN, rows: [],
            definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: "2026-10-31" }
          }) { userErrors { code } } }`,
          { gateway },
        );
        expect(data).toBeNull();
        expect(errors?.map(({ extensions }) => extensions)).toEqual([
          { code: conduct ? 'OUTCOME_UNKNOWN' : 'SUBGRAPH_UNAVAILABLE', subgraph: 'personnel' },
        ]);
      });
    });
  });

  describe('whose database of one subgraph is stopped', () => {
    const sentence: Record<Language, string> = {
      en: 'The data is out of reach for the moment. Try again shortly.',
      zh: '数据暂时无法访问，请稍后重试。',
    };
    const wireOf = (name: string): Wire => {
      const wire = wires.get(name);
      if (!wire) throw new Error(`there is no wire to ${name}`);
      return wire;
    };
    const QUERY = `{ jurisdiction(code: "310118104") { name } ${FLOW} { month } }`;
    beforeAll(async () => {
      await ask(QUERY);
      await wireOf('personnel').cut();
    });

    it.each(LANGUAGES)('says so at the field, keeps everything else, and logs why: %s', async (language) => {
      const answer = await ask(QUERY, { language });
      expect(answer).toMatchObject({ status: 200, data: { jurisdiction: PLACE, laborFlow: null } });
      expect(answer.errors).toEqual([
        { message: sentence[language], path: ['laborFlow'], extensions: { code: 'DATABASE_UNAVAILABLE' } },
      ]);
      const lines = log.lines.filter(({ requestId }) => requestId === answer.requestId);
      expect(lines).toEqual([
        expect.objectContaining({ level: 50, msg: 'database unavailable', path: ['laborFlow'] }),
      ]);
      expect(lines[0]?.err?.message).toMatch(/ECONNREFUSED|Connection terminated|not queryable/);
    });

    it('names it at /health/ready, and lives', async () => {
      const ready = await fetch(`${hub.url}/health/ready`);
      expect([ready.status, await ready.json()]).toEqual([
        503,
        {
          status: 'unavailable',
          parts: Object.fromEntries(
            SUBGRAPHS.map(({ name }) => [name, name === 'personnel' ? 'unavailable' : 'ok']),
          ),
        },
      ]);
      const live = await fetch(`${hub.url}/health/live`);
      expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
    });

    it('answers in full once it is back, by itself', async () => {
      await wireOf('personnel').mend();
      expect(await ask(QUERY)).toMatchObject({
        data: { jurisdiction: PLACE, laborFlow: { month: '2026-09' } },
      });
      expect((await fetch(`${hub.url}/health/ready`)).status).toBe(200);
    });

    it("tells those whom it cannot look up to come again, when it is the registry's", async () => {
      await wireOf('registry').cut();
      const gateway = await hub.openGateway();
      for (const language of LANGUAGES) {
        expect(await ask(QUERY, { language, gateway })).toMatchObject({
          status: 503,
          data: undefined,
          errors: [{ message: sentence[language], extensions: { code: 'DATABASE_UNAVAILABLE' } }],
        });
      }
      await wireOf('registry').mend();
      expect(await ask(QUERY, { gateway })).toMatchObject({ status: 200, data: { jurisdiction: PLACE } });
      await hub.closeGateway(gateway);
    });
  });
});
