import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { translateGraphiql } from './translate-graphiql';

const HUB = 'http://127.0.0.1:4000';
const PAGES = ['board', 'labor-flow', 'graphiql'];

/**
 * Lays each script and style beside itself in compressed form, as the hub serves them: a third of the size. By gzip,
 * because browsers ask for Brotli over TLS only.
 */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        if (!/\.(?:js|css)$/.test(fileName)) continue;
        const source = gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 });
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source });
      }
    },
  },
};

const FONT = /url\(["']?data:font\/(\w+);base64,([\w+/=]+)["']?\)/g;

/**
 * Takes fonts out of the styles that GraphiQL carries them in, which every visitor would wait for: a browser fetches those
 * that it draws with, beside the first paint.
 */
const fontsApart: Plugin = {
  name: 'fonts-apart',
  apply: 'build',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
      file.source = file.source.toString().replaceAll(FONT, (_whole, type: string, content: string) => {
        const source = Buffer.from(content, 'base64');
        const font = this.emitFile({ type: 'asset', name: `font.${type}`, source });
        return `url(./${basename(this.getFileName(font))})`;
      });
    }
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [translateGraphiql, react(), fontsApart, compressed],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    reportCompressedSize: false,
    // The Monaco editor is one chunk of this size, loaded after the page's first paint.
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      input: PAGES.map((name) => join(import.meta.dirname, `${name}.html`)),
      // GraphiQL's packages carry "use no memo", which is for a compiler that does not run here.
      checks: { moduleLevelDirective: false },
      // GraphiQL titles its icons by the names of functions, and a title is read out and shown.
      output: { keepNames: true },
    },
  },
  server: { proxy: { '/graphql': HUB, '/demo': HUB } },
});
