import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { indexOf, search } from '../../gateway/web/src/graphiql/docs-search/search';
import { SHELVES } from '../../gateway/web/src/graphiql/library/library';
import { chartsOf, emptyIn, missingIn } from '../../gateway/web/src/graphiql/results/chart-choice';
import { printed, withheldLines } from '../../gateway/web/src/graphiql/results/lines';
import { pagedOperation } from '../../gateway/web/src/graphiql/results/paging';
import { csvOf, type Row, tablesOf } from '../../gateway/web/src/graphiql/results/tables';
import { WithheldValue, withoutPlaces } from '../../gateway/web/src/graphiql/withheld';
import type { Withheld } from '../../gateway/web/src/shared/hub';

const schema = buildSchema(`
  "省份 — the places."
  type Query { towns(under: String, first: Int, after: String): Towns  mayor: Person  months: [Month!]! }
  type Towns { edges: [Edge!]! pageInfo: PageInfo! }
  type Edge { node: Town! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  "镇 — a town."
  type Town { name: String! people: Int tags: [String!]! mayor: Person cases(after: String): Cases }
  type Cases { edges: [CaseEdge!]! pageInfo: PageInfo! }
  type CaseEdge { node: Case! }
  type Case { number: String! }
  type Person { name: String! "督办 — whether it is watched." isSupervised: Boolean }
  type Month { month: String! workers: Int }
`);

describe('an answer as tables', () => {
  const data = {
    jurisdiction: {
      name: '金泽镇',
      gridCases: {
        edges: [
          {
            node: {
              number: '1',
              tags: ['a', 'b'],
              handler: { name: 'X' },
              steps: [{ kind: 'RECEIVED' }, { kind: 'FILED' }],
            },
          },
          { node: { number: '2', tags: [], handler: null, steps: [] } },
        ],
        pageInfo: { hasNextPage: true, endCursor: 'c' },
      },
    },
  };

  it('has one for each list, inner ones with the values around them', () => {
    expect(tablesOf(data)).toEqual([
      {
        path: 'jurisdiction.gridCases',
        columns: ['number', 'tags', 'handler.name', 'steps#'],
        rows: [
          { number: '1', tags: 'a；b', 'handler.name': 'X', 'steps#': 2 },
          { number: '2', handler: null, 'steps#': 0 },
        ],
        page: { hasNextPage: true, endCursor: 'c' },
      },
      {
        path: 'jurisdiction.gridCases.steps',
        columns: ['gridCases.number', 'gridCases.tags', 'gridCases.handler.name', 'gridCases.steps#', 'kind'],
        rows: [
          {
            'gridCases.number': '1',
            'gridCases.tags': 'a；b',
            'gridCases.handler.name': 'X',
            'gridCases.steps#': 2,
            kind: 'RECEIVED',
          },
          {
            'gridCases.number': '1',
            'gridCases.tags': 'a；b',
            'gridCases.handler.name': 'X',
            'gridCases.steps#': 2,
            kind: 'FILED',
          },
        ],
        page: null,
      },
    ]);
  });

  it('is one row without a list, and nothing without data', () => {
    expect(tablesOf({ town: { name: 'T', mayor: { name: 'M' } } })).toEqual([
      {
        path: '',
        columns: ['town.name', 'town.mayor.name'],
        rows: [{ 'town.name': 'T', 'town.mayor.name': 'M' }],
        page: null,
      },
    ]);
    expect([tablesOf(null), tablesOf({ town: null }).length]).toEqual([[], 1]);
  });

  it('is CSV that Excel opens with its Chinese intact, and takes for no formula', () => {
    const rows: Row[] = [
      { name: '金泽, "镇"', people: -3, note: '=1+1' },
      { name: null, people: 0 },
    ];
    expect(csvOf({ columns: ['name', 'people', 'note'], rows }, () => '')).toBe(
      '\uFEFFname,people,note\r\n"金泽, ""镇""",-3,\'=1+1\r\n,0,\r\n',
    );
  });
});

