import { readFileSync } from 'node:fs';
import { compose, composeSources } from '../../scripts/compose';
import { SUBGRAPHS } from '../../subgraphs';
import { CATALOG, type ItemName, subgraphOfItem } from '../../subgraphs/kit/catalog';
import { SUPERGRAPH_FILE, sdlOf } from '../../subgraphs/kit/sdl';
import { RULES, type RuleName, type SubgraphSdl } from './rules';
import { type Declaration, directiveOn, Sdl } from './sdl';

const RULE_NAMES = Object.keys(RULES) as RuleName[];

describe('the schema of the hub', () => {
  const hub: readonly SubgraphSdl[] = SUBGRAPHS.map(({ name, items }) => ({
    name,
    items,
    sdl: Sdl.parse(sdlOf(name)),
  }));

  describe.each(hub.map((subgraph) => [subgraph.name, subgraph] as const))('%s', (_, subgraph) => {
    it.each(RULE_NAMES)('%s', (rule) => {
      expect(RULES[rule](subgraph, hub)).toEqual([]);
    });
  });

  describe('composed', () => {
    const text = readFileSync(SUPERGRAPH_FILE, 'utf8');
    const supergraph = Sdl.parse(text).filter(
      (name) => !/^@?(?:join|link)__|^@(?:link|cost|listSize|key)$/.test(name),
    );

    it('is what the sources compose to', () => {
      expect(compose()).toEqual({ supergraphSdl: text });
    });

    it.each([
      'isDescribed',
      'isNamedWell',
      'saysWhatItHolds',
      'connectionsAreWhole',
      'listsHoldNoNulls',
      'mutationsAreAlike',
      'everythingHasAClass',
      'classesAreTheCatalogs',
      'littleIsPublic',
    ] as const)('%s', (rule) => {
      expect(RULES[rule]({ name: 'supergraph', sdl: supergraph, items: [] }, [])).toEqual([]);
    });

    it('has every class that a subgraph declares, where it declares it', () => {
      const composed = new Map(
        declarationsOf(supergraph).map((declaration) => [declaration.coordinate, declaration]),
      );
      const declared = hub
        .flatMap(({ sdl }) => declarationsOf(sdl))
        .filter((declaration) => directiveOn(declaration, 'sharing'));
      expect(declared.length).toBeGreaterThan(0);
      const lost = declared.filter((declaration) => {
        const there = composed.get(declaration.coordinate);
        return (
          JSON.stringify(there && directiveOn(there, 'sharing')) !==
          JSON.stringify(directiveOn(declaration, 'sharing'))
        );
      });
      expect(lost.map(({ coordinate }) => coordinate)).toEqual([]);
    });
  });

  const declarationsOf = (sdl: Sdl): Declaration[] => [...sdl.types, ...sdl.fields];
});

describe('composition', () => {
  const source = (name: string, sdl: string) => ({
    name,
    sdl: `
      extend schema
        @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@composeDirective"])
        @link(url: "https://delta-hub.example/sharing/v1.0", import: ["@sharing"])
        @composeDirective(name: "@sharing")
      directive @sharing(item: String!, class: SharingClass!, public: Boolean = false) on OBJECT | FIELD_DEFINITION
      enum SharingClass { UNCONDITIONAL CONDITIONAL WITHHELD }
      ${sdl}`,
  });

  it('takes what fits together', () => {
    expect(
      composeSources([
        source('registry', 'type Query { place: Place } type Place @key(fields: "code") { code: ID! }'),
        source(
          'grid',
          'type Place @key(fields: "code") { code: ID! cases: Int @sharing(item: "grid.cases", class: CONDITIONAL) }',
        ),
      ]),
    ).toEqual({
      supergraphSdl: expect.stringMatching(
        /cases: Int .*@sharing\(item: "grid\.cases", class: CONDITIONAL\)/,
      ),
    });
  });

  it('says what does not fit together', () => {
    const composed = composeSources([
      source('registry', 'type Query { place: Place } type Place { code: ID! }'),
      source('grid', 'type Place { code: ID! }'),
    ]);
    expect(composed).toEqual({ errors: [expect.stringContaining('Place.code')] });
  });

  it('refuses a value that two subgraphs share under two classes', () => {
    const shared = (sharingClass: string) =>
      `type Query { ${sharingClass.toLowerCase()}: Note }
       type Note @shareable { text: ID @sharing(item: "grid.cases", class: ${sharingClass}) }`;
    const composed = composeSources([
      source('grid', shared('CONDITIONAL')),
      source('tourism', shared('UNCONDITIONAL')),
    ]);
    expect(composed).toEqual({ errors: [expect.stringContaining('@sharing')] });
  });
});

