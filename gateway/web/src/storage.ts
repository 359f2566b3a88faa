/** GraphiQL's keys for the operations that were run, with the headers they were run under. */
const HISTORY_KEYS = ['graphiql:queries', 'graphiql:favorites'];
const PREFIX = 'graphiql:';

/**
 * Where GraphiQL keeps tabs and history: local storage, without the headers of the history. GraphiQL drops the
 * headers of the tabs by itself but not these, and a token that somebody types must not outlive the page.
 */
export const graphiqlStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'clear' | 'length'> = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) =>
    localStorage.setItem(key, HISTORY_KEYS.includes(key) ? withoutHeaders(value) : value),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => {
    for (const key of ownKeys()) localStorage.removeItem(key);
  },
  get length() {
    return ownKeys().length;
  },
};

const withoutHeaders = (json: string): string =>
  JSON.stringify(JSON.parse(json), (key, value) => (key === 'headers' ? undefined : value));

const ownKeys = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
