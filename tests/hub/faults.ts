import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { compare, type Place } from '../support/parts-of-answers';
import { useFolder } from '../support/process';
import { DATABASE, type Fault, SpreadHub } from '../support/spread-hub';

/** What the gateway is told that a request, and a subgraph, may take. */
const REQUEST_MS = 5_000;
const SUBGRAPH_MS = 3_000;
/** What the way to a client on a busy machine may add. */
const WAY_MS = 2_000;
/** How long after a fault is over requests may still be answered in part. */
const RECOVERY_MS = 5_000;
const SETTLING_MS = 1_500;
/** What was sent for so long must have been right before all is taken to be well. */
const QUIET_MS = 1_500;
const CHANGES_PER_SECOND = 2;

/** What may be said of what is missing. */
const CODES = new Set([
  'SUBGRAPH_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
  'TIME_LIMIT_EXCEEDED',
  'RECEIPT_UNAVAILABLE',
  'GRANTS_UNCONFIRMED',
  'OVERLOADED',
]);

interface Reader {
  readonly name: string;
  /** Null for who is not signed in. */
  readonly agency: string | null;
  readonly purpose?: string;
  readonly query: string;
  /** What each field at the root needs, beside the registry when a signed-in unit asks. */
  readonly needs: Readonly<Record<string, readonly string[]>>;
}

const OFFICERS = `officers: secondments(hostUnder: "310000", homeAgency: "341200-HRSS", first: 5) {
  edges { node { id position officer { id name phone } homeAgency { code } } }
}`;
const STANDARDS = `standards: compareStandards(product: "SWEET_POTATO_MINI", standard: "AH-SWEETPOTATO", with: "SH-MARKET-SWEETPOTATO", on: "2026-11-01") {
  parameter { code name unit } verdict limits { standard { code } minimum maximum } jointMinimum jointMaximum
}`;
const PLACE = `place: jurisdiction(code: "310118104") {
  code name parent { name }
  secondmentsHosted(first: 3) { edges { node { id position officer { name phone } } } }
  gridCases(first: 3) { edges { node { id number title stage } } }
  licenseApplications(first: 3) { edges { node { id number shopName stage } } }
  supplyBases(first: 3) { edges { node { id name } } }
}`;
const FLOW = `flow: laborFlow(origin: "341200", destination: "310000", month: "2026-09") {
  month reportedByOrigin { workers } reportedByDestination { workers }
}`;
const REPORTS = `reports: laborFlowReports(month: "2026-09", reportedBy: "341200-HRSS", first: 5) {
  edges { node { workers sector origin { code } destination { code } } }
}`;
const CASES = `cases: gridCases(under: "310118104", first: 5) { edges { node { id number title } } }`;
const SHOPS = `shops: licenseApplications(under: "330421103", first: 3) { edges { node { id number shopName applicant { name } } } }`;

/** Those who ask: fields that they share, of which each is shown something else. */
const READERS: readonly Reader[] = [
  {
    name: 'nobody',
    agency: null,
    query: `{ home: jurisdiction(code: "341200") { name level parent { name } } ${OFFICERS} }`,
    needs: { home: ['registry'], officers: ['personnel', 'registry'] },
  },
  {
    name: 'a town of Shanghai',
    agency: '310118104-GOV',
    query: `{ ${PLACE} ${OFFICERS} ${CASES} }`,
    needs: { officers: ['personnel', 'registry'], cases: ['grid'] },
  },
  {
    name: 'a city of Anhui',
    agency: '341200-HRSS',
    query: `{ ${OFFICERS} ${FLOW} ${STANDARDS} }`,
    needs: { officers: ['personnel', 'registry'], flow: ['personnel'], standards: ['agriculture'] },
  },
  {
    name: 'an office of Zhejiang',
    agency: '330421103-REVIEW',
    query: `{ ${OFFICERS} ${SHOPS} ${CASES} }`,
    needs: { officers: ['personnel', 'registry'], shops: ['tourism'], cases: ['grid'] },
  },
  {
    name: 'an office with a grant',
    agency: '310000-YRDOFFICE',
    purpose: 'regional statistics',
    query: `{ ${REPORTS} ${FLOW} ${OFFICERS} }`,
    needs: { reports: ['personnel', 'registry'], flow: ['personnel'], officers: ['personnel', 'registry'] },
  },
  {
    name: 'a company outside',
    agency: '310000-VEGGROUP',
    query: `{ ${STANDARDS} ${SHOPS} ${REPORTS} }`,
    needs: { standards: ['agriculture'], shops: ['tourism'], reports: ['personnel', 'registry'] },
  },
];

