/** Why a request is given up: nobody waits for it any more, or it took too long. */
export type CancelReason = 'GONE' | 'TIME';

/** What is thrown where work was given up. */
export class Cancelled extends Error {
  constructor(readonly reason: CancelReason) {
    super(reason === 'GONE' ? 'nobody waits for this any more' : 'the time for this is over');
    this.name = 'Cancelled';
  }
}

/** What is thrown where something is asked of an operation that has ended: its answer has left, or nobody waits for it. */
export class OperationOver extends Error {
  override readonly name = 'OperationOver';
}

/**
 * That what is done for a request may be given up. What the platform has for this costs several times as much, on every
 * call.
 */
export class Cancellation {
  #error: Cancelled | null = null;
  readonly #listeners = new Set<(error: Cancelled) => void>();

  /** Set once it was given up. */
  get error(): Cancelled | null {
    return this.#error;
  }

  cancel(reason: CancelReason): void {
    if (this.#error) return;
    this.#error = new Cancelled(reason);
    for (const listener of [...this.#listeners]) listener(this.#error);
    this.#listeners.clear();
  }

  /** Has a function called when it is given up; gives back how to take that back. */
  onCancel(listener: (error: Cancelled) => void): () => void {
    if (this.#error) {
      listener(this.#error);
      return () => {};
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What a promise comes to, or that it was given up before. The work behind it is not ended by this. */
  race<Value>(promise: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const forget = this.onCancel(reject);
      promise.then(
        (value) => {
          forget();
          resolve(value);
        },
        (error) => {
          forget();
          reject(error);
        },
      );
    });
  }
}
