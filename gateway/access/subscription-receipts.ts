import type { Logger } from 'pino';
import { Disclosures, type SharingReport } from '../../subgraphs/kit/disclosures';
import {
  draftReceipt,
  type ReasonOf,
  type ReceiptRequest,
  type SharingExtensions,
  sharingExtensions,
} from './disclosure';
import type { GrantBook } from './grants';
import type { WithheldPlaces } from './places';
import type { ReceiptSealer, SealedReceipt } from './receipts';

/** How long what is shown again of an item and provider that a receipt names already may wait for its own. */
const TOTAL_EVERY_MS = 60_000;
/** How soon a total that could not be sealed is tried again. */
const RETRY_MS = 5_000;

/** What a receipt names: an item of a provider, shown or refused. */
const namesIn = ({ disclosed, withheld }: SharingReport): string[] => [
  ...disclosed.map(({ item, provider }) => `disclosed ${item} ${provider}`),
  ...withheld.map(({ item, provider }) => `withheld ${item} ${provider}`),
];

/**
 * The receipts of one subscription. One is sealed before the first event that shows or refuses other units' data, and
 * before every event that does so of an item or a provider that none of them names yet. What further events show of the
 * same is totalled once a minute, and at the end. Where a total cannot be sealed, no such event leaves until it is.
 */
export class SubscriptionReceipts {
  readonly #named = new Set<string>();
  readonly #reasonOf: ReasonOf;
  /** What left without a receipt of its own, since the last one. */
  #untold = new Disclosures();
  #isBehind = false;
  #timer: NodeJS.Timeout | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly request: ReceiptRequest,
    private readonly at: {
      receipts: Pick<ReceiptSealer, 'seal'>;
      grants: Pick<GrantBook, 'reason'>;
      logger: Logger;
    },
  ) {
    const { agency, purpose } = request.caller;
    this.#reasonOf = (item, provider) => at.grants.reason(item, provider, agency, purpose);
  }

  /**
   * Lets an event leave: resolves once it may, with its extensions, `receipt` among them when it has one of its own, and
   * `places` of what was withheld when they were asked for.
   * Throws when there must be a receipt and none can be sealed: then the event must not leave, and who is to miss none
   * must resume before it.
   */
  async admit(report: SharingReport, places: WithheldPlaces | null = null): Promise<SharingExtensions> {
    const names = namesIn(report);
    if (names.length === 0) return {};
    const sealed = this.#mustSealFor(names) ? await this.#sealInTurn(report) : this.#note(report);
    return sharingExtensions(report, this.#reasonOf, sealed, places);
  }

  /** Seals what is still without a receipt. To be called once no more events leave; never throws. */
  async end(): Promise<void> {
    await this.#sealInTurn(null).catch((error: unknown) => {
      const { requestId } = this.request;
      this.at.logger.error(
        { err: error, requestId, untold: this.#untold.report() },
        'the last receipt of a subscription could not be sealed',
      );
    });
    this.#wait(null);
  }

  #mustSealFor(names: readonly string[]): boolean {
    return this.#isBehind || names.some((name) => !this.#named.has(name));
  }

  #note(report: SharingReport): null {
    this.#untold.union(report);
    if (!this.#timer) this.#wait(TOTAL_EVERY_MS);
    return null;
  }

  /** Seals what is untold, and an event's own report with it, after whatever is being sealed. */
  #sealInTurn(report: SharingReport | null): Promise<SealedReceipt | null> {
    const sealing = this.#last.then(async () => {
      // What was sealed meanwhile may name all of it.
      if (report && !this.#mustSealFor(namesIn(report))) return this.#note(report);
      return this.#seal(report);
    });
    this.#last = sealing.catch(() => {});
    return sealing;
  }

  async #seal(report: SharingReport | null): Promise<SealedReceipt | null> {
    const untold = this.#untold;
    const told = new Disclosures();
    told.union(untold.report());
    if (report) told.union(report);
    if (told.isEmpty) return null;
    // Events that need no receipt of their own may come while this one is being sealed.
    this.#untold = new Disclosures();
    this.#wait(null);
    try {
      const all = told.report();
      const sealed = await this.at.receipts.seal(
        draftReceipt(all, { ...this.request, at: new Date() }, this.#reasonOf),
      );
      for (const name of namesIn(all)) this.#named.add(name);
      this.#isBehind = false;
      if (!this.#untold.isEmpty && !this.#timer) this.#wait(TOTAL_EVERY_MS);
      return sealed;
    } catch (error) {
      this.#untold.union(untold.report());
      this.#isBehind = !this.#untold.isEmpty;
      this.#wait(this.#isBehind ? RETRY_MS : null);
      throw error;
    }
  }

  /** Totals after so long, and not before; not at all with null. */
  #wait(milliseconds: number | null): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer =
      milliseconds === null
        ? null
        : setTimeout(() => {
            this.#timer = null;
            this.#sealInTurn(null).catch((error: unknown) => {
              const { requestId } = this.request;
              this.at.logger.warn(
                { err: error, requestId },
                'what a subscription showed is not totalled yet',
              );
            });
          }, milliseconds).unref();
  }
}
