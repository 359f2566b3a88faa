import type { PoolClient } from 'pg';
import type { ItemName } from './catalog';
import type { Db, Session } from './database';
import { Disclosures } from './disclosures';
import { unauthenticated } from './errors';
import { enterFeed, type FeedSequencer } from './feed';
import type { Language } from './language';
import type { Viewer } from './viewer';

/** What loaders are made over. */
export interface Operation {
  readonly db: Db;
  readonly viewer: Viewer | null;
  /** When the operation began: the only clock that rules are given. */
  readonly now: Date;
}

/** What resolvers and stores of one GraphQL operation share. */
export class Context<Loaders extends object = object> implements Operation {
  #loaders: Loaders | null = null;
  /** What the operation disclosed of other units' data, and what it withheld. */
  readonly disclosures: Disclosures;

  constructor(
    private readonly session: Session,
    private readonly makeLoaders: (operation: Operation) => Loaders,
    private readonly sequencer: FeedSequencer,
    /** Null when nobody is signed in, or the viewer's signature did not count. */
    readonly viewer: Viewer | null,
    readonly language: Language,
    readonly now: Date,
    readonly requestId: string,
    /** Where people reach the hub, for what is put on paper; null where nobody has said. */
    readonly publicAddress: string | null,
    /** Whether whoever asks wants to know where in the answer something was withheld. */
    private readonly tellsPlaces = false,
  ) {
    this.disclosures = new Disclosures(tellsPlaces);
  }

  /**
   * A context for one of several events that the operation answers at once, which happened at an instant: the snapshot
   * and the loaders are the operation's, what it discloses is its own.
   */
  forEvent(at: Date): Context<Loaders> {
    return new Context(
      this.session,
      () => this.loaders,
      this.sequencer,
      this.viewer,
      this.language,
      at,
      this.requestId,
      this.publicAddress,
      this.tellsPlaces,
    );
  }

  /** The operation's snapshot of the database. */
  get db(): Db {
    return this.session.db;
  }

  /** Loaders over the snapshot; new ones after each write. */
  get loaders(): Loaders {
    this.#loaders ??= this.makeLoaders(this);
    return this.#loaders;
  }

  /** The viewer; throws `UNAUTHENTICATED` without one. */
  get signedIn(): Viewer {
    if (!this.viewer) throw unauthenticated();
    return this.viewer;
  }

  /**
   * Notes that the answer shows something of rows although it is no object of a type with a subject (see `sharing.ts`):
   * a figure that is exact for a party alone, say. The viewer's own rows need no note; each id of a provider's item
   * counts once. To be called before the value is returned.
   */
  discloses(item: ItemName, rows: Iterable<{ readonly provider: string; readonly id: string }>): void {
    for (const { provider, id } of rows) {
      if (provider !== this.viewer?.agency) this.disclosures.disclose(item, provider, id);
    }
  }

  /**
   * A write whose changes go into the subgraph's feed: `work` is given the id that they carry. Returns once they can
   * be read there.
   */
  async writeToFeed<Result>(
    work: (db: Db, transactionId: number, connection: PoolClient) => Promise<Result>,
  ): Promise<Result> {
    const result = await this.write((db, connection) =>
      enterFeed(db, (transactionId) => work(db, transactionId, connection)),
    );
    await this.sequencer.run();
    return result;
  }

  /** See {@link Session.write}. */
  async write<Result>(work: (db: Db, connection: PoolClient) => Promise<Result>): Promise<Result> {
    this.#loaders = null;
    return this.session.write(work);
  }
}