describe('an answer of which something was withheld', () => {
  const data = {
    sessions: [
      {
        day: '1',
        phone: null,
        quorum: { present: 3, of: { name: 'A' } },
        agenda: { edges: [{ node: { n: 1 } }] },
      },
      { day: '2', phone: null, quorum: null, agenda: null },
      { day: '3', phone: '021', quorum: null, agenda: null },
    ],
  };
  const withheld: Withheld[] = [
    {
      ...{ coordinate: 'Session.phone', item: 'i', reason: 'NO_GRANT', providers: ['P'], count: 1 },
      class: 'CONDITIONAL',
      places: [{ provider: 'P', reason: 'NO_GRANT', path: ['sessions', '*', 'phone'], indexes: [[1]] }],
    },
    {
      ...{ coordinate: 'Session.quorum', item: 'j', reason: 'NO_GRANT', providers: ['Q'], count: 1 },
      class: 'WITHHELD',
      places: [
        { provider: 'Q', reason: 'EXPIRED', path: ['sessions', '*', 'quorum'], indexes: [[1]] },
        { provider: 'Q', reason: 'EXPIRED', path: ['sessions', '*', 'agenda'], indexes: [[1]] },
      ],
    },
  ];
  const phone = new WithheldValue('Session.phone', 'i', 'P', 'NO_GRANT', true);
  const whole = new WithheldValue('Session.quorum', 'j', 'Q', 'EXPIRED', false);

  it('has it in the cell that it would be in, and in each cell of what an object holds elsewhere', () => {
    const [sessions] = tablesOf(data, withheld);
    expect(sessions?.columns).toEqual(['day', 'phone', 'quorum.present', 'quorum.of.name', 'agenda#']);
    const cells = sessions?.rows.map((row) => sessions.columns.map((column) => row[column]));
    expect(cells).toEqual([
      ['1', null, 3, 'A', 1],
      ['2', phone, whole, whole, whole],
      ['3', '021', undefined, undefined, 0],
    ]);
    expect(data.sessions[1]).toEqual({ day: '2', phone: null, quorum: null, agenda: null });
    const [unmarked] = tablesOf(data, withoutPlaces(withheld));
    expect(unmarked?.rows[1]?.phone).toBeNull();
  });

  it('keeps the column of an object that is nowhere shown', () => {
    const hidden = {
      sessions: [
        { day: '2', quorum: null },
        { day: '3', quorum: null },
      ],
    };
    const places = [
      { provider: 'Q', reason: 'NO_GRANT' as const, path: ['sessions', '*', 'quorum'], indexes: [[0]] },
    ];
    const [table] = tablesOf(hidden, [{ ...(withheld[1] as Withheld), places }]);
    expect([table?.columns, table?.rows.map((row) => row.quorum instanceof WithheldValue)]).toEqual([
      ['day', 'quorum'],
      [true, false],
    ]);
  });

  it('says so in its CSV, where what is empty is empty', () => {
    const rows: Row[] = [
      { name: null, phone },
      { name: 'B', phone: null },
    ];
    const text = csvOf(
      { columns: ['name', 'phone'], rows },
      ({ provider, reason }) => `(${provider}, ${reason})`,
    );
    expect(text).toBe('\uFEFFname,phone\r\n,"(P, NO_GRANT)"\r\nB,\r\n');
  });

  it('is drawn without it, and the chart says what it lacks', () => {
    const rows: Row[] = [
      { name: 'a', score: 1 },
      { name: 'b', score: whole },
      { name: 'c', score: null },
      { name: 'd', score: whole },
      { name: phone, score: 2 },
    ];
    const [choice] = chartsOf({ columns: ['name', 'score'], rows });
    if (!choice) throw new Error('there is a chart');
    expect(choice).toMatchObject({ kind: 'ranking', values: ['score'] });
    expect(missingIn(choice, rows)).toEqual([
      { column: 'name', value: phone, rows: 1 },
      { column: 'score', value: whole, rows: 2 },
    ]);
    expect(emptyIn(choice, rows)).toEqual([{ column: 'score', rows: 1 }]);
  });

  it('is marked on the lines on which its nulls are printed, and on no others', () => {
    const shown = {
      errors: [],
      data: { ...data, none: {}, phone: null },
      extensions: { sessions: [{ phone: null }] },
    };
    const lines = printed({ shown } as never).split('\n');
    const found = withheldLines({ shown, withheld } as never);
    expect(found.map(({ path, value }) => [path, value])).toEqual([
      ['sessions.1.phone', phone],
      ['sessions.1.quorum', whole],
      ['sessions.1.agenda', whole],
    ]);
    expect(found.map(({ line }) => lines[line - 1]?.trim())).toEqual([
      '"phone": null,',
      '"quorum": null,',
      '"agenda": null',
    ]);
    const before = lines.slice(0, found[0]?.line).join('\n');
    expect(before).toContain('"day": "2"');
    expect(before).not.toContain('"day": "3"');
  });
});

