import './shared.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { Loading } from './components/loading';
import { LanguageProvider, useLanguage } from './language';
import type { PageName } from './messages';
import { openPage } from './opening';
import { SessionProvider } from './session';
import { ThemeProvider } from './theme';

/** A page of which is not known yet whom it can act as. */
function Opening({ page }: { page: PageName }) {
  const { messages } = useLanguage();
  return (
    <main>
      <h1 className="read-out">{messages.pages[page]}</h1>
      <Loading />
    </main>
  );
}

/** Draws a page into its document, once it is known whom it can act as. */
export function showPage(name: PageName, page: ReactNode): void {
  const root = document.getElementById('root');
  if (!root) throw new Error(`${name}.html has no element #root`);
  const opening = openPage();
  // A browser that thinks itself offline may still reach a hub in its own network: each question is asked.
  const client = new QueryClient({
    defaultOptions: {
      queries: { networkMode: 'always', retry: false, refetchOnWindowFocus: false, staleTime: 30_000 },
      mutations: { networkMode: 'always' },
    },
  });
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider page={name}>
        <ThemeProvider>
          <QueryClientProvider client={client}>
            <Suspense fallback={<Opening page={name} />}>
              <SessionProvider opening={opening}>{page}</SessionProvider>
            </Suspense>
          </QueryClientProvider>
        </ThemeProvider>
      </LanguageProvider>
    </StrictMode>,
  );
}
