import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const HUB = 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  base: '/graphiql/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A content security policy without `data:` needs every asset in a file of its own.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The Monaco editor is one chunk of this size, loaded after the page's first paint.
    chunkSizeWarningLimit: 4000,
    // GraphiQL's packages carry "use no memo", which is for a compiler that does not run here.
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
      // GraphiQL titles its icons by the names of functions, and a title is read out and shown.
      output: { keepNames: true },
    },
  },
  server: { proxy: { '/graphql': HUB, '/demo': HUB } },
});
