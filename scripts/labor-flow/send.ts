import { Hub, type HubOptions, HubRefusal } from '../command-line/hub';
import { IndexSet } from '../command-line/index-set';
import type { Progress } from '../command-line/progress';
import type { RefusedRow } from '../command-line/refused-file';
import type { StateFile } from '../command-line/state-file';
import { type Batch, batchesOf } from './batch';
import { batchKey, type PushIdentity, pushIdOf } from './batch-key';
import { type CheckedFile, validLinesOf } from './check';
import type { Flow } from './flow';

const FIELDS = `
  batch { newRows revisedRows unchangedRows withdrawnRows submittedAt }
  userErrors { code message path }`;

/** What a batch is sent with: figures as rows or as lines, or those that are taken back. */
export const MUTATIONS = {
  rows: `mutation SubmitLaborFlowReports($input: SubmitLaborFlowReportsInput!) {
    did: submitLaborFlowReports(input: $input) {${FIELDS} }
  }`,
  lines: `mutation SubmitLaborFlowLines($input: SubmitLaborFlowLinesInput!) {
    did: submitLaborFlowLines(input: $input) {${FIELDS} }
  }`,
  withdrawal: `mutation WithdrawLaborFlowReports($input: WithdrawLaborFlowReportsInput!) {
    did: withdrawLaborFlowReports(input: $input) {${FIELDS} }
  }`,
} as const;

interface Answered {
  did: { batch: (Counts & { submittedAt: string }) | null; userErrors: UserError[] };
}

interface UserError {
  code: string;
  message: string;
  path: string[];
}

/** What became of the rows that the hub has taken. */
export interface Counts {
  newRows: number;
  revisedRows: number;
  unchangedRows: number;
  withdrawnRows: number;
}

const NOTHING: Readonly<Counts> = { newRows: 0, revisedRows: 0, unchangedRows: 0, withdrawnRows: 0 };

/** How far a push got. */
export interface PushState {
  kind: 'labor-flow push';
  /** Which push: see `pushIdOf`. */
  push: string;
  /** To which hub. */
  url: string;
  /**
   * The batches that the hub took whole. One of which it refused rows is not among them: sent again it names those
   * rows again, for the file of refused rows, and what is left of it is answered as it was.
   */
  finished: [number, number][];
  counts: Counts;
}

export interface SendResult extends Counts {
  /** Batches that had been stored before they were sent now; not counted after an interruption, which explains them. */
  knownBatches: number;
}

export interface SendOptions {
  identity: PushIdentity;
  state: StateFile<PushState>;
  /** What an interrupted run of the same push left. */
  earlier: PushState | null;
  parallel: number;
  /** Whether figures go as lines of text, which the hub copies in, or row by row. */
  isBulk: boolean;
  hub: Omit<HubOptions, 'connections' | 'signal' | 'onTrouble'>;
  signal: AbortSignal;
  progress: Progress;
}

/** Differences between the clocks of the hub's parts. */
const CLOCK_TOLERANCE_MS = 2_000;

/**
 * Sends the valid rows of a file in batches, several at once unless their order counts: as many are read as are under
 * way. Throws the first failure; every batch that was finished until then is in the state.
 */
export async function sendFile(file: CheckedFile, options: SendOptions): Promise<SendResult> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const parallel = file.isOrdered ? 1 : options.parallel;
  const hub = new Hub({
    ...options.hub,
    connections: parallel,
    signal,
    onTrouble: (sentence) => options.progress.note(sentence),
  });
  const sender = new Sender(file, hub, options);
  const batches = batchesOf(validLinesOf(file, signal), options.identity.batchSize, file);
  const work = async () => {
    for await (const batch of share(batches)) await sender.send(batch);
  };
  try {
    await Promise.all(
      Array.from({ length: parallel }, () =>
        work().catch((error: unknown) => {
          stop.abort(error);
        }),
      ),
    );
    // Whatever stopped it first.
    signal.throwIfAborted();
    return sender.result;
  } finally {
    await batches.return();
    await hub.close();
  }
}

/** The same source for several loops: one that ends early leaves it to the others. */
const share = <Item>(source: AsyncGenerator<Item, void>): AsyncIterable<Item> => ({
  [Symbol.asyncIterator]: () => ({ next: () => source.next() }),
});

class Sender {
  readonly #pushId: string;
  readonly #finished: IndexSet;
  /** Of the finished batches, as the state keeps them. */
  readonly #finishedCounts: Counts;
  /** Of the batches of which rows were refused. */
  readonly #otherCounts: Counts = { ...NOTHING };
  #knownBatches = 0;
  #rowsDone = 0;

  constructor(
    private readonly file: CheckedFile,
    private readonly hub: Hub,
    private readonly options: SendOptions,
  ) {
    const { identity, earlier } = options;
    this.#pushId = pushIdOf(identity);
    this.#finished = new IndexSet(earlier?.finished);
    this.#finishedCounts = { ...NOTHING, ...earlier?.counts };
  }

