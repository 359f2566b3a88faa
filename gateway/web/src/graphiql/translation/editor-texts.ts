import { EDITOR_TEXTS } from './catalog';

/** A text of the editor in the language that the page has as the editor is loaded. */
export const sayInEditor = (text: string): string =>
  document.documentElement.lang === 'en' ? text : (EDITOR_TEXTS[text] ?? text);
