import { existsSync } from 'node:fs';
import path from 'node:path';
import { useBrowser } from '../support/browser';
import { useHub } from '../support/hub';

if (!existsSync(path.join(__dirname, '..', '..', 'gateway', 'web', 'dist', 'graphiql.html'))) {
  throw new Error('The pages are not built: run `npm run build:web`, then test again.');
}

/** The hub and the browser of all tests of the pages, which take longer to start than most pages take to be tested. */
export const hub = useHub();
export const browser = useBrowser();
