import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { Loading } from './components/loading';
import { LanguageProvider } from './language';
import { openPage } from './opening';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');

const opening = openPage();
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <Suspense fallback={<Loading />}>
        <App opening={opening} />
      </Suspense>
    </LanguageProvider>
  </StrictMode>,
);
