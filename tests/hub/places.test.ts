import fc from 'fast-check';
import { createClient } from 'graphql-ws';
import pino from 'pino';
import { request } from 'undici';
import WebSocket from 'ws';
import type { WithheldEntry } from '../../gateway/access/disclosure';
import { HttpSubgraphLink } from '../../gateway/subgraph-link';
import { serveSubgraph } from '../../subgraphs/kit/server';
import { useHub } from '../support/hub';
import { LiveReader } from '../support/live';

const STRANGER = '330421103-REVIEW';
const FUYANG = '341200-HRSS';
const COMMAND = '310118104-CITYOPS';
const ASKING = { 'hub-report': 'withheld' };

const hub = useHub({ limits: { depth: 60 } });

type Step = string | number;

/** Every place that entries tell of, with whose it is. */
const placesIn = (entries: readonly WithheldEntry[] = []) =>
  entries.flatMap(({ places = [] }) =>
    places.flatMap(({ provider, path, indexes }) =>
      indexes.map((place) => {
        const steps = [...place];
        const at: Step[] = path.map((step) => (step === '*' ? (steps.shift() ?? '') : step));
        return { provider, at };
      }),
    ),
  );

/** What a unit is answered, and what it is told of what was withheld. */
async function ask(agency: string, query: string, headers: Record<string, string> = ASKING) {
  const { data, errors, extensions = {} } = await hub.send(agency, query, {}, headers);
  expect(errors).toBeUndefined();
  const { withheld, receipt } = extensions as { withheld?: WithheldEntry[]; receipt?: { id: string } };
  return { data, withheld, receipt };
}

const valueAt = (data: unknown, path: readonly Step[]): unknown =>
  path.reduce((value: unknown, step) => (value as Record<Step, unknown>)[step], data);

