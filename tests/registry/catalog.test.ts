import { ITEM_NAMES } from '../../subgraphs/kit/catalog';
import { registry } from '../../subgraphs/registry';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

interface Entry {
  item: string;
  fields: string[];
  fieldDetails: { coordinate: string; isPublic: boolean }[];
  isPublic: boolean;
}

describe('the sharing catalog', () => {
  const world = useSubgraph(registry);
  // A company: no function, no remit, no grant.
  const company = viewer('310000-VEGGROUP', { remit: [] });

  async function entries(): Promise<Map<string, Entry>> {
    const { sharingCatalog } = await world
      .as(company)
      .ask('{ sharingCatalog { item fields isPublic fieldDetails { coordinate isPublic } } }');
    return new Map(sharingCatalog.map((entry: Entry) => [entry.item, entry]));
  }

  it('has one entry for each item, in the order of the catalog', async () => {
    expect([...(await entries()).keys()]).toEqual(ITEM_NAMES);
  });

  it.each([
    [
      'en',
      {
        description: "Officers' telephone numbers and e-mail addresses.",
        provider: "the officer's own unit",
        condition:
          "Open to the units that a row names (the officer's own unit); and to units that hold a grant for it from the row's provider and state the grant's purpose.",
        format: 'JSON (GraphQL)',
      },
    ],
    [
      'zh',
      {
        description: '干部的电话和电子邮箱。',
        provider: '干部所在单位',
        condition:
          '向数据所列单位（干部所在单位）开放；持有提供方对本目录项的授权并声明授权用途的单位亦可查阅。',
        format: 'JSON（GraphQL 接口）',
      },
    ],
  ] as const)(
    'says all that the national catalog asks of an item, in the language asked for (%s)',
    async (language, texts) => {
      const { sharingCatalog } = await world.as(company, language).ask(`{ sharingCatalog {
      item resourceCode name nameEnglish description provider class condition isPublic updateCycle format subgraph
      fields fieldDetails { coordinate type description isPublic }
    } }`);
      expect(sharingCatalog.find((entry: Entry) => entry.item === 'personnel.officer-contact')).toEqual({
        item: 'personnel.officer-contact',
        resourceCode: '202000/000002',
        name: '干部联系方式',
        nameEnglish: "Officers' contact details",
        class: 'CONDITIONAL',
        isPublic: false,
        updateCycle: 'ON_CHANGE',
        subgraph: 'personnel',
        fields: ['Officer.phone', 'Officer.email'],
        fieldDetails: [
          {
            coordinate: 'Officer.phone',
            type: 'String',
            description: '电话 — null when not recorded, and for whoever may not see it.',
            isPublic: false,
          },
          {
            coordinate: 'Officer.email',
            type: 'String',
            description: '电子邮箱 — null when not recorded, and for whoever may not see it.',
            isPublic: false,
          },
        ],
        ...texts,
      });
    },
  );

  it.each([
    ['Officer.phone', 'personnel.officer-contact'],
    ['Officer.name', 'personnel.secondments'],
    ['Query.laborFlow', 'labor-flow.statistics'],
    ['Mutation.submitLaborFlowReports', 'labor-flow.reports'],
    ['LicenseApplicant.phone', 'tourism.applicants'],
    ['Agency.name', 'registry.directory'],
    ['Agency.officers', 'personnel.secondments'],
    ['Jurisdiction.code', 'registry.directory'],
    ['Jurisdiction.secondmentsHosted', 'personnel.secondments'],
    ['Jurisdiction.licenseApplications', 'tourism.applications'],
    ['Jurisdiction.supplyBases', 'agriculture.standards'],
    ['Query.sharingCatalog', 'registry.directory'],
  ])('lists %s under %s and nowhere else', async (coordinate, item) => {
    const holders = [...(await entries()).values()].filter(({ fields }) => fields.includes(coordinate));
    expect(holders.map((entry) => entry.item)).toEqual([item]);
  });

  it('describes the key of an entity as the subgraph that holds it does', async () => {
    const { sharingCatalog } = await world
      .as(company)
      .ask('{ sharingCatalog { fieldDetails { coordinate description } } }');
    const details = sharingCatalog.flatMap((entry: Entry) => entry.fieldDetails);
    expect(details).toContainEqual({
      coordinate: 'Jurisdiction.code',
      description: '代码 — GB/T 2260. Names repeat across provinces; codes do not.',
    });
  });

  it('lists operations first, then the fields of types by name, and leaves out what only carries answers', async () => {
    const fields = (await entries()).get('personnel.secondments')?.fields ?? [];
    const types = [...new Set(fields.map((coordinate) => coordinate.split('.')[0] ?? ''))];
    expect(types.slice(0, 2)).toEqual(['Query', 'Mutation']);
    expect(types.slice(2)).toEqual(types.slice(2).sort());
    const all = [...(await entries()).values()].flatMap((entry) => entry.fields);
    expect(all.filter((coordinate) => /^(PageInfo|UserError)\./.test(coordinate))).toEqual([]);
  });

  it('tells what is answered to anyone', async () => {
    const found = await entries();
    expect([...found.values()].filter(({ isPublic }) => isPublic).map(({ item }) => item)).toEqual([
      'registry.directory',
    ]);
    const details = found.get('registry.directory')?.fieldDetails;
    expect(details).toContainEqual({ coordinate: 'Jurisdiction.name', isPublic: true });
    expect(details).toContainEqual({ coordinate: 'Agency.name', isPublic: false });
  });

  it('asks the database nothing', async () => {
    expect(await world.statementsOf(entries)).toEqual([]);
  });

  it('tells nobody without signing in', async () => {
    const { data, errors } = await world.as(null).send('{ sharingCatalog { item } }');
    expect(data).toEqual({ sharingCatalog: null });
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED']);
  });
});