interface Told {
  readonly message: string;
  readonly path?: Place;
  readonly extensions: { readonly code: string; readonly subgraph?: string };
}

interface Answer {
  readonly status: number;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly Told[];
  readonly extensions?: { readonly withheld?: unknown };
}

type Outcome = 'right' | 'partial' | 'refused';

interface Seen {
  readonly sentAt: number;
  readonly ms: number;
  readonly outcome: Outcome;
  readonly codes: readonly string[];
  /** What is wrong with the answer, whatever the fault. */
  readonly faults: readonly string[];
}

/** What came of one fault: a row of the table. */
export interface Finding {
  readonly part: string;
  readonly fault: Fault;
  readonly requests: number;
  readonly right: number;
  readonly partial: number;
  readonly refused: number;
  readonly codes: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly recoveredMs: number;
  readonly changes: string;
  readonly memoryMb: number;
}

/** Those who read, as fast as they come and however long answers take. */
class Readers {
  readonly #pool: Pool;
  readonly #right = new Map<Reader, Answer>();
  readonly #tokens = new Map<string, string>();

  constructor(private readonly hub: SpreadHub) {
    this.#pool = new Pool(hub.url, { connections: 1_000, pipelining: 1 });
  }

  /** Learns what is right for each. Nothing must be amiss then. */
  async learn(): Promise<void> {
    for (const reader of READERS) {
      if (reader.agency !== null) this.#tokens.set(reader.agency, await this.hub.token(reader.agency));
      const first = await this.#send(reader);
      const second = await this.#send(reader);
      expect({ reader: reader.name, ...plain(second) }).toEqual({ reader: reader.name, ...plain(first) });
      this.#right.set(reader, second);
    }
  }

  /** What each is shown when nothing is amiss. */
  get right(): ReadonlyMap<Reader, Answer> {
    return this.#right;
  }

  /** Asks as one of them, and judges the answer while a part of the hub suffers. */
  async ask(turn: number, suffers: string): Promise<Seen> {
    const reader = READERS[turn % READERS.length];
    const right = reader && this.#right.get(reader);
    if (!reader || !right) throw new Error('what is right is learned first');
    const sentAt = performance.now();
    const answer = await this.#send(reader).catch(
      (error: unknown): Answer => ({
        status: 0,
        errors: [{ message: String(error), extensions: { code: 'NO_ANSWER' } }],
      }),
    );
    return { sentAt, ms: performance.now() - sentAt, ...judge(answer, right, reader, suffers) };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #send({ agency, purpose, query }: Reader): Promise<Answer> {
    const { statusCode, body } = await this.#pool.request({
      ...{ method: 'POST', path: '/graphql', headersTimeout: 30_000, bodyTimeout: 30_000 },
      headers: {
        'content-type': 'application/json',
        ...(agency !== null && { authorization: `Bearer ${this.#tokens.get(agency)}` }),
        ...(purpose !== undefined && { 'hub-purpose': encodeURIComponent(purpose) }),
      },
      body: JSON.stringify({ query }),
    });
    return { status: statusCode, ...((await body.json()) as object) };
  }
}

const codesOf = ({ errors = [] }: Answer): string[] => errors.map(({ extensions }) => extensions.code).sort();

const plain = (answer: Answer) => ({
  data: answer.data,
  codes: codesOf(answer),
  withheld: answer.extensions?.withheld,
});

