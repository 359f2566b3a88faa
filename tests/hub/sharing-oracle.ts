import fc from 'fast-check';
import pino from 'pino';
import { withheldEntries } from '../../gateway/access/disclosure';
import { type Grant, GrantBook, type WithheldReason } from '../../gateway/access/grants';
import { agriculture } from '../../subgraphs/agriculture';
import { grid } from '../../subgraphs/grid';
import type { ItemName } from '../../subgraphs/kit/catalog';
import { SHARING_EXTENSION, type SharingReport } from '../../subgraphs/kit/disclosures';
import { Keyring } from '../../subgraphs/kit/keyring';
import { EVERY, type Places } from '../../subgraphs/kit/places';
import { RegistryRoutes } from '../../subgraphs/kit/registry-routes';
import type { Subjects } from '../../subgraphs/kit/sharing';
import {
  REPORT_HEADER,
  Subgraph,
  type SubgraphDefinition,
  WITHHELD_REPORT,
} from '../../subgraphs/kit/subgraph';
import { addDays, dayOf } from '../../subgraphs/kit/time';
import { personnel } from '../../subgraphs/personnel';
import { tourism } from '../../subgraphs/tourism';
import { makeIn as makeAgricultureIn } from '../agriculture/make';
import { aCase, storeCases, storeEvents } from '../grid/make';
import { TEST_SECRET } from '../support/server';
import { Caller, type SubgraphWorld, useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { makeIn } from '../tourism/make';

/*
 * What the hub answers, against the rules of sharing written out once more as plainly as they can be said, over lists in
 * memory. `npm test` tries some hundred cases, `npm run test:soak` ten thousand.
 */

const TODAY = dayOf(new Date());

const COUNTIES = ['310000', '310118', '330421', '341200', '341225'];
const TOWNS = ['310118104', '310118104222', '330421103'];
const PLACES = [...COUNTIES, ...TOWNS];
const UNITS = PLACES.flatMap((place) => [`${place}-GOV`, `${place}-OFFICE`]);
const FUNCTIONS = [
  ...['GENERAL_GOVERNMENT', 'HUMAN_RESOURCES', 'GRID_COMMAND', 'RIVER_CHIEF', 'VILLAGE_COMMITTEE'],
  ...['LICENSE_REVIEW', 'TOURISM', 'FIRE_SAFETY', 'AGRICULTURE', 'VEGETABLE_MARKET_STANDARDS'],
];
const ITEMS = [
  'personnel.officer-contact',
  'labor-flow.reports',
  'grid.cases',
  'grid.inspections',
  'tourism.applications',
  'agriculture.batches',
] as const satisfies ItemName[];
const PURPOSES = ['核对', 'audit'];

// --- the rules ---

/** Who makes a unit a party by place, for each item. */
const BY_PLACE: Partial<Record<ItemName, readonly string[]>> = {
  'labor-flow.reports': ['GENERAL_GOVERNMENT', 'HUMAN_RESOURCES'],
  'grid.cases': ['GENERAL_GOVERNMENT', 'GRID_COMMAND', 'RIVER_CHIEF'],
  'grid.inspections': ['GENERAL_GOVERNMENT', 'GRID_COMMAND'],
  'grid.people': ['GENERAL_GOVERNMENT', 'GRID_COMMAND', 'VILLAGE_COMMITTEE'],
  'tourism.applications': ['GENERAL_GOVERNMENT', 'LICENSE_REVIEW', 'TOURISM', 'FIRE_SAFETY'],
  'tourism.applicants': ['GENERAL_GOVERNMENT', 'LICENSE_REVIEW'],
  'agriculture.batches': ['GENERAL_GOVERNMENT', 'AGRICULTURE'],
};

/** The same for where something goes, if that is not where it is. */
const BY_DESTINATION: Partial<Record<ItemName, readonly string[]>> = {
  'agriculture.batches': ['GENERAL_GOVERNMENT', 'VEGETABLE_MARKET_STANDARDS'],
};

/** Who asks, and what was granted to whom. */
interface Asker {
  agency: string;
  functions: string[];
  purpose: string | null;
  grants: Grant[];
  /** Whether the registry confirmed the grants within the last second. */
  areConfirmed: boolean;
  collects: boolean;
}

/** Whose something is, for an item. */
interface Holding {
  item: ItemName;
  provider: string;
  named?: readonly (string | null)[];
  places?: readonly string[];
  destination?: string;
  /** What it comes from: a party to that is one to it too. */
  origins?: readonly Holding[];
}

const placeOf = (agency: string): string => agency.replace(/-.*/, '');
const isIn = (outer: string, place: string): boolean =>
  place.startsWith(outer.length === 6 ? outer.replace(/(00){1,2}$/, '') : outer);
const isValid = (grant: Grant): boolean => grant.validFrom <= TODAY && TODAY <= grant.validUntil;

const grantsFor = ({ agency, grants }: Asker, { item, provider }: Holding): Grant[] =>
  grants.filter((grant) => grant.consumer === agency && grant.item === item && grant.provider === provider);

function isParty(asker: Asker, holding: Holding): boolean {
  const { item, provider, named = [], places = [], destination, origins = [] } = holding;
  if (provider === asker.agency || named.includes(asker.agency)) return true;
  const isOf = (functions: readonly string[] | undefined) =>
    asker.functions.some((f) => functions?.includes(f));
  const isOver = (place: string) => isIn(placeOf(asker.agency), place);
  if (isOf(BY_PLACE[item]) && places.some(isOver)) return true;
  if (destination && isOf(BY_DESTINATION[item]) && isOver(destination)) return true;
  return origins.some((origin) => isParty(asker, origin));
}

function maySee(asker: Asker, holding: Holding): boolean {
  if (isParty(asker, holding)) return true;
  if (!asker.collects || !asker.areConfirmed) return false;
  return grantsFor(asker, holding).some((grant) => isValid(grant) && grant.purpose === asker.purpose);
}

function reasonOf(asker: Asker, holding: Holding): WithheldReason {
  const grants = grantsFor(asker, holding);
  if (grants.some((grant) => isValid(grant) && grant.purpose !== asker.purpose)) return 'NO_PURPOSE';
  return grants.some((grant) => grant.validUntil < TODAY) ? 'EXPIRED' : 'NO_GRANT';
}

// --- lists in memory ---

interface Row {
  readonly id: string;
}

/** A field of a row whose class is not the row's. */
interface GuardedField {
  readonly coordinate: string;
  readonly holding: (row: never) => Holding;
}

interface Kind<R extends Row> {
  readonly type: string;
  readonly list: string;
  rows: R[];
  /** Null when everyone may see the rows. */
  readonly holding: ((row: R) => Holding) | null;
  /** How a row sorts; compared as text. */
  readonly order: { key: (row: R) => readonly string[]; direction: 1 | -1 };
  readonly filters: Record<
    string,
    { value: fc.Arbitrary<string>; isEnum?: true; fits: (row: R, value: string) => boolean }
  >;
  /** What may be selected of a row, and the value that stands there for who may see it. */
  readonly fields: Record<string, { selection?: string; value: (row: R) => unknown; guard?: GuardedField }>;
  /** The way from a row to the same list of what is around it: the field, the filters it lacks, and which rows are in it. */
  readonly around?: { field: string; without: readonly string[]; fits: (from: R, row: R) => boolean };
}

// biome-ignore lint/suspicious/noExplicitAny: kinds of different rows stand in one table
type AnyKind = Kind<any>;

const place = fc.constantFrom(...PLACES);
const unit = fc.constantFrom(...UNITS);
const within = <R>(of: (row: R) => string) => ({
  value: place,
  fits: (row: R, value: string) => isIn(value, of(row)),
});
const equal = <R>(of: (row: R) => string | null, values: readonly string[], isEnum?: true) => ({
  value: fc.constantFrom(...values),
  fits: (row: R, value: string) => of(row) === value,
  ...(isEnum && { isEnum }),
});

interface OfficerModel extends Row {
  agency: string;
  phone: string | null;
  email: string | null;
}
const contactOf = (row: OfficerModel): Holding => ({
  item: 'personnel.officer-contact',
  provider: row.agency,
});
const officers: Kind<OfficerModel> = {
  ...{ type: 'Officer', list: 'officers', rows: [], holding: null },
  order: { key: ({ agency, id }) => [agency, id], direction: 1 },
  filters: { under: within(({ agency }) => placeOf(agency)), agency: equal(({ agency }) => agency, UNITS) },
  fields: {
    id: { value: ({ id }) => id },
    phone: { value: ({ phone }) => phone, guard: { coordinate: 'Officer.phone', holding: contactOf } },
    email: { value: ({ email }) => email, guard: { coordinate: 'Officer.email', holding: contactOf } },
  },
  around: {
    field: 'agency',
    without: ['agency', 'under'],
    fits: (from, row) => from.agency === row.agency,
  },
};

interface ReportModel extends Row {
  month: string;
  side: string;
  origin: string;
  destination: string;
  sector: string;
  workers: number;
  reportedBy: string;
}
const MONTHS = ['2026-08', '2026-09'];
const reports: Kind<ReportModel> = {
  ...{ type: 'LaborFlowReport', list: 'laborFlowReports', rows: [] },
  holding: ({ reportedBy, origin, destination }) => ({
    ...{ item: 'labor-flow.reports', provider: reportedBy, places: [origin, destination] },
  }),
  order: { key: (row) => [row.month, row.side, row.origin, row.destination, row.sector], direction: 1 },
  filters: {
    month: equal(({ month }) => month, MONTHS),
    side: equal(({ side }) => side, ['ORIGIN', 'DESTINATION'], true),
    sector: equal(({ sector }) => sector, ['A', 'B', 'C']),
    originUnder: within(({ origin }) => origin),
    destinationUnder: within(({ destination }) => destination),
    reportedBy: equal(({ reportedBy }) => reportedBy, UNITS),
  },
  fields: {
    workers: { value: ({ workers }) => workers },
    sector: { value: ({ sector }) => sector },
    reportedBy: { selection: '{ code }', value: ({ reportedBy }) => ({ code: reportedBy }) },
  },
};

interface CaseModel extends Row {
  stage: 'RECEIVED' | 'FILED' | 'IN_PROGRESS';
  jurisdiction: string;
  reporter: string;
  handler: string | null;
  reportedAt: string;
}
const cases: Kind<CaseModel> = {
  ...{ type: 'GridCase', list: 'gridCases', rows: [] },
  holding: ({ reporter, handler, jurisdiction }) => ({
    ...{ item: 'grid.cases', provider: reporter, named: [handler], places: [jurisdiction] },
  }),
  order: { key: ({ reportedAt, id }) => [reportedAt, id], direction: -1 },
  filters: {
    under: within(({ jurisdiction }) => jurisdiction),
    stage: equal(({ stage }) => stage, ['RECEIVED', 'FILED', 'IN_PROGRESS'], true),
    handledBy: equal(({ handler }) => handler, UNITS),
  },
  fields: {
    id: { value: ({ id }) => id },
    stage: { value: ({ stage }) => stage },
    timeline: { selection: '{ actor }', value: ({ id }) => [{ actor: `${id} 经办` }] },
  },
  around: {
    ...{ field: 'jurisdiction', without: ['under'] },
    fits: (from, row) => isIn(from.jurisdiction, row.jurisdiction),
  },
};

interface FindingModel extends Row {
  status: 'SUBMITTED' | 'RETURNED';
  organizer: string;
  inspector: string;
  inspected: string;
  jurisdiction: string;
  foundAt: string;
}
const findings: Kind<FindingModel> = {
  ...{ type: 'InspectionFinding', list: 'inspectionFindings', rows: [] },
  holding: ({ organizer, inspector, inspected, jurisdiction }) => ({
    ...{ item: 'grid.inspections', provider: organizer, named: [inspector, inspected] },
    places: [jurisdiction],
  }),
  order: { key: ({ foundAt, id }) => [foundAt, id], direction: -1 },
  filters: {
    under: within(({ jurisdiction }) => jurisdiction),
    inspector: equal(({ inspector }) => inspector, UNITS),
    inspected: equal(({ inspected }) => inspected, UNITS),
    status: equal(({ status }) => status, ['SUBMITTED', 'RETURNED'], true),
  },
  fields: {
    id: { value: ({ id }) => id },
    status: { value: ({ status }) => status },
    responsiblePhone: { value: ({ id }) => `${id} 电话` },
    location: { selection: '{ road }', value: () => ({ road: '西苑路' }) },
  },
};

/** What was recorded of people: by whom, where, and which other unit has to do with it. */
interface PersonalModel extends Row {
  jurisdiction: string;
  recordedBy: string;
  party: string | null;
  at: string;
}
const personal =
  (hasParty: boolean) =>
  ({ recordedBy, party, jurisdiction }: PersonalModel): Holding => ({
    ...{ item: 'grid.people', provider: recordedBy, places: [jurisdiction] },
    ...(hasParty && { named: [party] }),
  });
const leads: Kind<PersonalModel> = {
  ...{ type: 'Lead', list: 'leads', rows: [], holding: personal(true) },
  order: { key: ({ at, id }) => [at, id], direction: 1 },
  filters: {
    under: within(({ jurisdiction }) => jurisdiction),
    agency: equal(({ party }) => party, UNITS),
  },
  fields: {
    id: { value: ({ id }) => id },
    evidence: { value: ({ id }) => `${id} 依据` },
    timeline: { selection: '{ actor }', value: ({ id }) => [{ actor: `${id} 经办` }] },
  },
};
const receptions: Kind<PersonalModel> = {
  ...{ type: 'PetitionReception', list: 'petitionReceptions', rows: [], holding: personal(true) },
  order: { key: ({ at, id }) => [at, id], direction: -1 },
  filters: { under: within(({ jurisdiction }) => jurisdiction) },
  fields: {
    id: { value: ({ id }) => id },
    petitioner: { value: ({ id }) => `${id} 来访人` },
    timeline: { selection: '{ actor }', value: ({ id }) => [{ actor: `${id} 经办` }] },
  },
};
const households: Kind<PersonalModel> = {
  ...{ type: 'Household', list: 'households', rows: [], holding: personal(false) },
  order: { key: ({ jurisdiction, id }) => [jurisdiction, id, id], direction: 1 },
  filters: {
    under: within(({ jurisdiction }) => jurisdiction),
    cardNumber: equal(({ id }) => id, ['household-1', 'household-2', 'household-3']),
  },
  fields: {
    id: { value: ({ id }) => id },
    head: { value: ({ id }) => `${id} 户主` },
    corrections: { selection: '{ reason }', value: ({ id }) => [{ reason: `${id} 更正` }] },
  },
};
const visits: Kind<PersonalModel> = {
  ...{ type: 'HouseholdVisit', list: 'householdVisits', rows: [], holding: personal(false) },
  order: { key: ({ at, id }) => [at, id], direction: -1 },
  filters: { under: within(({ jurisdiction }) => jurisdiction) },
  fields: {
    id: { value: ({ id }) => id },
    visitors: { value: ({ id }) => [`${id} 走访人`] },
  },
};

interface ApplicationModel extends Row {
  stage: 'SUBMITTED' | 'SCHEDULED';
  jurisdiction: string;
  filedBy: string;
  submittedAt: string;
}
const applicationOf =
  (item: ItemName) =>
  (row: ApplicationModel): Holding => ({
    ...{ item, provider: row.filedBy, places: [row.jurisdiction] },
  });
const applications: Kind<ApplicationModel> = {
  ...{ type: 'LicenseApplication', list: 'licenseApplications', rows: [] },
  holding: applicationOf('tourism.applications'),
  order: { key: ({ submittedAt, id }) => [submittedAt, id], direction: -1 },
  filters: {
    under: within(({ jurisdiction }) => jurisdiction),
    stage: equal(({ stage }) => stage, ['SUBMITTED', 'SCHEDULED'], true),
  },
  fields: {
    id: { value: ({ id }) => id },
    materials: { selection: '{ name }', value: () => [{ name: '消防疏散图' }] },
    timeline: { selection: '{ actor }', value: () => [{ actor: '李' }] },
    applicant: {
      selection: '{ name }',
      value: ({ id }) => ({ name: `${id} 申请人` }),
      guard: { coordinate: 'LicenseApplication.applicant', holding: applicationOf('tourism.applicants') },
    },
  },
  around: {
    ...{ field: 'jurisdiction', without: ['under'] },
    fits: (from, row) => isIn(from.jurisdiction, row.jurisdiction),
  },
};

const BATCH_STATUSES = ['RECORDED', 'IN_TRANSIT', 'RECEIVED', 'DIVIDED'] as const;
interface BatchModel extends Row {
  status: (typeof BATCH_STATUSES)[number];
  basePlace: string;
  destination: string;
  issuer: string | null;
  recordedBy: string;
  harvestedOn: string;
  madeOf: readonly BatchModel[];
}
const batchOf = ({ recordedBy, issuer, basePlace, destination, madeOf }: BatchModel): Holding => ({
  ...{ item: 'agriculture.batches', provider: recordedBy, named: [issuer], places: [basePlace], destination },
  origins: madeOf.map(batchOf),
});
const batches: Kind<BatchModel> = {
  ...{ type: 'SupplyBatch', list: 'supplyBatches', rows: [], holding: batchOf },
  order: { key: ({ harvestedOn, id }) => [harvestedOn, id], direction: -1 },
  filters: {
    under: within(({ basePlace }) => basePlace),
    destination: within(({ destination }) => destination),
    status: equal(({ status }) => status, BATCH_STATUSES, true),
  },
  fields: {
    id: { value: ({ id }) => id },
    status: { value: ({ status }) => status },
    events: { selection: '{ actor }', value: ({ id }) => [{ actor: `${id} 经办` }] },
  },
};

const KINDS: Record<string, readonly AnyKind[]> = {
  personnel: [officers, reports],
  grid: [cases, findings, leads, receptions, households, visits],
  tourism: [applications],
  agriculture: [batches],
};

// --- queries ---

const kindOf = (list: string): AnyKind => {
  const kind = Object.values(KINDS)
    .flat()
    .find((known) => known.list === list);
  if (!kind) throw new Error(`there is no list ${list}`);
  return kind;
};

interface ListQuery {
  list: string;
  filters: readonly (readonly [name: string, value: string])[];
  first: number;
  fields: string[];
  style: 'plain' | 'twice' | 'inline' | 'named';
  around: ListQuery | null;
}

const listOf = (kind: AnyKind, depth: number, without: readonly string[] = []): fc.Arbitrary<ListQuery> =>
  fc.record({
    list: fc.constant(kind.list),
    filters: fc
      .tuple(
        ...Object.entries(kind.filters)
          .filter(([name]) => !without.includes(name))
          .map(([name, { value }]) => fc.option(fc.tuple(fc.constant(name), value), { freq: 2 })),
      )
      .map((filters) => filters.filter((filter) => filter !== null)),
    first: fc.constantFrom(1, 3, 7, 200),
    fields: fc.subarray(Object.keys(kind.fields), { minLength: 1 }),
    style: fc.constantFrom('plain', 'twice', 'inline', 'named'),
    around:
      depth > 0 && kind.around
        ? fc.option(listOf(kind, depth - 1, kind.around.without), { freq: 2 })
        : fc.constant(null),
  });

/** The query as text. Named fragments go to `fragments`. */
function print(query: ListQuery, fragments: string[]): string {
  const { list, filters, first, fields, style, around } = query;
  const kind = kindOf(list);
  const args = [
    ...filters.map(
      ([name, value]) => `${name}: ${kind.filters[name]?.isEnum ? value : JSON.stringify(value)}`,
    ),
    `first: ${first}`,
  ];
  const plain = fields.map((name) => `${name} ${kind.fields[name]?.selection ?? ''}`).join(' ');
  const again = fields
    .map((name) => `again_${name}: ${name} ${kind.fields[name]?.selection ?? ''}`)
    .join(' ');
  const wrapped = (text: string): string => {
    switch (style) {
      case 'plain':
        return text;
      case 'twice':
        return `${text} ${again}`;
      case 'inline':
        return `... on ${kind.type} { ${text} }`;
      case 'named': {
        const name = `part${fragments.length}`;
        fragments.push(`fragment ${name} on ${kind.type} { ${text} }`);
        return `...${name} ...${name}`;
      }
    }
  };
  const nested = around && kind.around ? `around: ${kind.around.field} { ${print(around, fragments)} }` : '';
  return `${list}(${args.join(', ')}) { edges { node { ${wrapped(plain)} ${nested} } } pageInfo { hasNextPage } }`;
}

/** Collects what an answer should say that it showed, and withheld. */
class Account {
  readonly disclosed = new Set<string>();
  readonly withheld = new Map<string, { holding: Holding; ids: Set<string>; places: string[] }>();

  show({ item, provider }: Holding, id: string, asker: Asker): void {
    if (provider !== asker.agency) this.disclosed.add([item, provider, id].join(' '));
  }

  withhold(coordinate: string, holding: Holding, id: string, places: readonly string[]): void {
    const key = `${coordinate} ${holding.provider}`;
    const entry = this.withheld.get(key) ?? { holding, ids: new Set(), places: [] };
    entry.ids.add(id);
    entry.places.push(...places);
    this.withheld.set(key, entry);
  }
}

const compare = (a: readonly string[], b: readonly string[]): number => {
  const i = a.findIndex((part, at) => part !== b[at]);
  return i === -1 ? 0 : (a[i] ?? '') < (b[i] ?? '') ? -1 : 1;
};

/** What a list should answer that stands at a path. */
function answer(
  query: ListQuery,
  asker: Asker,
  account: Account,
  candidates: readonly Row[],
  path: string,
): unknown {
  const { list, filters, first, fields, style, around } = query;
  const kind = kindOf(list);
  const { key, direction } = kind.order;
  const found = candidates
    .filter((row) => !kind.holding || maySee(asker, kind.holding(row)))
    .filter((row) => filters.every(([name, value]) => kind.filters[name]?.fits(row, value)))
    .sort((a, b) => direction * compare(key(a), key(b)));
  const edges = found.slice(0, first).map((row, i) => {
    const at = `${path}.edges.${i}.node`;
    if (kind.holding) account.show(kind.holding(row), row.id, asker);
    const node: Record<string, unknown> = {};
    for (const name of fields) {
      const field = kind.fields[name];
      if (!field) throw new Error(`${kind.type} has no ${name}`);
      const holding: Holding | undefined = field.guard?.holding(row as never);
      let value = field.value(row);
      if (field.guard && holding) {
        if (!maySee(asker, holding)) {
          const places = style === 'twice' ? [name, `again_${name}`] : [name];
          account.withhold(
            field.guard.coordinate,
            holding,
            row.id,
            places.map((place) => `${at}.${place}`),
          );
          value = null;
        } else if (value !== null) account.show(holding, row.id, asker);
      }
      node[name] = value;
      if (style === 'twice') node[`again_${name}`] = value;
    }
    const next = kind.around;
    if (around && next) {
      const near = kind.rows.filter((other) => next.fits(row, other));
      node.around = { [list]: answer(around, asker, account, near, `${at}.around.${list}`) };
    }
    return { node };
  });
  return { edges, pageInfo: { hasNextPage: found.length > first } };
}

const asker: fc.Arbitrary<Asker> = unit.chain((agency) =>
  fc.record({
    agency: fc.constant(agency),
    functions: fc.subarray(FUNCTIONS, { maxLength: 3 }),
    purpose: fc.option(fc.constantFrom(...PURPOSES), { freq: 4 }),
    grants: fc.array(
      fc.record({
        item: fc.constantFrom(...ITEMS),
        provider: unit.filter((provider) => provider !== agency),
        consumer: fc.oneof({ weight: 4, arbitrary: fc.constant(agency) }, { weight: 1, arbitrary: unit }),
        purpose: fc.constantFrom(...PURPOSES),
        validFrom: fc.constantFrom(addDays(TODAY, -60), TODAY, addDays(TODAY, 1)),
        validUntil: fc.constantFrom(addDays(TODAY, -1), TODAY, addDays(TODAY, 60)),
      }),
      { maxLength: 12 },
    ),
    areConfirmed: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    collects: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  }),
);

const request = (subgraph: string) =>
  fc.record({
    asker,
    lists: fc.array(fc.oneof(...(KINDS[subgraph] ?? []).map((kind) => listOf(kind, 2))), {
      minLength: 1,
      maxLength: 3,
    }),
  });

/** A gateway's book that holds these grants. */
async function bookOf(grants: readonly Grant[]): Promise<GrantBook> {
  const registry = new RegistryRoutes(
    {
      name: 'registry',
      answerInternally: async () => ({ version: 1, grants }),
    },
    new Keyring([TEST_SECRET]),
  );
  const book = new GrantBook(registry, pino({ level: 'silent' }));
  await book.refresh();
  return book;
}

type Case = { asker: Asker; lists: ListQuery[] };

/** Asks a subgraph as a gateway would. */
async function ask(subgraph: Subgraph, { asker, lists }: Case) {
  const book = await bookOf(asker.grants);
  const caller = viewer(asker.agency, {
    ...{ functions: asker.functions, purpose: asker.purpose, collects: asker.collects },
    grants: book.matching(subgraph.name, asker.agency, asker.purpose),
    grantsAsOf: asker.areConfirmed ? book.asOf : book.asOf - 5_000,
  });
  const fragments: string[] = [];
  const selections = lists.map((list, i) => `list${i}: ${print(list, fragments)}`);
  const { data, errors, extensions } = await new Caller(subgraph, caller, 'en', {
    [REPORT_HEADER]: WITHHELD_REPORT,
  }).send(`{ ${selections.join('\n')} }\n${fragments.join('\n')}`);
  expect(errors).toBeUndefined();
  const { disclosed = [], withheld = [] } = (extensions?.[SHARING_EXTENSION] ?? {}) as Partial<SharingReport>;
  return { data, book, report: { disclosed, withheld } };
}

const placesIn = (all: readonly Places[]): string[] =>
  all.flatMap(({ path, indexes }) =>
    indexes.map((place) => {
      const steps = [...place];
      return path.map((step) => (step === EVERY ? steps.shift() : step)).join('.');
    }),
  );

type Withheld = { coordinate: string; provider: string };
const byCoordinate = (a: Withheld, b: Withheld): number =>
  compare([a.coordinate, a.provider], [b.coordinate, b.provider]);

/** What the rules say of the same. */
function expected({ asker, lists }: Case) {
  const account = new Account();
  const data = Object.fromEntries(
    lists.map((list, i) => {
      const name = `list${i}`;
      return [name, answer(list, asker, account, kindOf(list.list).rows, name)];
    }),
  );
  return { data, account };
}

async function agrees(subgraph: Subgraph, tried: Case): Promise<void> {
  const { asker } = tried;
  const { data, book, report } = await ask(subgraph, tried);
  const { data: expectedData, account } = expected(tried);
  expect(data).toEqual(expectedData);
  if (!asker.collects) return;
  const disclosed = report.disclosed.flatMap(({ item, provider, ids }) =>
    ids.map((id) => [item, provider, id].join(' ')),
  );
  expect(disclosed.sort()).toEqual([...account.disclosed].sort());
  const places = report.withheld.map(({ coordinate, provider, places = [] }) => ({
    ...{ coordinate, provider, places: placesIn(places).sort() },
  }));
  expect(places.sort(byCoordinate)).toEqual(
    [...account.withheld]
      .map(([key, { holding, places }]) => ({
        coordinate: key.split(' ')[0] ?? '',
        provider: holding.provider,
        places: places.sort(),
      }))
      .sort(byCoordinate),
  );
  const told = withheldEntries(report, (item, provider) =>
    book.reason(item, provider, asker.agency, asker.purpose),
  );
  const coordinates = [...new Set([...account.withheld.keys()].map((key) => key.split(' ')[0]))].sort();
  expect(told).toEqual(
    coordinates.map((coordinate) => {
      const parts = [...account.withheld]
        .filter(([key]) => key.startsWith(`${coordinate} `))
        .map(([, part]) => part);
      const reasons = parts.map(({ holding }) => reasonOf(asker, holding));
      return {
        coordinate,
        item: parts[0]?.holding.item,
        reason: (['NO_PURPOSE', 'EXPIRED'] as const).find((reason) => reasons.includes(reason)) ?? 'NO_GRANT',
        providers: parts.map(({ holding }) => holding.provider).sort(),
        count: parts.reduce((sum, { ids }) => sum + ids.size, 0),
      };
    }),
  );
}

/** The subgraph with a guard of fields that lets everything pass: what is left is the database's own. */
const withoutGuard = (definition: SubgraphDefinition, world: SubgraphWorld): Subgraph => {
  const everyones = { id: ({ id }: Row) => id, provider: () => '', named: () => UNITS };
  const subjects: Subjects = Object.fromEntries(
    Object.entries(definition.subjects ?? {}).map(([type, items]) => [
      type,
      Object.fromEntries(Object.keys(items).map((item) => [item, everyones])),
    ]),
  );
  return new Subgraph({ ...definition, subjects }, world.database, {
    keyring: new Keyring([TEST_SECRET]),
    logger: pino({ level: 'silent' }),
  });
};

const minutes = (n: number): string => new Date(Date.UTC(2026, 9, 1) + n * 60_000).toISOString();
/** Few distinct instants, so that ids must tell rows apart. */
const instant = fc.integer({ min: 0, max: 5 }).map(minutes);
/** The same data in every run: what varies is who asks for what. */
const sample = <Value>(arbitrary: fc.Arbitrary<Value>, count: number): Value[] =>
  fc.sample(arbitrary, { numRuns: count, seed: 20_261_123 });

async function fillPersonnel(world: SubgraphWorld): Promise<void> {
  officers.rows = sample(fc.record({ agency: unit, phone: fc.boolean(), email: fc.boolean() }), 60).map(
    ({ agency, phone, email }, i) => ({
      ...{
        id: `officer-${i}`,
        agency,
        phone: phone ? `021-${i}` : null,
        email: email ? `${i}@example.cn` : null,
      },
    }),
  );
  const cells = sample(
    fc.record({
      month: fc.constantFrom(...MONTHS),
      side: fc.constantFrom('ORIGIN', 'DESTINATION'),
      origin: fc.constantFrom(...COUNTIES),
      destination: fc.constantFrom(...COUNTIES),
      sector: fc.constantFrom('A', 'B', 'C'),
      workers: fc.integer({ min: 0, max: 500 }),
      reportedBy: unit,
    }),
    120,
  ).map((cell) => ({
    ...cell,
    id: [cell.month, cell.side, cell.origin, cell.destination, cell.sector].join('|'),
  }));
  reports.rows = [...new Map(cells.map((cell) => [cell.id, cell])).values()];
  await world.build(async (db) => {
    await db('officers').insert(
      officers.rows.map(({ id, agency }) => ({ id, agency, name: '陆远山', title: '科长' })),
    );
    await db('officer_contacts').insert(
      officers.rows
        .filter(({ phone, email }) => phone ?? email)
        .map(({ id, agency, phone, email }) => ({ officer: id, agency, phone, email })),
    );
    await db('labor_flow_reports').insert(
      reports.rows.map(({ id: _, reportedBy, ...cell }) => ({
        ...{ ...cell, public_workers: cell.workers, is_small: false, reported_by: reportedBy, revision: 1 },
        ...{ minimum_stay_months: 6, includes_flexible: true, reference_day: '2026-09-30' },
        updated_at: minutes(0),
      })),
    );
  });
}

async function fillGrid(world: SubgraphWorld): Promise<void> {
  cases.rows = sample(
    fc.record({
      stage: fc.constantFrom('RECEIVED' as const, 'FILED' as const, 'IN_PROGRESS' as const),
      jurisdiction: place,
      reporter: unit,
      handler: unit,
      reportedAt: instant,
    }),
    80,
  ).map((row, i) => ({ ...row, id: `case-${i}`, handler: row.stage === 'IN_PROGRESS' ? row.handler : null }));
  await world.build(async (db) => {
    for (const { id, stage, jurisdiction, reporter, handler, reportedAt } of cases.rows) {
      const reported_at = new Date(reportedAt);
      const row = aCase({
        ...{ id, number: id, stage, jurisdiction, reporter, reported_at, task_agency: handler },
      });
      await storeCases(db, row);
      await storeEvents(db, row, {
        ...{
          kind: 'RECEIVED',
          at: reported_at,
          actor: `${id} 经办`,
          agency: reporter,
          note: null,
          stage: 'RECEIVED',
        },
      });
    }
  });
  await fillFieldwork(world);
}

/** Inspections, and what is recorded of people. */
async function fillFieldwork(world: SubgraphWorld): Promise<void> {
  findings.rows = sample(
    fc
      .record({
        status: fc.constantFrom('SUBMITTED' as const, 'RETURNED' as const),
        ...{ organizer: unit, inspector: unit, inspected: unit, jurisdiction: place, foundAt: instant },
      })
      .filter(({ inspector, inspected }) => inspector !== inspected),
    60,
  ).map((row, i) => ({ ...row, id: `finding-${i}` }));
  const recorded = (name: string): PersonalModel[] =>
    sample(fc.record({ jurisdiction: place, recordedBy: unit, party: fc.option(unit), at: instant }), 40).map(
      (row, i) => ({ ...row, id: `${name}-${i}` }),
    );
  const days = sample(fc.constantFrom('2026-10-01', '2026-10-02'), 40);
  leads.rows = recorded('lead').map((row, i) => ({ ...row, at: days[i] ?? '' }));
  receptions.rows = recorded('reception');
  households.rows = recorded('household');
  // A household's visits lie where it does.
  visits.rows = recorded('visit').map((row, i) => ({
    ...row,
    jurisdiction: households.rows[i]?.jurisdiction ?? '',
  }));
  await world.build(async (db) => {
    for (const { id, status, organizer, inspector, inspected, jurisdiction, foundAt } of findings.rows) {
      const pair = { campaign_id: id, inspector, inspected, jurisdiction };
      await db('inspection_campaigns').insert({
        ...{ id, name: id, month: '2026-10', status: 'OPEN', organizer, floor: 0, bonus_per_finding: 1 },
        ...{ bonus_cap: 1, cap_basis: 'ABOVE_FLOOR', seed: id, opened_at: minutes(0) },
      });
      await db('inspection_assignments').insert(pair);
      await db('inspection_findings').insert({
        ...{ ...pair, id, organizer, category: 'EXPOSED_GARBAGE', description: id, photos: ['x'] },
        ...{ responsible_person: '甲', responsible_phone: `${id} 电话`, road: '西苑路' },
        ...{ latitude: 31, longitude: 121, found_at: foundAt, status, submitted_at: minutes(0) },
        ...(status === 'RETURNED' && { reviewed_at: minutes(1), return_reason: '轻微' }),
      });
    }
    for (const { id, jurisdiction, recordedBy: pushed_by, party, at: due_on } of leads.rows) {
      const list = { jurisdiction, pushed_by, due_on, title: id };
      await db('lead_lists').insert({ ...list, id, opened_at: minutes(0), actor: '甲' });
      await db('leads').insert({
        ...{ ...list, id, list_id: id, external_id: id, evidence: `${id} 依据`, agency: party },
        status: party === null ? 'PUSHED' : 'ASSIGNED',
      });
      await db('lead_events').insert({
        ...{ lead_id: id, kind: 'PUSHED', at: minutes(0), actor: `${id} 经办`, agency: pushed_by },
      });
    }
    for (const { id, jurisdiction, recordedBy: recorded_by, party, at } of receptions.rows) {
      await db('petition_receptions').insert({
        ...{ id, jurisdiction, recorded_by, received_by: '甲', received_at: at, visitors: 1, claim: id },
        petitioner: `${id} 来访人`,
        ...(party === null
          ? { status: 'RECEIVED' }
          : { status: 'INSTRUCTED', instruction: id, handler: party, due_on: '2026-12-01' }),
      });
      await db('petition_events').insert({
        ...{ reception_id: id, kind: 'RECEIVED', at, actor: `${id} 经办`, agency: recorded_by },
      });
    }
    for (const { id, jurisdiction, recordedBy: recorded_by } of households.rows) {
      const of = { jurisdiction, recorded_by };
      await db('households').insert({ ...of, id, card_number: id, head: `${id} 户主` });
      await db('household_corrections').insert({
        ...{ ...of, household_id: id, ordinal: 0, before: '{}', reason: `${id} 更正` },
        ...{ at: minutes(0), actor: '甲' },
      });
    }
    for (const [i, { id, jurisdiction, recordedBy: recorded_by, at }] of visits.rows.entries()) {
      await db('household_visits').insert({
        ...{ id, household_id: `household-${i}`, jurisdiction, recorded_by, visited_at: at },
        ...{ visitors: [`${id} 走访人`], needs: '[]', status: 'NO_FOLLOW_UP' },
      });
    }
  });
}

async function fillTourism(world: SubgraphWorld): Promise<void> {
  const make = makeIn(world);
  const { id: procedure_id } = await make.procedure();
  applications.rows = sample(
    fc.record({
      stage: fc.constantFrom('SUBMITTED' as const, 'SCHEDULED' as const),
      jurisdiction: place,
      filedBy: unit,
      submittedAt: instant,
    }),
    80,
  ).map((row, i) => ({ ...row, id: `application-${i}` }));
  for (const { id, stage, jurisdiction, filedBy, submittedAt } of applications.rows) {
    const at = new Date(submittedAt);
    await make.application({
      ...{ id, number: id, stage, jurisdiction, filed_by: filedBy, submitted_at: at, procedure_id },
      applicant: { name: `${id} 申请人`, phone: '13800000000' },
      materials: [{ code: 'FIRE_PLAN', name: '消防疏散图', url: null, requested_at: at, supplied_at: null }],
      events: [{ kind: 'SUBMITTED', at, actor: '李', agency: filedBy, note: null }],
    });
  }
}

async function fillAgriculture(world: SubgraphWorld): Promise<void> {
  const product = await makeAgricultureIn(world).product('ORACLE_GREENS');
  const found = sample(
    fc.record({
      status: fc.constantFrom(...BATCH_STATUSES),
      basePlace: place,
      destination: place,
      issuer: fc.option(unit),
      recordedBy: unit,
      harvestedOn: fc.constantFrom('2026-10-01', '2026-10-02', '2026-10-03'),
      /** How far back lies what a batch was made of. */
      backs: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 2 }),
    }),
    80,
  );
  batches.rows = [];
  for (const [i, { backs, ...row }] of found.entries()) {
    const madeOf = backs.flatMap((back) => batches.rows[i - back] ?? []);
    batches.rows.push({ ...row, id: `batch-${String(i).padStart(2, '0')}`, madeOf });
  }
  await world.build(async (db) => {
    for (const row of batches.rows) {
      const { id, status, basePlace, destination, issuer, recordedBy, harvestedOn, madeOf } = row;
      await db('batches').insert({
        ...{ id, code: id, status, destination, product, quantity_kg: 100, content_hash: '' },
        ...{ base_place: basePlace, harvested_on: harvestedOn, recorded_by: recordedBy },
        ...{ standard: issuer && 'ORACLE', standard_issuer: issuer, applied_pesticides: [] },
        recorded_at: minutes(0),
      });
      await db('batch_events').insert({
        ...{ id, batch_id: id, ordinal: 1, kind: 'RECORDED', agency: recordedBy, actor: `${id} 经办` },
        ...{ at: minutes(0), recorded_at: minutes(0) },
      });
      for (const parent of madeOf) await db('batch_links').insert({ parent_id: parent.id, child_id: id });
    }
  });
}

