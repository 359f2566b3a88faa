import { Cancellation } from '../../subgraphs/kit/cancellation';
import { SHARING_EXTENSION } from '../../subgraphs/kit/disclosures';
import { GRANTS_LAPSED_EXTENSION, type SubgraphResponse } from '../../subgraphs/kit/subgraph';
import { copyOf } from '../executor/merge';
import type { Row } from '../executor/own';

interface Flight {
  /** How many joined in all, and how many still wait. */
  joined: number;
  waiting: number;
  readonly cancellation: Cancellation;
  readonly answer: Promise<SubgraphResponse>;
}

/**
 * Reads that are under way, so that who asks the same meanwhile gets the same answer. What is the same is for the key to
 * say, which names the viewer with purpose and grants. Each gets a copy of its own, because answers are built into what
 * leaves; a read is given up once nobody waits for it.
 */
export class SharedReads {
  readonly #flights = new Map<string, Flight>();

  /** From now on nobody joins what began before: something may have changed since. */
  startOver(): void {
    this.#flights.clear();
  }

  async read(
    key: string,
    waiting: Cancellation,
    begin: (cancellation: Cancellation) => Promise<SubgraphResponse>,
  ): Promise<SubgraphResponse> {
    const flight = this.#flights.get(key) ?? this.#begin(key, begin);
    flight.joined += 1;
    flight.waiting += 1;
    const forget = waiting.onCancel(({ reason }) => {
      flight.waiting -= 1;
      if (flight.waiting > 0) return;
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
      flight.cancellation.cancel(reason);
    });
    try {
      const answer = await waiting.race(flight.answer);
      return flight.joined > 1 ? ownCopy(answer) : answer;
    } finally {
      forget();
    }
  }

  #begin(key: string, begin: (cancellation: Cancellation) => Promise<SubgraphResponse>): Flight {
    const cancellation = new Cancellation();
    const answer = begin(cancellation).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    // Who waits hears of it; when nobody does any more, nobody needs to.
    answer.catch(() => {});
    const flight: Flight = { joined: 0, waiting: 0, cancellation, answer };
    this.#flights.set(key, flight);
    return flight;
  }
}

/** Errors and what is said of sharing are only read; data is built into the answer. */
function ownCopy({ data, errors, extensions }: SubgraphResponse): SubgraphResponse {
  const said = [SHARING_EXTENSION, GRANTS_LAPSED_EXTENSION].flatMap((name) =>
    extensions?.[name] === undefined ? [] : [[name, extensions[name]] as const],
  );
  return {
    ...(data !== undefined && { data: data === null ? null : (copyOf(data) as Row) }),
    ...(errors && { errors }),
    ...(said.length > 0 && { extensions: Object.fromEntries(said) }),
  };
}
