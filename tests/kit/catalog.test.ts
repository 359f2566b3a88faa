import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { type GraphQLObjectType, isIntrospectionType, isObjectType } from 'graphql';
import { SUBGRAPHS } from '../../subgraphs';
import { AREAS, CATALOG, type CatalogItem, ITEM_NAMES, subgraphOfItem } from '../../subgraphs/kit/catalog';
import { contractSubgraphs } from '../../subgraphs/kit/sdl';
import { sharingOf } from '../../subgraphs/kit/sharing';
import { buildSchema } from '../../subgraphs/kit/subgraph';
import { conditionOf, resourceCode } from '../../subgraphs/registry/catalog/rules';
import { sharingCatalog } from '../../subgraphs/registry/catalog/source';
import { runScript, useFolder } from '../support/process';

const CHINESE = /\p{Script=Han}/u;
const items: [string, CatalogItem][] = Object.entries(CATALOG);

/** What each subgraph's executable schema, which enforces the classes, says of every field. */
function enforced() {
  return SUBGRAPHS.flatMap((definition) => {
    const schema = buildSchema(definition);
    return Object.values(schema.getTypeMap())
      .filter((type): type is GraphQLObjectType => isObjectType(type) && !isIntrospectionType(type))
      .filter(({ name }) => !['PageInfo', 'UserError', '_Service'].includes(name))
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter(({ name }) => !['_service', '_entities'].includes(name))
          .map((field) => ({
            coordinate: `${type.name}.${field.name}`,
            sharing: sharingOf(schema, field) ?? sharingOf(schema, type),
          })),
      );
  });
}

describe('the catalog', () => {
  it.each(items)('describes %s in Chinese and in English', (_, item) => {
    const texts = [
      item.name,
      item.description,
      item.provider,
      item.format,
      ...(item.named ? [item.named] : []),
    ];
    for (const { en, zh } of texts) {
      expect(en).toMatch(/[A-Za-z]/);
      expect(en).not.toMatch(CHINESE);
      expect(zh).toMatch(CHINESE);
    }
  });

  it('names the parties to a row wherever not every signed-in unit reads it', () => {
    for (const [, item] of items) expect(item.named === null).toBe(item.class === 'UNCONDITIONAL');
  });

  it('gives every item a resource code of its own, in the shape of the national catalog', () => {
    const codes = ITEM_NAMES.map(resourceCode);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^2\d{5}\/\d{6}$/);
    expect(resourceCode('personnel.officer-contact')).toBe('202000/000002');
    expect(new Set(Object.values(AREAS).map(({ number }) => number)).size).toBe(Object.keys(AREAS).length);
  });

  it('places each item in the subgraph that holds its rows', () => {
    for (const { name, items: held } of SUBGRAPHS) {
      expect(held.map((item) => [item, subgraphOfItem(item)])).toEqual(held.map((item) => [item, name]));
    }
  });

  it('reads the contract of every subgraph', () => {
    expect(contractSubgraphs()).toEqual(SUBGRAPHS.map(({ name }) => name).sort());
  });

  it('lists every classified field under the one item that is enforced for it', () => {
    const listed = sharingCatalog().flatMap(({ item, fields }) =>
      fields.map(({ coordinate }) => `${coordinate} ${item}`),
    );
    const expected = new Set(enforced().map(({ coordinate, sharing }) => `${coordinate} ${sharing?.item}`));
    expect(listed.sort()).toEqual([...expected].sort());
    const coordinates = listed.map((line) => line.split(' ')[0]);
    expect(new Set(coordinates).size).toBe(coordinates.length);
  });

  it('gives every field the class of its item', () => {
    const differing = enforced().filter(
      ({ sharing }) => sharing && sharing.class !== CATALOG[sharing.item].class,
    );
    expect(differing).toEqual([]);
  });

  it('says of every field what it is', () => {
    for (const { description, type } of sharingCatalog().flatMap(({ fields }) => fields)) {
      expect(description).toMatch(CHINESE);
      expect(type).not.toBe('');
    }
  });

  it('says what opens an item of each class', () => {
    const sentence = (item: string) => {
      const entry = sharingCatalog().find((e) => e.item === item);
      return entry && conditionOf(entry);
    };
    expect(sentence('registry.directory')).toEqual({
      en: 'Any signed-in unit reads it without a grant; fields marked public are answered without signing in.',
      zh: '已登录的单位均可查阅，无需授权；标明公开的信息项无需登录即可查阅。',
    });
    expect(sentence('labor-flow.market')).toEqual({
      en: 'Any signed-in unit reads it without a grant.',
      zh: '已登录的单位均可查阅，无需授权。',
    });
    expect(sentence('labor-flow.reports')).toEqual({
      en: "Open to the units that a row names (the unit that reported the figure) and to units with the function HUMAN_RESOURCES or GENERAL_GOVERNMENT in whose own jurisdiction a place of the row lies; and to units that hold a grant for it from the row's provider and state the grant's purpose.",
      zh: '向数据所列单位（报送单位）以及数据所涉地点在其辖区内、具有人力资源和社会保障或综合政务职能的单位开放；持有提供方对本目录项的授权并声明授权用途的单位亦可查阅。',
    });
    expect(sentence('tourism.applicants')).toEqual({
      en: 'Open only to the units that a row names (the unit that took the application in) and to units with the function LICENSE_REVIEW or GENERAL_GOVERNMENT in whose own jurisdiction a place of the row lies; no grant opens it.',
      zh: '仅向数据所列单位（受理单位）以及数据所涉地点在其辖区内、具有经营准入联审或综合政务职能的单位开放，不因授权而共享。',
    });
  });

  // By place an item without functions has no parties, whatever the viewer's function.
  it('speaks of no function where none makes a party', () => {
    const contact = sharingCatalog().find(({ item }) => item === 'personnel.officer-contact');
    expect(contact && conditionOf(contact).en).toBe(
      "Open to the units that a row names (the officer's own unit); and to units that hold a grant for it from the row's provider and state the grant's purpose.",
    );
  });
});

