/** GraphiQL's keys for the operations that were run, with the headers they were run under. */
const HISTORY_KEYS = ['graphiql:queries', 'graphiql:favorites'];
const TABS_KEY = 'graphiql:tabState';
/**
 * GraphiQL's keys for the texts of the active tab, and their names within the tab. It writes them apart from the tabs,
 * each a moment after the other, and what a page closed in between leaves behind comes back as a tab too many.
 */
const TAB_TEXTS = new Map([
  ['graphiql:query', 'query'],
  ['graphiql:variables', 'variables'],
]);
const PREFIX = 'graphiql:';

/**
 * Where GraphiQL keeps tabs and history: local storage, without the headers of the history. GraphiQL drops the
 * headers of the tabs by itself but not these, and a token that somebody types must not outlive the page.
 */
export const graphiqlStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'clear' | 'length'> = {
  getItem: (key) => {
    const name = TAB_TEXTS.get(key);
    return name ? textOfActiveTab(name) : localStorage.getItem(key);
  },
  setItem: (key, value) => {
    if (TAB_TEXTS.has(key)) return;
    localStorage.setItem(key, HISTORY_KEYS.includes(key) ? withoutHeaders(value) : value);
  },
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => {
    for (const key of ownKeys()) localStorage.removeItem(key);
  },
  get length() {
    return ownKeys().length;
  },
};

/** Null where there are no tabs, or none that can be read: GraphiQL then opens with its default ones. */
function textOfActiveTab(name: string): string | null {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem(TABS_KEY) ?? '');
    return tabs[activeTabIndex][name];
  } catch {
    return null;
  }
}

const withoutHeaders = (json: string): string =>
  JSON.stringify(JSON.parse(json), (key, value) => (key === 'headers' ? undefined : value));

const ownKeys = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