/** Holds an answer against the right one: whole, or in part with a reason for all that is missing, or refused with one. */
function judge(
  answer: Answer,
  right: Answer,
  reader: Reader,
  suffers: string,
): Pick<Seen, 'outcome' | 'codes' | 'faults'> {
  const { wrong, missing } = compare(answer.data, right.data);
  const known = new Set(codesOf(right));
  const codes = codesOf(answer).filter((code) => !known.has(code));
  const faults: string[] = [];
  if (wrong.length > 0) faults.push(`other than right at ${wrong.map(named).join(', ')}`);
  const strange = codes.filter((code) => !CODES.has(code));
  if (strange.length > 0) faults.push(`said ${strange.join(', ')}`);
  if ((answer.errors ?? []).some(({ message }) => !isSentence(message)))
    faults.push('said it in no sentence');
  const isRefused = answer.data == null && right.data != null;
  const expected = isRefused && answer.status !== 200 ? [503] : [200, right.status];
  if (!expected.includes(answer.status)) faults.push(`came with status ${answer.status}`);
  const ofAnswers = answer.errors ?? [];
  for (const place of missing) {
    if (!ofAnswers.some((error) => explains(error, place))) faults.push(`nothing explains ${named(place)}`);
    const needs = reader.needs[String(place[0])];
    const isEveryones = [DATABASE, 'registry'].includes(suffers) || codes.includes('OVERLOADED');
    if (!isEveryones && needs && !needs.includes(suffers)) faults.push(`${named(place)} needs no ${suffers}`);
  }
  const outcome = isRefused ? 'refused' : missing.length > 0 || codes.length > 0 ? 'partial' : 'right';
  if (outcome === 'right' && JSON.stringify(plain(answer)) !== JSON.stringify(plain(right))) {
    faults.push('withheld something else');
  }
  return { outcome, codes, faults: faults.map((fault) => `${reader.name}: ${fault}`) };
}

const named = (place: Place): string => place.join('.') || 'everything';

const isSentence = (message: string): boolean => /^[A-Z][^\n]*[.。]$/.test(message);

/** Whether an error is about a place in the answer: on the way to it, or about what many fields were asked of. */
const explains = ({ path }: Told, place: Place): boolean =>
  path === undefined || path.every((step, i) => i >= place.length || step === place[i]);

/** A change that may be sent again by its key. */
interface Change {
  readonly kind: 'case' | 'batch';
  readonly key: string;
  /** What became of it when it was first sent. */
  verdict: 'made' | 'unknown' | 'refused';
  codes: readonly string[];
  readonly sentAt: number;
  id: string | null;
}

const REPORT = `mutation Report($input: ReportGridCaseInput!) {
  change: reportGridCase(input: $input) { made: gridCase { id } userErrors { code message } }
}`;
const SUBMIT = `mutation Submit($input: SubmitLaborFlowReportsInput!) {
  change: submitLaborFlowReports(input: $input) { made: batch { id } userErrors { code message } }
}`;

/** Those who change something, each change under a key of its own. */
class Writers {
  #sent = 0;
  readonly #pool: Pool;

  constructor(
    private readonly hub: SpreadHub,
    /** In keys, so that no two faults use the same. */
    private readonly run: string,
  ) {
    this.#pool = new Pool(hub.url, { connections: 100, pipelining: 1 });
  }

  async make(): Promise<Change> {
    this.#sent += 1;
    const kind = this.#sent % 2 === 0 ? 'case' : 'batch';
    const change: Change = {
      ...{ kind, key: `${this.run}-${this.#sent}`, verdict: 'unknown', codes: [], id: null },
      sentAt: performance.now(),
    };
    return this.send(change);
  }

  /** Sends a change, for the first time or again, and notes what became of it. */
  async send(change: Change): Promise<Change> {
    const answer = await this.#post(change).catch((): Answer => ({ status: 0 }));
    const { change: made } = (answer.data ?? {}) as {
      change?: { made: { id: string } | null; userErrors: unknown[] } | null;
    };
    change.codes = codesOf(answer);
    change.id = made?.made?.id ?? change.id;
    if (made?.made) change.verdict = 'made';
    else if (made || answer.status === 0 || change.codes.includes('OUTCOME_UNKNOWN'))
      change.verdict = 'unknown';
    else change.verdict = 'refused';
    return change;
  }

  /** Sends changes again, a few at a time, each until it is made: as long as the hub has to be whole again. */
  async sendAgain(changes: readonly Change[]): Promise<Change[]> {
    const until = performance.now() + RECOVERY_MS;
    const left = changes.map((change) => ({ ...change }));
    const sent = [...left];
    const one = async () => {
      for (let change = left.pop(); change; change = left.pop()) {
        await this.send(change);
        while (change.verdict !== 'made' && performance.now() < until) {
          await sleep(250);
          await this.send(change);
        }
      }
    };
    await Promise.all([one(), one(), one()]);
    return sent;
  }