describe('npm run catalog', () => {
  const folder = useFolder();

  it('writes a table that Excel opens and a document to read, and says where', async () => {
    const out = path.join(folder.path, 'made', 'for', 'it');
    const { code, stdout } = await runScript('catalog.ts', ['--out', out]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `Wrote ${path.join(out, 'catalog.csv')}.\nWrote ${path.join(out, 'catalog.md')}.\n`,
    });

    const csv = readFileSync(path.join(out, 'catalog.csv'));
    expect([...csv.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const rows: Record<string, string>[] = parse(csv, { bom: true, columns: true });
    expect(rows.map((row) => row.目录项代码)).toEqual(ITEM_NAMES);
    expect(rows[ITEM_NAMES.indexOf('personnel.officer-contact')]).toEqual({
      信息资源名称: '干部联系方式',
      信息资源代码: '202000/000002',
      信息资源提供方: '干部所在单位',
      信息资源摘要: '干部的电话和电子邮箱。',
      信息资源格式: 'JSON（GraphQL 接口）',
      '信息项（名称、类型）': '电话 Officer.phone（String）\n电子邮箱 Officer.email（String）',
      共享类型: '有条件共享',
      共享条件:
        '向数据所列单位（干部所在单位）开放；持有提供方对本目录项的授权并声明授权用途的单位亦可查阅。',
      共享方式: '共享平台方式（GraphQL 接口）',
      开放属性: '不开放',
      更新周期: '变更时更新',
      目录项代码: 'personnel.officer-contact',
    });
    expect(rows[0]?.开放属性).toBe('部分开放');

    const markdown = readFileSync(path.join(out, 'catalog.md'), 'utf8');
    expect(markdown.match(/^## .*$/gm)).toHaveLength(ITEM_NAMES.length);
    expect(markdown).toContain('| `Officer.phone` | `String` | 电话 — ');
  });

  it('says in a sentence when it cannot write', async () => {
    const { code, stderr } = await runScript('catalog.ts', ['--out', path.join('package.json', 'in')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\S+catalog\.csv cannot be written: ENOTDIR.*\n$/);
  });
});