describe('where something was withheld', () => {
  const PHONES = `{ secondments(hostUnder: "310000", homeAgency: "${FUYANG}", first: 2) {
    edges { node { officer { name phone } } }
  } }`;

  it('is told to who asks for it, by the path that the places have in common', async () => {
    const { data, withheld } = await ask(STRANGER, PHONES);
    expect(data.secondments.edges.map(({ node }: never) => (node as { officer: object }).officer)).toEqual([
      { name: expect.any(String), phone: null },
      { name: expect.any(String), phone: null },
    ]);
    expect(withheld).toEqual([
      {
        ...{ coordinate: 'Officer.phone', item: 'personnel.officer-contact' },
        ...{ reason: 'NO_GRANT', providers: [FUYANG], count: 2, class: 'CONDITIONAL' },
        places: [
          {
            ...{ provider: FUYANG, reason: 'NO_GRANT' },
            path: ['secondments', 'edges', '*', 'node', 'officer', 'phone'],
            indexes: [[0], [1]],
          },
        ],
      },
    ]);
  });

  it('is told beside other reports, and to nobody else', async () => {
    const [asked, both, unasked] = [
      await ask(STRANGER, PHONES),
      await ask(STRANGER, PHONES, { 'hub-report': 'cost, withheld' }),
      await ask(STRANGER, PHONES, {}),
    ];
    expect(both.withheld).toEqual(asked.withheld);
    expect(unasked.withheld).toEqual(asked.withheld?.map(({ places: _, class: __, ...rest }) => rest));
    expect(unasked.data).toEqual(asked.data);
    expect([asked, both, unasked].every(({ receipt }) => receipt)).toBe(true);
  });

  it('makes no difference to the receipt', async () => {
    const of = async (headers: Record<string, string>) => {
      const { receipt } = await ask(STRANGER, PHONES, headers);
      const { data } = await hub.send(
        FUYANG,
        `{ accessReceipts(provider: "${FUYANG}", consumer: "${STRANGER}", first: 10) {
          edges { node { id items { item rows withheldRows reason } } }
        } }`,
      );
      return data.accessReceipts.edges.find(({ node }: { node: { id: string } }) => node.id === receipt?.id)
        ?.node.items;
    };
    const items = await of(ASKING);
    expect(items).toEqual([
      { item: 'personnel.officer-contact', rows: 0, withheldRows: 2, reason: 'NO_GRANT' },
    ]);
    expect(await of({})).toEqual(items);
  });

  it('is told to each of those who ask the same at once as each asked', async () => {
    const answers = await Promise.all(
      [{}, ASKING, {}, ASKING].map((headers) => ask(STRANGER, PHONES, headers)),
    );
    expect(answers.map(({ withheld }) => placesIn(withheld).length)).toEqual([0, 2, 0, 2]);
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
  });

  it('is told of each operation of a batch', async () => {
    const { body } = await request(`${hub.url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', ...ASKING },
        authorization: `Bearer ${await hub.token(STRANGER)}`,
      },
      body: JSON.stringify([
        { query: PHONES },
        { query: '{ jurisdiction(code: "310118") { name } }' },
        { query: PHONES },
      ]),
    });
    const answers = (await body.json()) as { extensions?: { withheld?: WithheldEntry[] } }[];
    expect(answers.map(({ extensions }) => placesIn(extensions?.withheld).length)).toEqual([2, 0, 2]);
  });

  it('is told of objects and lists too', async () => {
    const { data, withheld } = await ask(
      STRANGER,
      `{ reviewSessions(under: "310118104", first: 5) { edges { node { agenda { edges { cursor } } quorum { isMet } } } } }`,
    );
    const count = data.reviewSessions.edges.length;
    expect(count).toBeGreaterThan(1);
    expect(withheld?.map(({ coordinate }) => coordinate)).toEqual([
      'ReviewSession.agenda',
      'ReviewSession.quorum',
    ]);
    expect(placesIn(withheld).map(({ at }) => valueAt(data, at))).toEqual(Array(2 * count).fill(null));
  });

  it('is told of each event of a subscription, over both ways to have one, and of no event to who did not ask', async () => {
    const query = `subscription { gridBoard(under: "310118104") { forces { people agency { jurisdiction {
      secondmentsHosted(first: 2) { edges { node { officer { phone } } } }
    } } } } }`;
    const bearer = { authorization: `Bearer ${await hub.token(COMMAND)}` };
    const [asking, silent] = [
      await LiveReader.open(hub.url, { ...bearer, ...ASKING }, query),
      await LiveReader.open(hub.url, bearer, query),
    ];
    const client = createClient({
      url: `${hub.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { ...bearer, ...ASKING },
    });
    const connected = new Promise((resolve) => client.on('connected', resolve));
    const overSocket = client.iterate({ query });
    const first = overSocket.next();
    await connected;
    // Answered only once the hub has taken the subscription before it.
    await client.iterate({ query: '{ __typename }' }).next();
    await hub.send(
      COMMAND,
      'mutation { reportGridForces(input: { jurisdiction: "310118104", people: 4321 }) { userErrors { message } } }',
    );
    const said = [await asking.next(), (await first).value, await silent.next()];
    const placed = said.map((answer) => placesIn(answer?.extensions?.withheld as WithheldEntry[]));
    const path = ['gridBoard', 'forces', 'agency', 'jurisdiction', 'secondmentsHosted', 'edges'];
    const expected = [0, 1].map((i) => [...path, i, 'node', 'officer', 'phone']);
    expect(placed.map((places) => places.map(({ at }) => at))).toEqual([expected, expected, []]);
    expect(said.map((answer) => answer?.data)).toEqual(Array(3).fill(said[0]?.data));
    expect(said.map((answer) => Boolean(answer?.extensions?.receipt))).toEqual([true, true, true]);
    for (const reader of [asking, silent]) reader.close();
    await client.dispose();
  });

  it('is told of what a subgraph behind HTTP withheld', async () => {
    const app = serveSubgraph(hub.subgraph('personnel'), pino({ level: 'silent' }));
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const link = new HttpSubgraphLink('personnel', new URL(url), 20_000);
    const gateway = await hub.openGateway([link]);
    const { extensions } = await hub.sendAs(STRANGER, { gateway }, PHONES, {}, ASKING);
    expect(extensions?.withheld).toEqual((await ask(STRANGER, PHONES)).withheld);
    await hub.closeGateway(gateway);
    await link.close();
    await app.close();
  });
});

/* Queries that lead to officers in every way that there is, through several subgraphs. */

interface Written {
  readonly text: string;
  readonly fragments: readonly string[];
}

const written = (text: string, ...parts: readonly Written[]): Written => ({
  text: parts.reduce((whole, part, i) => whole.replace(`$${i}`, () => part.text), text),
  fragments: parts.flatMap(({ fragments }) => fragments),
});

const CONTACTS = ['phone', 'email', 'called: phone', 'mail: email'];

