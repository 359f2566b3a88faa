import type { GraphQLFormattedError } from 'graphql';
import type { SharingReport } from '../../subgraphs/kit/disclosures';
import type { SharingExtensions } from '../access/disclosure';
import type { WithheldPlaces } from '../access/places';

/** One result of a subscription as it leaves, written once for all whom it is sent to. */
export class LiveResult {
  #frame: Buffer | null = null;

  constructor(
    /** The members of the result's JSON: `"data":…,"errors":…`. */
    private readonly members: string,
    /** Where one goes on who has it. */
    readonly cursor: string,
    /** What it shows of other units' data; null when nothing. */
    readonly report: SharingReport | null,
    /** Where in it something was withheld, when that was asked for. */
    readonly places: WithheldPlaces | null,
  ) {}

  /** The result as JSON, with what is told to one reader alone. */
  json(extensions: SharingExtensions | null): string {
    return extensions === null
      ? `{${this.members}}`
      : `{${this.members},"extensions":${JSON.stringify(extensions)}}`;
  }

  /** The result as a server-sent event; the same bytes for all who are told nothing else. */
  frame(extensions: SharingExtensions | null): Buffer {
    if (extensions !== null) return nextFrame(this.json(extensions));
    this.#frame ??= nextFrame(this.json(null));
    return this.#frame;
  }
}

const nextFrame = (json: string): Buffer => Buffer.from(`event: next\ndata: ${json}\n\n`);

/** What is said last, when a subscription ends for a reason. */
export const errorFrame = (errors: readonly GraphQLFormattedError[]): Buffer =>
  nextFrame(JSON.stringify({ errors }));
