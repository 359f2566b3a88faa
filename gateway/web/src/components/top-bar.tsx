import type { ReactNode } from 'react';
import { useLanguage } from '../language';

/** The page's name and its controls. */
export function TopBar({ children }: { children: ReactNode }) {
  const { messages } = useLanguage();
  return (
    <header className="top-bar">
      <h1>{messages.title}</h1>
      {children}
    </header>
  );
}
