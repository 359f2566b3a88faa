/** Names of the graph, what people wrote, and texts of the hub that are in both languages. */
const NAMES = [
  '.view-lines',
  '.mirror',
  '.suggest-widget .monaco-list',
  '.monaco-hover',
  'code',
  '.switches',
  '.view',
  '.graphiql-tab',
  '.graphiql-history-item-label',
  '.graphiql-markdown-description',
  '.graphiql-doc-explorer a',
  '.graphiql-doc-explorer-title',
  '.graphiql-doc-explorer-root-type',
  '.graphiql-doc-explorer-argument-name',
  '.graphiql-doc-explorer-default-value',
  '.graphiql-doc-explorer-search [role="option"]',
  '.graphiql-explorer-node',
  '.graphiql-operation-title-bar',
  '.docs-search li',
].join(', ');

/** What else keeps its name in every language. */
const KEEPS = /^(JSON|macOS|Windows|Ctrl Alt K|⌘ Alt K)$/;

/** What of a page in Chinese can be read, or is read out, and has not a word of Chinese: in the page's own terms. */
export const UNTRANSLATED = `(() => {
  const found = new Set();
  const look = (where, text) => {
    const said = text.trim();
    if (/[A-Za-z]{2}/.test(said) && !/[\\u4e00-\\u9fff]/.test(said) && !${KEEPS}.test(said)) found.add(where + ': ' + said);
  };
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('script, style, option') || !element.checkVisibility() || element.closest('${NAMES}')) continue;
    for (const name of ['aria-label', 'title', 'placeholder'])
      if (element.hasAttribute(name)) look(name, element.getAttribute(name));
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) look(element.localName, node.data);
  }
  return [...found];
})()`;
