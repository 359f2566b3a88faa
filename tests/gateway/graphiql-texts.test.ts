import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';
import { CATALOG } from '../../gateway/web/src/graphiql/translation/catalog';
import { chineseOf } from '../../gateway/web/src/graphiql/translation/translate';

const MODULES = path.join(__dirname, '..', '..', 'node_modules');
const PACKAGES: Record<string, string> = {
  graphiql: 'graphiql',
  '@graphiql/react': '@graphiql/react',
  '@graphiql/plugin-doc-explorer': '@graphiql/plugin-doc-explorer',
  '@graphiql/plugin-history': '@graphiql/plugin-history',
  'graphiql-explorer': path.dirname(
    require.resolve('graphiql-explorer/package.json', {
      paths: [path.join(MODULES, '@graphiql', 'plugin-explorer')],
    }),
  ),
};

/** Made of other texts, or defaults from elsewhere in the file's package. */
const MADE_OF_OTHERS = new Set(['<untitled>', 'Docs']);
/** Names of keys and systems, marks, and the logo, in whose place stands the hub's. */
const SAYS_NOTHING = new Set([
  'macOS',
  'Windows',
  'i',
  'query',
  'mutation',
  'subscription',
  'string',
  'Graph',
  'QL',
]);

const fileOf = (file: string): string => {
  const name = Object.keys(PACKAGES).find((known) => file.startsWith(`${known}/`)) ?? '';
  return path.resolve(MODULES, PACKAGES[name] ?? '', file.slice(name.length + 1));
};

interface Node {
  type: string;
  [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* nodesOf(each);
  else if (typeof value === 'object' && value !== null) {
    if (isNode(value)) yield value;
    for (const each of Object.values(value)) yield* nodesOf(each);
  }
}

/** The texts that an expression may come to: `{}` stands for what is not known of them. */
function textsOf(node: unknown): string[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'StringLiteral':
      return [String(node.value)];
    case 'TemplateLiteral': {
      const quasis = node.quasis as { cooked?: string }[];
      return [quasis.map(({ cooked = '' }) => cooked).join('{}')];
    }
    case 'ConditionalExpression':
      return [...textsOf(node.consequent), ...textsOf(node.alternate)];
    case 'ParenthesisExpression':
      return textsOf(node.expression);
    case 'BinaryExpression':
      return textsOf(node.right);
    case 'ArrayExpression':
      return (node.elements as { expression: unknown }[]).flatMap((element) => textsOf(element?.expression));
    default:
      return [];
  }
}

const SAID = new Set(['children', 'aria-label', 'title', 'label', 'placeholder']);

/** What a file says in elements, as far as it is written where the element is. */
function saidIn(code: string): string[] {
  const tree = parseSync(code, { syntax: 'ecmascript', target: 'es2022' });
  const said: string[] = [];
  for (const node of nodesOf(tree)) {
    if (node.type !== 'CallExpression' || !isNode(node.callee)) continue;
    if (node.callee.type !== 'Identifier' || !/^jsxs?$/.test(String(node.callee.value))) continue;
    const [, props] = node.arguments as { expression: Node }[];
    if (props?.expression.type !== 'ObjectExpression') continue;
    for (const property of props.expression.properties as Node[]) {
      if (property.type !== 'KeyValueProperty' || !isNode(property.key)) continue;
      if (SAID.has(String(property.key.value))) said.push(...textsOf(property.value));
    }
  }
  return said.filter((text) => /[A-Za-z]{2}/.test(text.replaceAll('{}', '')) && !SAYS_NOTHING.has(text));
}

const sources = (name: string): string[] =>
  readdirSync(fileOf(`${name}/dist`), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !/deprecated|setup-workers/.test(file))
    .map((file) => `${name}/dist/${file}`);

describe('what GraphiQL says', () => {
  it.each(Object.keys(PACKAGES).filter((name) => name !== 'graphiql-explorer'))(
    'is translated whole: %s',
    (name) => {
      const untranslated = sources(name).flatMap((file) =>
        saidIn(readFileSync(fileOf(file), 'utf8'))
          // The heads of sections are said by the file that draws them.
          .filter((text) => chineseOf(text, CATALOG[file] ?? {}) === null && !isHead(text))
          .map((text) => `${file}: ${text}`),
      );
      expect(untranslated).toEqual([]);
    },
  );

  it.each(Object.keys(CATALOG))('is still said so: %s', (file) => {
    const code = readFileSync(fileOf(file), 'utf8');
    const lost = Object.keys(CATALOG[file] ?? {}).filter(
      (text) =>
        !MADE_OF_OTHERS.has(text) &&
        !isMade(file, text) &&
        !text.split('{}').every((part) => code.includes(part)),
    );
    expect(lost).toEqual([]);
  });

  it('has what is put in put in, by its own translation if it has one', () => {
    const texts = { '{} query ({})': '{}查询（{}）', Execute: '执行' };
    expect(chineseOf('Execute query (Ctrl-Enter)', texts)).toBe('执行查询（Ctrl-Enter）');
    expect(chineseOf('Execute', texts)).toBe('执行');
    expect(chineseOf('Execute this', texts)).toBeNull();
  });
});

const isHead = (text: string): boolean =>
  text in (CATALOG['@graphiql/plugin-doc-explorer/dist/components/section.js'] ?? {});

/** Names of icons are made of those of functions, and names of panels come from their plugins. */
const isMade = (file: string, text: string): boolean =>
  file.endsWith('/icons/index.js')
    ? readFileSync(fileOf(file), 'utf8').includes(
        `Svg${text
          .replace(/ icon$/, '')
          .replace(/(^| )(\w)/g, (_, __, letter: string) => letter.toUpperCase())}`,
      )
    : /^(Show|Hide) \{\}$/.test(text) ||
      ['Documentation Explorer', 'History', 'GraphiQL Explorer', 'Fragment', 'Explorer'].includes(text);