/** What a rule says of made-up subgraphs. Each has the items that the catalog gives it. */
function check(rule: RuleName, sources: Record<string, string>): string[] {
  const items = Object.keys(CATALOG) as ItemName[];
  const hub = Object.entries(sources).map(([name, text]) => ({
    name,
    sdl: Sdl.parse(text),
    items: items.filter((item) => subgraphOfItem(item) === name),
  }));
  return hub.flatMap((subgraph) => RULES[rule](subgraph, hub));
}

const DIRECTORY = '@sharing(item: "registry.directory", class: UNCONDITIONAL)';
const CASES = '@sharing(item: "grid.cases", class: CONDITIONAL)';
const PLACE = `type Jurisdiction @key(fields: "code") ${DIRECTORY} { code: ID! name: String! }`;
const SIZE =
  '@listSize(assumedSize: 50, slicingArguments: ["first"], sizedFields: ["edges"], requireOneSlicingArgument: false)';

describe.each<[RuleName, [title: string, sources: Record<string, string>, violations: string[]][]]>([
  [
    'isDescribed',
    [
      [
        'lets pass what has words in both languages',
        {
          grid: `
            "案件 — a matter to deal with." type GridCase {
              """
              阶段 — where it stands,
              in two lines.
              """
              stage("语言 — of the name." language: ID): GridCaseStage
            }
            "阶段 — the steps." enum GridCaseStage { "12345 热线 — \`RECEIVED\`." RECEIVED }
            "输入 — given." input GridCaseInput { "标识 — opaque." id: ID }
            type Query { "案件 — one." gridCase: GridCase }`,
        },
        [],
      ],
      [
        'fires on everything without words',
        {
          grid: `type A { a(b: ID): ID } enum C { D } input E { f: ID } scalar G union H = A interface I { j: ID }
                 directive @k(l: ID) on OBJECT`,
        },
        ['A', 'C', 'E', 'G', 'H', 'I', 'A.a', 'I.j', 'A.a(b:)', 'E.f', '@k(l:)', 'C.D', '@k'].map(
          (c) => `${c} has no description`,
        ),
      ],
      [
        'fires on words in one language, or in the wrong order',
        {
          grid: `
            "案件" type A { "the case" a: ID "case — 案件" b: ID "案件 - a case" c: ID "案件 — 一个" d: ID "a case 案件" e: ID }`,
        },
        ['A', 'A.a', 'A.b', 'A.c', 'A.d', 'A.e'].map(
          (c) => `${c} is not described in Chinese, then in English: 中文 — English`,
        ),
      ],
      [
        "leaves the words for another's entity to its owner",
        {
          registry: `"区划 — a place." ${PLACE.replace('code: ID! name: String!', '"代码 — its code." code: ID!')}`,
          grid: `type Jurisdiction @key(fields: "code") ${DIRECTORY} { "代码 — its code." code: ID! cases: ID }`,
        },
        ['Jurisdiction.cases has no description'],
      ],
    ],
  ],
  [
    'isNamedWell',
    [
      [
        'lets pass what is named as it should be',
        {
          grid: 'type GridCase { stage(withNote: ID): ID listing: ID gettingOn: ID } enum Stage { IN_PROGRESS HOTLINE_12345 } input FileInput { id: ID }',
        },
        [],
      ],
      [
        'fires on other cases',
        {
          grid: 'type grid_case { Stage(With_note: ID): ID } type GRID { a: ID } enum Stage { InProgress closed } input FileInput { Id: ID }',
        },
        [
          'grid_case is not PascalCase',
          'GRID is not PascalCase',
          'grid_case.Stage is not camelCase',
          'grid_case.Stage(With_note:) is not camelCase',
          'FileInput.Id is not camelCase',
          'Stage.InProgress is not SCREAMING_SNAKE_CASE',
          'Stage.closed is not SCREAMING_SNAKE_CASE',
        ],
      ],
      [
        'fires on how it is got, on British spelling, and on inputs that do not say so',
        {
          grid: 'type Query { getCase: ID listCases: ID fetchCase: ID labourFlow: ID } enum License { LICENCE } input FileCase { id: ID }',
        },
        [
          'Query.getCase says how it is got, not what it is',
          'Query.listCases says how it is got, not what it is',
          'Query.fetchCase says how it is got, not what it is',
          'Query.labourFlow is not spelled the American way',
          'License.LICENCE is not spelled the American way',
          'FileCase is an input whose name does not say so',
        ],
      ],
    ],
  ],
  [
    'saysWhatItHolds',
    [
      [
        'lets pass instants, days and Booleans that are named as such',
        {
          grid: `type A {
            at: DateTime! closedAt: DateTime dueOn: Date! validFrom: Date effectiveTo: Date! validUntil: Date birthdayOf: Date
            referenceDay: Date! isOverdue: Boolean! hasNote: Boolean canReopen: Boolean includesFlexible: Boolean!
            days: [Date!]! flat: String
            limit(on: Date, isOverdue: Boolean): ID
          }`,
        },
        [],
      ],
      [
        'fires on those that are not, wherever they are',
        {
          grid: `type A { closed: DateTime! closedOn: DateTime due: Date dueAt: Date! overdue: Boolean! closedAt: String a(on: Boolean): ID }
                 input B { day1: Date notOverdue: Boolean }`,
        },
        [
          'A.closed is an instant whose name neither ends in At nor is until',
          'A.closedOn is an instant whose name neither ends in At nor is until',
          'A.due is a day whose name neither ends in On, From, To, Until, Of or Day nor is date',
          'A.dueAt is a day whose name neither ends in On, From, To, Until, Of or Day nor is date',
          'A.overdue is a Boolean that does not begin with is, has, can or includes',
          'A.closedAt ends in At and is no DateTime',
          'A.a(on:) is a Boolean that does not begin with is, has, can or includes',
          'B.day1 is a day whose name neither ends in On, From, To, Until, Of or Day nor is date',
          'B.notOverdue is a Boolean that does not begin with is, has, can or includes',
        ],
      ],
    ],
  ],
  [
    'connectionsAreWhole',
    [
      [
        'lets pass a connection with its edge',
        {
          grid: 'type ACaseConnection { edges: [ACaseEdge!]! pageInfo: PageInfo! } type ACaseEdge { cursor: String! node: ACase! }',
        },
        [],
      ],
      [
        'fires on parts that are missing or may be null',
        {
          grid: `type AConnection { edges: [AEdge] pageInfo: PageInfo } type AEdge { cursor: String node: A }
                 type BConnection { nodes: [B!]! }`,
        },
        [
          'AConnection has no edges: [AEdge!]!',
          'AConnection has no pageInfo: PageInfo!',
          'AEdge has no cursor: String!',
          'AEdge has no node that is not null',
          'BConnection has no edges: [BEdge!]!',
          'BConnection has no pageInfo: PageInfo!',
          'BConnection has no BEdge',
        ],
      ],
    ],
  ],
  [
    'connectionsArePaged',
    [
      [
        'lets pass a field with both arguments and a size',
        { grid: `type A { b(first: Int, after: String): BConnection! ${SIZE} }` },
        [],
      ],
      [
        'fires on arguments or sizes that are missing',
        {
          grid: `type A {
            a: AConnection ${SIZE}
            b(first: Int!, after: ID): AConnection ${SIZE}
            c(first: Int, after: String): AConnection
            d(first: Int, after: String): AConnection @listSize(assumedSize: 50)
            e(first: Int, after: String): [AConnection!]! ${SIZE}
          }`,
        },
        [
          'A.a does not take first: Int and after: String',
          'A.b does not take first: Int and after: String',
          'A.c has no @listSize for the edges that first asks for',
          'A.d has no @listSize for the edges that first asks for',
          'A.e is a list of connections',
        ],
      ],
    ],
  ],
  [
    'listsHoldNoNulls',
    [
      [
        'fires on lists that may hold nulls, wherever they are',
        {
          grid: 'type A { a: [ID!] b: [ID]! c: [[ID!]]! d(e: [ID]): ID f: ID! } input G { h: [ID!]! i: [ID] }',
        },
        [
          'A.b may hold nulls: [ID]!',
          'A.c may hold nulls: [[ID!]]!',
          'A.d(e:) may hold nulls: [ID]',
          'G.i may hold nulls: [ID]',
        ],
      ],
    ],
  ],
  [
    'crossingsAreNullable',
    [
      [
        'lets pass what is nullable where it crosses, and strict within',
        {
          registry: `${PLACE} type Query { jurisdiction: Jurisdiction } type Agency { jurisdiction: Jurisdiction! }`,
          grid: `type Jurisdiction @key(fields: "code") ${DIRECTORY} { code: ID! cases: [GridCase!] }
                 type GridCase @key(fields: "id") ${CASES} { id: ID! jurisdiction: Jurisdiction duplicates: [GridCase!]! }`,
        },
        [],
      ],
      [
        'fires on what would cost others more than itself',
        {
          registry: `${PLACE} type Query { jurisdiction: Jurisdiction! all: [Jurisdiction!]! }`,
          grid: `type Jurisdiction @key(fields: "code") ${DIRECTORY} { code: ID! cases: [GridCase!]! }
                 type GridCase @key(fields: "id") ${CASES} { id: ID! jurisdiction: Jurisdiction! places: [Jurisdiction!]! handler: Officer! }
                 type Officer @key(fields: "id", resolvable: false) { id: ID! }`,
        },
        [
          'Query.jurisdiction is lost when the subgraph is down, so it must be nullable: Jurisdiction!',
          'Query.all is lost when the subgraph is down, so it must be nullable: [Jurisdiction!]!',
          "Jurisdiction.cases is lent to another subgraph's entity, so it must be nullable: [GridCase!]!",
          "GridCase.jurisdiction refers to another subgraph's entity, so it must be nullable: Jurisdiction!",
          "GridCase.places refers to another subgraph's entity, so it must be nullable: [Jurisdiction!]!",
          "GridCase.handler refers to another subgraph's entity, so it must be nullable: Officer!",
        ],
      ],
    ],
  ],
  [
    'ownListsAreNotNull',
    [
      [
        'fires on a list that is always there, and leaves out what may be missing',
        {
          registry: `${PLACE} type Query { all: [Jurisdiction!] }`,
          grid: `type Jurisdiction @key(fields: "code") ${DIRECTORY} { code: ID! cases: [GridCase!] }
                 type GridCase @key(fields: "id") ${CASES} {
                   id: ID! photos: [ID!] places: [Jurisdiction!] notes: [ID!] @sharing(item: "grid.people", class: WITHHELD)
                 }`,
        },
        ['GridCase.photos is a list of its own type that may be null: [ID!]'],
      ],
    ],
  ],
  [
    'inputsBelongToOneSubgraph',
    [
      [
        'fires on an input of two subgraphs, and not on other types that they share',
        {
          grid: 'input PointInput { x: Int } enum E { A }',
          tourism: 'input PointInput { x: Int y: Int } enum E { A } input OwnInput { x: Int }',
        },
        [
          'PointInput is an input of tourism too: federation would keep only the fields that both have',
          'PointInput is an input of grid too: federation would keep only the fields that both have',
        ],
      ],
    ],
  ],
  [
    'mutationsAreAlike',
    [
      [
        'lets pass a verb, an input and a payload',
        {
          grid: `type Mutation { fileGridCase(input: FileGridCaseInput!): FileGridCasePayload! }
                 type FileGridCasePayload { gridCase: GridCase userErrors: [UserError!]! } type GridCase { id: ID! }`,
        },
        [],
      ],
      [
        'fires on other names, arguments and payloads',
        {
          grid: `type Mutation {
                   gridCaseFile(input: GridCaseFileInput!): GridCaseFilePayload!
                   closeGridCase(id: ID!, note: ID): GridCase
                   reopenGridCase(input: ReopenGridCaseInput): ReopenGridCasePayload!
                   superviseGridCase(input: SuperviseGridCaseInput!): SuperviseGridCasePayload!
                 }
                 type GridCase { id: ID! }
                 type GridCaseFilePayload { gridCase: GridCase userErrors: [UserError!]! }
                 type ReopenGridCasePayload { gridCase: GridCase! userErrors: [UserError!] }
                 type SuperviseGridCasePayload { userErrors: [UserError!]! }`,
        },
        [
          'Mutation.gridCaseFile begins with the noun GridCase, not with a verb',
          'Mutation.closeGridCase does not take input: CloseGridCaseInput! and nothing else',
          'Mutation.closeGridCase does not return CloseGridCasePayload!',
          'Mutation.reopenGridCase does not take input: ReopenGridCaseInput! and nothing else',
          'ReopenGridCasePayload has no userErrors: [UserError!]!',
          'ReopenGridCasePayload.gridCase must be null when the action is refused',
          'SuperviseGridCasePayload has nothing but its errors',
        ],
      ],
    ],
  ],
  [
    'everythingHasAClass',
    [
      [
        'lets pass a type, or each of its fields, with a class',
        {
          grid: `type A ${CASES} { a: ID } type B { b: ID ${CASES} } type Query { a: A ${CASES} } interface I { a: ID } enum E { X }`,
        },
        [],
      ],
      [
        'fires on fields that have none, on roots field by field, and on interfaces that have one',
        {
          grid: `type B { b: ID ${CASES} c: ID } type Query ${CASES} { a: ID } type Mutation { m: ID } interface I { i: ID ${CASES} }`,
        },
        [
          'B.c has no @sharing, nor has its type',
          'Query.a has no @sharing, nor has its type',
          'Mutation.m has no @sharing, nor has its type',
          'I.i has @sharing, and interfaces carry none',
        ],
      ],
    ],
  ],
  [
    'rootsCarryNoClass',
    [
      [
        'fires on a class for a whole root',
        { grid: `type Query ${CASES} { a: ID } type A ${CASES} { a: ID }` },
        ['Query has @sharing, which each of its fields must say for itself'],
      ],
    ],
  ],
  [
    'lentFieldsHaveTheirOwnClass',
    [
      [
        "fires on a lent field that would have the class of another's entity",
        {
          registry: PLACE,
          grid: `type Jurisdiction @key(fields: "code") ${DIRECTORY} { code: ID! cases: ID ${CASES} } extend type Jurisdiction { more: ID }`,
        },
        ["Jurisdiction.more has no @sharing of its own, so it would have that of another subgraph's entity"],
      ],
    ],
  ],
  [
    'classesAreTheCatalogs',
    [
      [
        'fires on items that there are not, and on classes that are not theirs',
        {
          grid: `type A ${CASES} { a: ID @sharing(item: "grid.secrets", class: WITHHELD) }
                 type B @sharing(item: "grid.people", class: UNCONDITIONAL) { b: ID }`,
        },
        [
          'B says UNCONDITIONAL of grid.people, which is WITHHELD',
          'A.a names "grid.secrets", which is not in the catalog',
        ],
      ],
    ],
  ],
  [
    'itemsAreOfTheSubgraph',
    [
      [
        'fires on items of another subgraph, except on its entities and in the directory',
        {
          registry: PLACE,
          grid: `type Jurisdiction @key(fields: "code") ${DIRECTORY} { code: ID! lent: ID @sharing(item: "tourism.procedures", class: UNCONDITIONAL) }
                 type Officer @key(fields: "id", resolvable: false) @sharing(item: "personnel.secondments", class: UNCONDITIONAL) { id: ID! }
                 type A @sharing(item: "tourism.procedures", class: UNCONDITIONAL) { a: ID }
                 type B ${DIRECTORY} { b: ID c: ID ${CASES} }`,
        },
        [
          'A belongs to tourism.procedures, which is not an item of grid',
          'Jurisdiction.lent belongs to tourism.procedures, which is not an item of grid',
        ],
      ],
    ],
  ],
  [
    'littleIsPublic',
    [
      [
        'lets pass places, certificates and what answers are made of',
        {
          tourism: [
            'Jurisdiction',
            'JurisdictionConnection',
            'JurisdictionEdge',
            'PageInfo',
            'UserError',
            'LicenseCertificate',
          ]
            .map((name) => `type ${name} ${DIRECTORY.replace(')', ', public: true)')} { a: ID }`)
            .concat(
              `type Query { jurisdiction: ID ${DIRECTORY.replace(')', ', public: true)')} verifyCertificate: ID ${DIRECTORY.replace(')', ', public: true)')} }`,
            )
            .join('\n'),
        },
        [],
      ],
      [
        'fires on everything else',
        {
          grid: `type GridCase ${CASES.replace(')', ', public: true)')} { id: ID }
                 type Agency ${DIRECTORY.replace(')', ', public: true)')} { id: ID }
                 type Jurisdiction ${DIRECTORY.replace(')', ', public: true)')} { agencies: ID ${DIRECTORY.replace(')', ', public: true)')} }`,
        },
        [
          'GridCase is public, and grid.cases is not',
          'Agency is public, and neither a jurisdiction nor a certificate',
          'Jurisdiction.agencies is public, and neither a jurisdiction nor a certificate',
        ],
      ],
    ],
  ],
  [
    'classesStayWhereTheyAre',
    [
      [
        'fires where another subgraph would answer for a class, and not on what all share',
        {
          grid: `type GridCase ${CASES} { a: ID @requires(fields: "b") b: ID @provides(fields: "c") }
                 type Note @shareable ${CASES} { a: ID }
                 type Plain { a: ID @shareable }
                 type PageInfo @shareable ${DIRECTORY} { a: ID }`,
        },
        [
          'GridCase.a has @requires, by which another subgraph would answer for its class',
          'GridCase.b has @provides, by which another subgraph would answer for its class',
          'Note has @shareable, by which another subgraph would answer for its class',
        ],
      ],
    ],
  ],
  [
    'withheldIsNullable',
    [
      [
        'fires on what may be withheld while its parent is not',
        {
          tourism: `type Application @sharing(item: "tourism.applications", class: CONDITIONAL) {
                      applicant: Applicant! phone: ID! @sharing(item: "tourism.applicants", class: WITHHELD)
                      mayBeNull: Applicant procedure: Procedure! premises: Premises!
                    }
                    type Applicant @sharing(item: "tourism.applicants", class: WITHHELD) { name: ID! }
                    type Procedure @sharing(item: "tourism.procedures", class: UNCONDITIONAL) { id: ID! }
                    type Premises @sharing(item: "tourism.applications", class: CONDITIONAL) { id: ID! }`,
        },
        [
          'Application.applicant may be withheld (tourism.applicants) while its parent is not, so it must be nullable',
          'Application.phone may be withheld (tourism.applicants) while its parent is not, so it must be nullable',
        ],
      ],
    ],
  ],
  [
    'nothingHiddenIsAskedFor',
    [
      [
        'fires on filters and orders by what a row may withhold, wherever the list is',
        {
          tourism: `type Query {
                      applications(under: ID, phonePrefix: String, order: Order, where: Where): ApplicationConnection
                      application(applicantName: String, number: ID): Application
                    }
                    type Mutation { amend(phone: String): Application }
                    type Place { applications(hasPhone: Boolean, stage: ID): [Application!]! }
                    enum Order { NUMBER PHONE }
                    input Where { stage: ID phone: String }
                    type ApplicationConnection { edges: ID }
                    type Application @sharing(item: "tourism.applications", class: CONDITIONAL) {
                      number: ID stage: ID applicant: Applicant
                      phone: ID @sharing(item: "tourism.applicants", class: WITHHELD)
                    }
                    type Applicant @sharing(item: "tourism.applicants", class: WITHHELD) { name: ID }`,
        },
        [
          ['Query.applications(phonePrefix:)', 'phone'],
          ['Query.applications(order:)', 'phone'],
          ['Query.applications(where:)', 'phone'],
          ['Query.application(applicantName:)', 'applicant'],
          ['Place.applications(hasPhone:)', 'phone'],
        ].map(
          ([argument, field]) =>
            `${argument} asks for rows by Application.${field}, which may be withheld while they are not`,
        ),
      ],
    ],
  ],
])('the rule %s', (rule, cases) => {
  it.each(cases)('%s', (_, sources, violations) => {
    expect(check(rule, sources)).toEqual(violations);
  });
});
