import { join } from 'node:path';
import type { Plugin } from 'vite';
import { CATALOG } from './src/graphiql/translation/catalog';

const FOLDER = join(import.meta.dirname, 'src', 'graphiql', 'translation');
const PREFIX = '\0translating-react:';
const PACKAGES = /\/node_modules\/((?:graphiql|@graphiql\/[\w-]+|graphiql-explorer)\/dist\/[^?]*)$/;

/** The path of a file within GraphiQL's packages, if it is one that says something. */
function fileOf(id: string | undefined): string | null {
  const file = PACKAGES.exec(id ?? '')?.[1];
  return file !== undefined && file in CATALOG ? file : null;
}

const EDITOR = /\/monaco-editor\/esm\/vs\/nls\.js$/;
const CONSTANTS = '@graphiql/react/dist/constants.js';
const SHORTCUT = /\/@graphiql\/plugin-doc-explorer\/dist\/context\.js$/;

/** Replaces each; a package that says it otherwise by now stops the build, not a reader. */
function replaced(code: string, id: string, from: string | RegExp, to: string): string {
  const isThere = typeof from === 'string' ? code.includes(from) : code.search(from) >= 0;
  if (!isThere) throw new Error(`${id} is written otherwise by now: ${from} is not there`);
  return code.replaceAll(from, to);
}

/**
 * Lets GraphiQL speak Chinese. It has no place for translations, so that its files are given another maker of elements, which
 * knows their texts (`src/graphiql/translation/catalog.ts`), and three places that say something beside React are rewritten.
 */
export const translateGraphiql: Plugin = {
  name: 'translate-graphiql',
  enforce: 'pre',
  resolveId(source, importer) {
    if (source !== 'react/jsx-runtime' && source !== 'react') return null;
    const file = fileOf(importer);
    if (file === null) return null;
    if (source === 'react' && !file.startsWith('graphiql-explorer/')) return null;
    return `${PREFIX}${source}:${file}`;
  },
  load(id) {
    if (!id.startsWith(PREFIX)) return null;
    const [source = '', file = ''] = id.slice(PREFIX.length).split(':');
    const makers = source === 'react' ? 'createElement' : 'jsx, jsxs';
    return [
      `import { makersFor } from ${JSON.stringify(join(FOLDER, 'translating-react.tsx'))};`,
      source === 'react' ? `export * from 'react';` : `export { Fragment } from 'react/jsx-runtime';`,
      `export const { ${makers} } = makersFor(${JSON.stringify(file)});`,
    ].join('\n');
  },
  transform(code, id) {
    if (SHORTCUT.test(id)) return replaced(code, id, 'button[aria-label=', 'button[data-label=');
    if (fileOf(id) === CONSTANTS) {
      const labels = replaced(
        code,
        id,
        /\blabel: ("[^"]+")/g,
        `get label() { return sayNow($1, ${JSON.stringify(CONSTANTS)}); }`,
      );
      return `import { sayNow } from ${JSON.stringify(join(FOLDER, 'translating-react.tsx'))};\n${labels}`;
    }
    if (EDITOR.test(id)) {
      const said = replaced(
        code,
        id,
        /(?<!function )_format\(message, args\)/g,
        '_format(sayInEditor(message), args)',
      );
      return `import { sayInEditor } from ${JSON.stringify(join(FOLDER, 'editor-texts.ts'))};\n${said}`;
    }
    return null;
  },
};
