import type { ReactNode } from 'react';
import { useLanguage } from '../language';
import { MESSAGES, type PageName } from '../messages';
import { LanguageSwitch } from './language-switch';
import { SessionNotice } from './session-notice';
import { ThemeSwitch } from './theme-switch';

const PAGES = Object.keys(MESSAGES.en.pages) as PageName[];

/** The hub's name, the way to the other pages, and the page's controls. */
export function TopBar({ page, children }: { page: PageName; children?: ReactNode }) {
  const { messages } = useLanguage();
  return (
    <>
      <header className="top-bar">
        <p className="brand">{messages.title}</p>
        <nav aria-label={messages.navigation}>
          {PAGES.map((name) => (
            <a key={name} href={`/${name}`} aria-current={name === page ? 'page' : undefined}>
              {messages.pages[name]}
            </a>
          ))}
        </nav>
        {children}
        <span className="switches">
          <ThemeSwitch />
          <LanguageSwitch />
        </span>
      </header>
      <SessionNotice />
    </>
  );
}