const officer = (depth: number): fc.Arbitrary<Written> =>
  fc
    .record({
      contacts: fc.subarray(CONTACTS, { minLength: 1 }),
      style: fc.constantFrom('plain', 'inline', 'named', 'both'),
      name: fc.nat(),
      around: depth > 0 ? fc.option(agency(depth - 1), { freq: 3 }) : fc.constant(null),
    })
    .map(({ contacts, style, name, around }) => {
      const fields = contacts.join(' ');
      const whose = `of: agency { code ${around ? '$0' : ''} }`;
      const parts = around ? [around] : [];
      if (style === 'plain') return written(`${fields} ${whose}`, ...parts);
      if (style === 'inline') return written(`... on Officer { ${fields} } ${whose}`, ...parts);
      const { text, fragments } = written(
        `...Part${name} ${style === 'both' ? fields : ''} ${whose}`,
        ...parts,
      );
      return { text, fragments: [...fragments, `fragment Part${name} on Officer { ${fields} }`] };
    });

const officers = (depth: number): fc.Arbitrary<Written> =>
  fc
    .tuple(officer(depth), fc.integer({ min: 1, max: 3 }))
    .map(([one, first]) => written(`officers(first: ${first}) { edges { node { $0 } } }`, one));

const agency = (depth: number): fc.Arbitrary<Written> =>
  fc.oneof(
    officers(depth),
    officers(depth).map((some) =>
      written('again: jurisdiction { agencies(first: 2) { edges { node { $0 } } } }', some),
    ),
  );

const root: fc.Arbitrary<Written> = fc.oneof(
  officers(2),
  agency(2).map((of) => written('agencies(under: "341200", first: 3) { edges { node { $0 } } }', of)),
  fc.tuple(officer(1), agency(1), officer(1)).map((parts) =>
    written(
      `secondments(hostUnder: "310000", homeAgency: "${FUYANG}", first: 3) {
          edges { node { officer { $0 } homeAgency { $1 } mentors { officer { $2 } } } }
        }`,
      ...parts,
    ),
  ),
  fc.tuple(agency(1), agency(1)).map((parts) =>
    written(
      `laborFlow(month: "2026-09", origin: "341200", destination: "310000") {
        reportedByOrigin { reportedBy { $0 } } reportedByDestination { reportedBy { $1 } }
      }`,
      ...parts,
    ),
  ),
  agency(1).map((of) => written('counterparts(of: "341200-AGRI", in: "310106") { agency { $0 } }', of)),
);

/** Every phone and address of an officer in an answer, with whose officer it is. */
function* contactsIn(
  value: unknown,
  at: readonly Step[] = [],
): Generator<{ at: readonly Step[]; value: unknown; owner: string }> {
  if (Array.isArray(value)) {
    for (const [i, element] of value.entries()) yield* contactsIn(element, [...at, i]);
  } else if (typeof value === 'object' && value !== null) {
    const owner = (value as { of?: { code: string } }).of?.code;
    for (const [name, inner] of Object.entries(value)) {
      if (owner !== undefined && /^(phone|email|called|mail)$/.test(name)) {
        yield { at: [...at, name], value: inner, owner };
      } else {
        yield* contactsIn(inner, [...at, name]);
      }
    }
  }
}

describe('any query', () => {
  it('is told of each value of another unit that it does not get, and of nothing else', async () => {
    let [withheld, shown] = [0, 0];
    const tried = fc.record({
      caller: fc.constantFrom(FUYANG, STRANGER, '310000-HRSS'),
      roots: fc.array(root, { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(tried, async ({ caller, roots }) => {
        const fragments = new Map(
          roots
            .flatMap((one) => one.fragments)
            .map((fragment) => [fragment.split(' ')[1], fragment] as const),
        );
        const query = `{ ${roots.map(({ text }, i) => `r${i}: ${text}`).join(' ')} } ${[...fragments.values()].join(' ')}`;
        const answer = await ask(caller, query);
        const places = placesIn(answer.withheld).map(({ provider, at }) => `${provider} ${at.join('.')}`);
        const contacts = [...contactsIn(answer.data)];
        const expected = contacts.filter(({ owner }) => owner !== caller);
        expect(places.sort()).toEqual(expected.map(({ owner, at }) => `${owner} ${at.join('.')}`).sort());
        expect(expected.filter(({ value }) => value !== null)).toEqual([]);
        withheld += places.length;
        shown += contacts.filter(({ value }) => value !== null).length;
      }),
      { numRuns: 60 },
    );
    expect(withheld).toBeGreaterThan(300);
    expect(shown).toBeGreaterThan(20);
  }, 120_000);
});