describe('the next page of a connection', () => {
  const paged = (query: string, path: string, variables = {}) =>
    pagedOperation(schema, { query, operationName: null, variables }, path);

  it('is asked for with the rest of the operation as it was, and its end with it', () => {
    const operation = paged(
      'query Towns($under: String, $from: String) { t: towns(under: $under, after: $from) { edges { node { ...T } } } } fragment T on Town { name }',
      't',
      { under: '31', from: null },
    );
    expect(validate(schema, parse(operation?.query ?? ''))).toEqual([]);
    expect(operation?.query.replace(/\s+/g, ' ')).toBe(
      'query Towns($under: String, $__after: String) { t: towns(under: $under, after: $__after) { edges { node { ...T } } pageInfo { hasNextPage endCursor } } } fragment T on Town { name }',
    );
    expect([operation?.operationName, operation?.variablesFor('c')]).toEqual([
      'Towns',
      { under: '31', from: null, __after: 'c' },
    ]);
  });

  it('is had of inner connections too, and of nothing that does not go on', () => {
    const query =
      '{ towns { edges { node { name cases { edges { node { number } } } } } } months { month } }';
    expect(paged(query, 'towns')?.query).toContain('towns(after: $__after)');
    expect(paged(query, 'months')).toBeNull();
    expect(paged(query, 'nowhere')).toBeNull();
    expect(paged('subscription { towns { edges { node { name } } } }', 'towns')).toBeNull();
  });
});

describe('the chart of a list', () => {
  const kinds = (rows: Parameters<typeof chartsOf>[0]['rows']): string[] =>
    chartsOf({ columns: [...new Set(rows.flatMap((row) => Object.keys(row)))], rows }).map(
      ({ kind }) => kind,
    );

  it('is a series over months, a matrix over pairs of places, else a ranking', () => {
    expect(
      kinds([
        { month: '2026-08', workers: 1 },
        { month: '2026-09', workers: null },
        { month: '2026-10', workers: 3 },
      ]),
    ).toEqual(['series', 'ranking']);
    expect(
      kinds([
        { originCode: '31', destinationCode: '32', workers: 1 },
        { originCode: '32', destinationCode: '31', workers: 2 },
      ]),
    ).toEqual(['matrix', 'flows', 'ranking']);
    expect(
      kinds([
        { 'origin.name': '甲', 'destination.name': '乙', workers: 1 },
        { 'origin.name': '乙', 'destination.name': '甲', workers: 2 },
      ]),
    ).toEqual(['matrix', 'flows', 'ranking']);
    expect(
      kinds([
        { name: 'a', score: 1 },
        { name: 'b', score: 2 },
      ]),
    ).toEqual(['ranking']);
  });

  it('is none of a single row, and none without amounts', () => {
    expect(kinds([{ name: 'a', score: 1 }])).toEqual([]);
    expect(kinds([{ name: 'a' }, { name: 'b' }])).toEqual([]);
    expect(
      kinds([
        { name: 'a', latitude: 1 },
        { name: 'b', latitude: 2 },
      ]),
    ).toEqual([]);
  });
});

describe('the search in the docs', () => {
  const index = indexOf(schema);
  const found = (wanted: string): string[] => search(index, wanted).map(({ coordinate }) => coordinate);

  it('finds Chinese and English words of names and descriptions, names first', () => {
    expect(found('督办')).toEqual(['Person.isSupervised']);
    expect(found('watched')).toEqual(['Person.isSupervised']);
    expect(found('town')[0]).toBe('Town');
    expect(found('town 镇')).toEqual(['Town']);
    expect([found(''), found('no such thing')]).toEqual([[], []]);
  });
});

describe('the library', () => {
  const supergraph = buildSchema(readFileSync('schema/supergraph.graphql', 'utf8'), { assumeValid: true });
  const queries = SHELVES.flatMap(({ queries: shelf }) => shelf);

  it.each(queries.map(({ title, query }) => [title.en, query]))('asks for what there is: %s', (_, query) => {
    expect(validate(supergraph, parse(query))).toEqual([]);
  });
});
