import type { Messages } from './messages';

/** Something that the person at the page can be told in a sentence, in whichever language they read. */
export class Trouble extends Error {
  constructor(readonly sentence: (messages: Messages) => string) {
    super();
    this.name = 'Trouble';
  }
}
