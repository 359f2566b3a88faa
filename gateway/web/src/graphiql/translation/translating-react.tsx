import * as React from 'react';
import { jsx as plainJsx, jsxs as plainJsxs } from 'react/jsx-runtime';
import { useLanguage } from '../../shared/language';
import { CATALOG, type Texts } from './catalog';
import { chineseOf } from './translate';

/*
 * What the build gives GraphiQL's packages in the place of React's own making of elements (`translate-graphiql.ts`): an
 * element that says something of the catalog says it in the language of the page. GraphiQL keeps elements that do not change,
 * so that the language is asked for as they are drawn, not as they are made.
 */

type Props = Record<string, unknown>;
type Make = (type: React.ElementType, props: Props, key?: React.Key) => React.ReactElement;

/** The properties of elements that people read or hear. */
const SAID = ['aria-label', 'title', 'label', 'placeholder'] as const;

const isSaid = (value: unknown, texts: Texts): boolean =>
  typeof value === 'string' && chineseOf(value, texts) !== null;

const saysSomething = (props: Props, texts: Texts): boolean =>
  SAID.some((name) => isSaid(props[name], texts)) ||
  (Array.isArray(props.children)
    ? props.children.some((child) => isSaid(child, texts))
    : isSaid(props.children, texts));

interface TranslatedProps {
  translatedAs: React.ElementType;
  translatedBy: Texts;
  translatedWith: Make;
}

/** An element in the language of the page; whatever else is done to it is done to what it stands for. */
function Translated({ translatedAs, translatedBy, translatedWith, ...props }: TranslatedProps & Props) {
  const { language } = useLanguage();
  // By its own words GraphiQL finds the button that its shortcut presses.
  const found = typeof props['aria-label'] === 'string' ? { 'data-label': props['aria-label'] } : {};
  if (language === 'en') return translatedWith(translatedAs, { ...props, ...found });
  const said = (value: unknown): unknown =>
    (typeof value === 'string' && chineseOf(value, translatedBy)) || value;
  const translated: Props = { ...props, ...found };
  for (const name of SAID) if (name in props) translated[name] = said(props[name]);
  if ('children' in props)
    translated.children = Array.isArray(props.children) ? props.children.map(said) : said(props.children);
  return translatedWith(translatedAs, translated);
}

const translating =
  (make: Make, texts: Texts): Make =>
  (type, props, key) =>
    saysSomething(props, texts)
      ? make(
          Translated as React.ElementType,
          { ...props, translatedAs: type, translatedBy: texts, translatedWith: make },
          key,
        )
      : make(type, props, key);

/** The makers of elements for a file of GraphiQL's packages, by its path in them. */
export function makersFor(file: string) {
  const texts = CATALOG[file] ?? {};
  const varied: Make = (type, props) => {
    const { children, ...own } = props;
    return React.createElement(type, own, ...(Array.isArray(children) ? children : [children]));
  };
  const make = translating(varied, texts);
  return {
    jsx: translating(plainJsx as Make, texts),
    jsxs: translating(plainJsxs as Make, texts),
    /** As React's, for packages from before JSX had makers of its own. */
    createElement: (type: React.ElementType, props: Props | null, ...children: unknown[]) => {
      const whole = { ...props, ...(children.length > 0 && { children }) };
      return saysSomething(whole, texts)
        ? make(type, whole)
        : React.createElement(type, props, ...(children as React.ReactNode[]));
    },
  };
}

/** For what GraphiQL says outside of React: in the language that the page has at that moment. */
export function sayNow(text: string, file: string): string {
  if (document.documentElement.lang === 'en') return text;
  return chineseOf(text, CATALOG[file] ?? {}) ?? text;
}
