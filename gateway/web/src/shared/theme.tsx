import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

export type Theme = 'light' | 'dark';

const STORAGE_KEY = 'delta-hub:theme';
const SYSTEM_IS_DARK = matchMedia('(prefers-color-scheme: dark)');

interface ThemeState {
  theme: Theme;
  setTheme(theme: Theme): void;
}

const ThemeContext = createContext<ThemeState | null>(null);

function storedTheme(): Theme | null {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === 'light' || stored === 'dark' ? stored : null;
}

/** Light or dark, as the person chose, else as the system says, also when that changes. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState(storedTheme);
  const [isSystemDark, setIsSystemDark] = useState(SYSTEM_IS_DARK.matches);
  useEffect(() => {
    const follow = (): void => setIsSystemDark(SYSTEM_IS_DARK.matches);
    SYSTEM_IS_DARK.addEventListener('change', follow);
    return () => SYSTEM_IS_DARK.removeEventListener('change', follow);
  }, []);
  const theme = chosen ?? (isSystemDark ? 'dark' : 'light');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const choose = (wanted: Theme): void => {
    localStorage.setItem(STORAGE_KEY, wanted);
    setChosen(wanted);
  };
  return <ThemeContext value={{ theme, setTheme: choose }}>{children}</ThemeContext>;
}

export function useTheme(): ThemeState {
  const state = useContext(ThemeContext);
  if (!state) throw new Error('useTheme is called outside ThemeProvider');
  return state;
}