/** Tests of the answers of every subgraph that holds conditional data, over so many random cases in all. */
export function testAgainstOracle(cases: number): void {
  describe.each([
    { definition: personnel as SubgraphDefinition, fill: fillPersonnel },
    { definition: grid as SubgraphDefinition, fill: fillGrid },
    { definition: tourism as SubgraphDefinition, fill: fillTourism },
    { definition: agriculture as SubgraphDefinition, fill: fillAgriculture },
  ])('what $definition.name answers', ({ definition, fill }) => {
    const world = useSubgraph(definition);
    beforeAll(() => fill(world));

    const share = Math.ceil(cases / 4);
    const timeout = 30_000 + share * 1_000;

    it(
      'is what the rules of sharing say, to the row and field',
      async () => {
        await fc.assert(
          fc.asyncProperty(request(definition.name), (tried) => agrees(world.subgraph, tried)),
          { numRuns: share },
        );
      },
      timeout,
    );

    it(
      'would be the same rows and values if nothing but the database guarded them',
      async () => {
        const unguarded = withoutGuard(definition, world);
        await fc.assert(
          fc.asyncProperty(request(definition.name), async (tried) => {
            expect((await ask(unguarded, tried)).data).toEqual(expected(tried).data);
          }),
          { numRuns: share },
        );
      },
      timeout,
    );
  });
}