  /** How often each is stored. */
  async stored(changes: readonly Change[]): Promise<ReadonlyMap<string, number>> {
    const keys = changes.map(({ key }) => key);
    const rows = await this.hub.stored<{ key: string; count: number }>(
      `SELECT external_id AS key, count(*)::int AS count FROM grid.cases
         JOIN grid.case_events ON case_id = cases.id WHERE external_id = ANY ($1) GROUP BY 1
       UNION ALL
       SELECT key, count(*)::int FROM personnel.labor_flow_batches WHERE key = ANY ($1) GROUP BY 1`,
      [keys],
    );
    return new Map(rows.map(({ key, count }) => [key, count]));
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #post({ kind, key }: Change): Promise<Answer> {
    const agency = kind === 'case' ? '320612102-COMMAND' : '330400-HRSS';
    const input =
      kind === 'case'
        ? {
            ...{ jurisdiction: '320612102', source: 'HOTLINE_12345', category: 'EXPOSED_GARBAGE' },
            ...{ title: 'garbage', externalId: key },
          }
        : {
            ...{ batchKey: key, month: '2019-05', side: 'ORIGIN', rows: [rowOf(key)] },
            definition: { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2019-05-31' },
          };
    const { statusCode, body } = await this.#pool.request({
      ...{ method: 'POST', path: '/graphql', headersTimeout: 30_000, bodyTimeout: 30_000 },
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await this.hub.token(agency)}`,
      },
      body: JSON.stringify({ query: kind === 'case' ? REPORT : SUBMIT, variables: { input } }),
    });
    return { status: statusCode, ...((await body.json()) as object) };
  }
}

const DESTINATIONS = ['310101', '310104', '310105', '310106', '310107', '310109', '310110'];
const SECTORS = 'ABCDEFGHIJKLMNOPQRST';

/** The figure that a batch reports: the same whenever it is sent. */
function rowOf(key: string): { origin: string; destination: string; sector: string; workers: number } {
  const number = Number(key.split('-').at(-1));
  const destination = DESTINATIONS[number % DESTINATIONS.length] ?? '';
  const sector = SECTORS[number % SECTORS.length] ?? '';
  return { origin: '330421', destination, sector, workers: 100 + number };
}

/** Tests of a hub whose parts fail under load, each in each way, for so long. */
export function testFaults({
  cases,
  faultMs,
  perSecond,
  onFinding,
}: {
  cases: readonly (readonly [part: string, fault: Fault])[];
  faultMs: number;
  perSecond: number;
  /** Told what came of each, also of one that fails the test. */
  onFinding?: (finding: Finding) => void;
}): void {
  describe(`a hub that is asked ${perSecond} times a second, while for ${faultMs / 1_000} s`, () => {
    const folder = useFolder();
    let hub: SpreadHub;
    let readers: Readers;

    beforeAll(async () => {
      hub = new SpreadHub(folder.path, {
        HUB_REQUEST_TIMEOUT_MS: String(REQUEST_MS),
        SUBGRAPH_TIMEOUT_MS: String(SUBGRAPH_MS),
      });
      await hub.open();
      readers = new Readers(hub);
      await readers.learn();
    }, 240_000);
    afterAll(async () => {
      await readers?.close();
      await hub?.close();
    }, 60_000);

    it('shows each something else of what all ask for', () => {
      const shown = [...readers.right.values()].map(({ data }) => JSON.stringify(data));
      expect(new Set(shown).size).toBe(READERS.length);
      const phones = shown.map((text) => /"phone":"/.test(text));
      expect(new Set(phones).size).toBe(2);
    });

    it.each(cases)(
      '%s is %s, answers everyone in time, right or in part, and is whole again soon after',
      async (part, fault) => {
        const writers = new Writers(hub, `${part}-${fault}-${Date.now()}`);
        const seen: Promise<Seen>[] = [];
        const known: Seen[] = [];
        const ask = async () => {
          const answer = await readers.ask(seen.length, part);
          known.push(answer);
          return answer;
        };
        const changes: Promise<Change>[] = [];
        const reading = setInterval(() => void seen.push(ask()), 1_000 / perSecond);
        const writing = setInterval(() => void changes.push(writers.make()), 1_000 / CHANGES_PER_SECOND);
        const beganAt = performance.now();
        await hub.begin(fault, part);
        await sleep(faultMs);
        await hub.end(fault, part);
        const overAt = performance.now();
        await untilQuiet(known, overAt);
        clearInterval(reading);
        clearInterval(writing);
        const answers = await Promise.all(seen);
        const made = await Promise.all(changes);

        const during = answers.filter(({ sentAt }) => sentAt >= beganAt && sentAt < overAt);
        const after = answers.filter(({ sentAt, outcome }) => sentAt >= overAt && outcome !== 'right');
        const late = [
          ...after,
          ...made.filter((change) => change.sentAt >= overAt && change.verdict !== 'made'),
        ];
        const recoveredMs = Math.max(0, ...late.map(({ sentAt }) => sentAt - overAt));
        const saidLate = late
          .filter(({ sentAt }) => sentAt - overAt >= RECOVERY_MS)
          .map(({ codes: said, sentAt }) => `${said.join(' ')} after ${Math.round(sentAt - overAt)} ms`);
        const count = (outcome: Outcome) => during.filter((each) => each.outcome === outcome).length;
        const codes: Record<string, number> = {};
        for (const code of during.flatMap((each) => [...new Set(each.codes)]))
          codes[code] = (codes[code] ?? 0) + 1;
        const stored = await checkChanges(writers, made);
        await writers.close();
        const finding: Finding = {
          ...{ part, fault, requests: during.length, codes, recoveredMs, changes: stored },
          ...{ right: count('right'), partial: count('partial'), refused: count('refused') },
          slowestMs: Math.max(...answers.map(({ ms }) => ms)),
          memoryMb: hub.memory / 1_048_576,
        };
        onFinding?.(finding);
        expect(tally(answers.flatMap(({ faults }) => faults))).toEqual({});
        expect(answers.filter(({ ms }) => ms > REQUEST_MS + WAY_MS).map(({ ms }) => ms)).toEqual([]);
        expect(saidLate).toEqual([]);
        expect(hub.takeBugs()).toEqual([]);
      },
      faultMs + 90_000,
    );
  });
}

/** Resolves once the answers to all that was sent lately are right, or when that takes too long. */
async function untilQuiet(known: readonly Seen[], overAt: number): Promise<void> {
  const last = overAt + RECOVERY_MS + SETTLING_MS;
  for (let now = overAt; now < last; now = performance.now()) {
    const lately = known.filter(({ sentAt }) => sentAt > now - QUIET_MS);
    const isQuiet = lately.length > 0 && lately.every(({ outcome }) => outcome === 'right');
    if (isQuiet && now - overAt > QUIET_MS) return;
    await sleep(100);
  }
}

/** How often each text came. */
function tally(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}

/** That what was said of changes is so, and that each is there once after it was sent again. */
async function checkChanges(writers: Writers, changes: readonly Change[]): Promise<string> {
  const before = await writers.stored(changes);
  const ids = new Map(changes.map(({ key, id }) => [key, id]));
  const verdicts = tally(changes.map(({ verdict }) => verdict));
  const lies = changes.filter(
    ({ key, verdict }) =>
      (verdict === 'made' && before.get(key) !== 1) || (verdict === 'refused' && before.has(key)),
  );
  expect(lies).toEqual([]);
  const again = await writers.sendAgain(changes);
  expect(again.filter(({ verdict }) => verdict !== 'made')).toEqual([]);
  expect(again.filter(({ key, id }) => ids.get(key) && ids.get(key) !== id)).toEqual([]);
  const after = await writers.stored(changes);
  expect(changes.filter(({ key }) => after.get(key) !== 1)).toEqual([]);
  const lost = changes.filter(({ key, verdict }) => verdict === 'unknown' && before.has(key)).length;
  return `${changes.length} sent, ${verdicts.unknown ?? 0} in doubt, ${lost} of them made`;
}

/** The head of a table in Markdown of what came of each fault. */
export const TABLE_HEAD = `
| part | fault | requests | right | partial | refused | what was said | slowest ms | recovered ms | changes | gateway MB |
| ---- | ----- | -------- | ----- | ------- | ------- | ------------- | ---------- | ------------ | ------- | ---------- |
`;

/** A row of that table. */
export function rowOfTable(finding: Finding): string {
  const { part, fault, requests, right, partial, refused, codes, slowestMs, recoveredMs, changes } = finding;
  const said = Object.entries(codes).map(([code, count]) => `${code} ${count}`);
  const cells = [
    ...[part, fault, requests, right, partial, refused, said.join(', ')],
    ...[Math.round(slowestMs), Math.round(recoveredMs), changes, Math.round(finding.memoryMb)],
  ];
  return `| ${cells.join(' | ')} |\n`;
}
