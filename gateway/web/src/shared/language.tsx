import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { type Language, MESSAGES, type Messages, type PageName } from './messages';

const STORAGE_KEY = 'delta-hub:language';

interface LanguageState {
  language: Language;
  messages: Messages;
  setLanguage(language: Language): void;
}

const LanguageContext = createContext<LanguageState | null>(null);

function initialLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === 'zh-CN' || stored === 'en') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** Holds the page's language for everything below, and keeps `<html lang>` and the title in step. */
export function LanguageProvider({ page, children }: { page: PageName; children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage);
  const messages = MESSAGES[language];
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `${messages.pages[page]} · ${messages.title}`;
  }, [language, messages, page]);
  const choose = (chosen: Language): void => {
    localStorage.setItem(STORAGE_KEY, chosen);
    setLanguage(chosen);
  };
  return <LanguageContext value={{ language, messages, setLanguage: choose }}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageState {
  const state = useContext(LanguageContext);
  if (!state) throw new Error('useLanguage is called outside LanguageProvider');
  return state;
}

/** The texts of one page in the language of the moment. */
export const useTexts = <Texts,>(texts: Record<Language, Texts>): Texts => texts[useLanguage().language];