  get result(): SendResult {
    const counts = { ...this.#finishedCounts };
    addTo(counts, this.#otherCounts);
    return { ...counts, knownBatches: this.#knownBatches };
  }

  async send(batch: Batch): Promise<void> {
    const { progress, state } = this.options;
    if (this.#finished.has(batch.index)) {
      progress.skip(batch.size);
    } else {
      const { counts, isWhole } = await this.#sendValid(batch);
      if (isWhole) {
        // In one go, so that no state that is written meanwhile has the one without the other.
        this.#finished.add(batch.index);
        addTo(this.#finishedCounts, counts);
        await state.save(this.#state());
      } else {
        addTo(this.#otherCounts, counts);
      }
    }
    this.#rowsDone += batch.size;
    progress.update(this.#rowsDone, this.#rowsDone);
  }

  /** Sends a batch until the hub has taken of it what it takes. */
  async #sendValid(batch: Batch): Promise<{ counts: Counts; isWhole: boolean }> {
    const refused = new Set<number>();
    let counts: Counts | null = null;
    while (!counts && refused.size < batch.size) counts = await this.#submit(batch, refused);
    return { counts: counts ?? NOTHING, isWhole: refused.size === 0 };
  }

  /** Sends a batch without the rows that were refused already. Null when more were, which are added to these. */
  async #submit(batch: Batch, refused: Set<number>): Promise<Counts | null> {
    const key = batchKey(this.#pushId, batch.index, refused);
    const sentAt = performance.now();
    const { data, answeredAt } = await this.hub.ask<Answered>(...this.#requestOf(batch, key, refused));
    const { batch: stored, userErrors } = data.did;
    if (stored) {
      const age = answeredAt ? answeredAt.getTime() - Date.parse(stored.submittedAt) : 0;
      const isKnown = age > performance.now() - sentAt + CLOCK_TOLERANCE_MS;
      if (isKnown && !this.options.earlier) this.#knownBatches += 1;
      return stored;
    }
    await this.#setAside(batch, userErrors, refused);
    return null;
  }

  #requestOf(
    batch: Batch,
    batchKey: string,
    refused: ReadonlySet<number>,
  ): [query: string, variables: Record<string, unknown>] {
    const { action, month, side, definition } = batch.head;
    const head = { batchKey, month, side };
    const figures = batch.figuresWithout(refused);
    if (action === 'WITHDRAW') {
      const rows = figures.map(rowOf).map(({ workers: _, ...cell }) => cell);
      return [MUTATIONS.withdrawal, { input: { ...head, rows } }];
    }
    return this.options.isBulk
      ? [MUTATIONS.lines, { input: { ...head, definition, lines: figures.join('\n') } }]
      : [MUTATIONS.rows, { input: { ...head, definition, rows: figures.map(rowOf) } }];
  }

  async #setAside(batch: Batch, userErrors: readonly UserError[], refused: Set<number>): Promise<void> {
    // What was refused before was not sent again.
    const positions = Array.from({ length: batch.size }, (_, i) => i).filter((i) => !refused.has(i));
    const errorsOf = new Map<number, UserError[]>();
    for (const error of userErrors) {
      const position = positions[positionIn(error)];
      // What is wrong with the batch as a whole is wrong with every other one.
      if (position === undefined) throw new HubRefusal(error.code, `The hub refuses: ${error.message}`, {});
      const known = errorsOf.get(position);
      if (known) known.push(error);
      else errorsOf.set(position, [error]);
    }
    if (errorsOf.size === 0) throw new Error('the hub neither stored a batch nor said why');
    const refusedRows: RefusedRow[] = [];
    for (const [position, errors] of [...errorsOf].sort(([a], [b]) => a - b)) {
      refused.add(position);
      const code = [...new Set(errors.map((error) => error.code))].join(' ');
      const reason = errors.map(({ message }) => message).join(' ');
      refusedRows.push({ ...batch.recordAt(position), code, reason });
    }
    await this.file.refused.add(refusedRows);
  }

  #state(): PushState {
    return {
      kind: 'labor-flow push',
      push: this.#pushId,
      url: this.options.hub.url.href,
      finished: this.#finished.toJSON(),
      counts: this.#finishedCounts,
    };
  }
}

function rowOf(figure: string): Flow {
  const [origin = '', destination = '', sector = '', workers = ''] = figure.split(',');
  return { origin, destination, sector, workers: Number(workers) };
}

/** The position of the row that an error is about: `["lines", "17", "origin"]` → 17. Not a number for others. */
const positionIn = ({ path: [field = '', position = ''] }: UserError): number =>
  ['rows', 'lines'].includes(field) && /^\d+$/.test(position) ? Number(position) : Number.NaN;

function addTo(sum: Counts, more: Counts): void {
  sum.newRows += more.newRows;
  sum.revisedRows += more.revisedRows;
  sum.unchangedRows += more.unchangedRows;
  sum.withdrawnRows += more.withdrawnRows;
}
