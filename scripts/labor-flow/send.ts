import { Hub, type HubOptions, HubRefusal } from '../command-line/hub';
import { IndexSet } from '../command-line/index-set';
import type { Progress } from '../command-line/progress';
import type { RefusedRow } from '../command-line/refused-file';
import type { StateFile } from '../command-line/state-file';
import { type Batch, batchesOf } from './batch';
import { batchKey, type PushIdentity, pushIdOf } from './batch-key';
import { type CheckedFile, validRecordsOf } from './check';
import { type Flow, readFlow } from './flow';

export const SUBMIT = `
  mutation SubmitLaborFlowReports($input: SubmitLaborFlowReportsInput!) {
    submitLaborFlowReports(input: $input) {
      batch { newRows revisedRows unchangedRows submittedAt }
      userErrors { code message path }
    }
  }`;

interface SubmitData {
  submitLaborFlowReports: {
    batch: { newRows: number; revisedRows: number; unchangedRows: number; submittedAt: string } | null;
    userErrors: UserError[];
  };
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
}

const NOTHING: Readonly<Counts> = { newRows: 0, revisedRows: 0, unchangedRows: 0 };

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
  hub: Omit<HubOptions, 'connections' | 'signal' | 'onTrouble'>;
  signal: AbortSignal;
  progress: Progress;
}

/** Differences between the clocks of the hub's parts. */
const CLOCK_TOLERANCE_MS = 2_000;

/**
 * Sends the valid rows of a file in batches, several at once: as many are read as are under way. Throws the first
 * failure; every batch that was finished until then is in the state.
 */
export async function sendFile(file: CheckedFile, options: SendOptions): Promise<SendResult> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const hub = new Hub({
    ...options.hub,
    connections: options.parallel,
    signal,
    onTrouble: (sentence) => options.progress.note(sentence),
  });
  const sender = new Sender(file, hub, options);
  const batches = batchesOf(validRecordsOf(file, signal), options.identity.batchSize);
  const work = async () => {
    for await (const batch of share(batches)) await sender.send(batch);
  };
  try {
    await Promise.all(
      Array.from({ length: options.parallel }, () =>
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
    this.#finishedCounts = { ...(earlier?.counts ?? NOTHING) };
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
    const { month, side, definition } = this.options.identity;
    const positions: number[] = [];
    const rows: Flow[] = [];
    for (const [position, record] of batch.records()) {
      const flow = readFlow(record, this.file.header);
      if (refused.has(position) || Array.isArray(flow)) continue;
      positions.push(position);
      rows.push(flow);
    }
    const key = batchKey(this.#pushId, batch.index, refused);
    const sentAt = performance.now();
    const { data, answeredAt } = await this.hub.ask<SubmitData>(SUBMIT, {
      input: { batchKey: key, month, side, definition, rows },
    });
    const { batch: stored, userErrors } = data.submitLaborFlowReports;
    if (stored) {
      const age = answeredAt ? answeredAt.getTime() - Date.parse(stored.submittedAt) : 0;
      const isKnown = age > performance.now() - sentAt + CLOCK_TOLERANCE_MS;
      if (isKnown && !this.options.earlier) this.#knownBatches += 1;
      return stored;
    }
    await this.#setAside(batch, positions, userErrors, refused);
    return null;
  }

  async #setAside(
    batch: Batch,
    positions: readonly number[],
    userErrors: readonly UserError[],
    refused: Set<number>,
  ): Promise<void> {
    const errorsOf = new Map<number, UserError[]>();
    for (const error of userErrors) {
      const position = positions[rowOf(error)];
      // What is wrong with the batch as a whole is wrong with every other one.
      if (position === undefined) throw new HubRefusal(error.code, `The hub refuses: ${error.message}`, {});
      errorsOf.set(position, [...(errorsOf.get(position) ?? []), error]);
    }
    if (errorsOf.size === 0) throw new Error('the hub neither stored a batch nor said why');
    const refusedRows: RefusedRow[] = [];
    for (const [position, { line, fields }] of batch.records()) {
      const errors = errorsOf.get(position);
      if (!errors) continue;
      refused.add(position);
      const code = [...new Set(errors.map((error) => error.code))].join(' ');
      refusedRows.push({ line, fields, code, reason: errors.map(({ message }) => message).join(' ') });
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

/** The position of the row that an error is about: `["rows", "17", "origin"]` → 17. Not a number for others. */
const rowOf = ({ path: [field, position = ''] }: UserError): number =>
  field === 'rows' && /^\d+$/.test(position) ? Number(position) : Number.NaN;

function addTo(sum: Counts, more: Counts): void {
  sum.newRows += more.newRows;
  sum.revisedRows += more.revisedRows;
  sum.unchangedRows += more.unchangedRows;
}
