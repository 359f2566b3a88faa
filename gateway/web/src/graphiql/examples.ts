import type { Language } from '../shared/messages';

/** A query that answers on the demo data; its operation name is the tab's title. */
export interface Example {
  name: string;
  title: Record<Language, string>;
  /** Stands above the query as a comment. */
  about: Record<Language, string>;
  query: string;
  variables: Record<string, unknown>;
}

export const EXAMPLES: readonly Example[] = [
  {
    name: 'PlaceOverview',
    title: { 'zh-CN': '一个地方的概况', en: 'One place at a glance' },
    about: {
      'zh-CN': '金泽镇：来挂职的干部、网格案件、经营准入申请和供应基地',
      en: 'Jinze Town: secondments hosted, grid cases, license applications and supply bases',
    },
    query: `query PlaceOverview($code: JurisdictionCode!) {
  jurisdiction(code: $code) {
    code
    name
    level
    parent {
      code
      name
    }
    secondmentsHosted(first: 5) {
      edges {
        node {
          id
          position
          status
          startsOn
          endsOn
          officer {
            name
          }
          homeAgency {
            name
            jurisdiction {
              code
            }
          }
        }
      }
    }
    gridCases(first: 5) {
      edges {
        node {
          id
          number
          title
          stage
          dueAt
          isOverdue
          category {
            code
            name
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    licenseApplications(first: 5) {
      edges {
        node {
          id
          number
          shopName
          kind
          stage
        }
      }
    }
    supplyBases(first: 5) {
      edges {
        node {
          id
          name
        }
      }
    }
  }
}`,
    variables: { code: '310118104' },
  },
  {
    name: 'Counterparts',
    title: { 'zh-CN': '谁是对口单位', en: 'Who is the counterpart' },
    about: {
      'zh-CN': '阜阳市农业农村局在上海市静安区的对口单位',
      en: 'The counterparts in Jing’an District, Shanghai, of the agriculture bureau of Fuyang',
    },
    query: `query Counterparts($of: AgencyCode!, $in: JurisdictionCode!) {
  counterparts(of: $of, in: $in) {
    function {
      code
      name
    }
    match
    agency {
      code
      name
      jurisdiction {
        code
      }
    }
  }
}`,
    variables: { of: '341200-AGRI', in: '310106' },
  },
  {
    name: 'HowMany',
    title: { 'zh-CN': '两地各报多少人', en: 'How many, by either side' },
    about: {
      'zh-CN': '阜阳到上海务工的人数：输出地和输入地各报多少，相差多少',
      en: 'Workers from Fuyang in Shanghai: what the origin reports, what the destination reports, how far apart',
    },
    query: `query HowMany($month: Month!) {
  laborFlow(origin: "341200", destination: "310000", month: $month) {
    month
    origin {
      code
    }
    destination {
      code
    }
    reportedByOrigin {
      workers
      reportedBy {
        code
      }
    }
    reportedByDestination {
      workers
      reportedBy {
        code
      }
    }
    asymmetry
  }
}`,
    variables: { month: '2026-09' },
  },
  {
    name: 'Towns',
    title: { 'zh-CN': '一个区的街镇', en: 'The towns of a district' },
    about: {
      'zh-CN': '青浦区的街镇，每页四个：把 endCursor 填进变量 after，就是下一页',
      en: 'The towns of Qingpu, four a page: put endCursor into the variable "after" for the next one',
    },
    query: `query Towns($under: JurisdictionCode!, $after: String) {
  jurisdictions(under: $under, level: TOWNSHIP, first: 4, after: $after) {
    edges {
      node {
        code
        name
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
    variables: { under: '310118', after: null },
  },
  {
    name: 'Changes',
    title: { 'zh-CN': '劳动力流动的变更', en: 'Changes to the labor flow' },
    about: {
      'zh-CN':
        '劳动力流动数据的变更，从头读起，只有填报单位能看到，如 341200-HRSS：把最后一个 cursor 填进变量 after，就从那里接着读',
      en: 'The changes to the labor flow from the start, for units that report it, such as 341200-HRSS: put the last cursor into the variable "after" to go on',
    },
    query: `query Changes($after: String) {
  laborFlowChanges(after: $after, first: 20) {
    edges {
      cursor
      node {
        action
        month
        side
        sector
        workers
        revision
        origin {
          code
        }
        destination {
          code
        }
        reportedBy {
          code
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
    variables: { after: null },
  },
];

/** The editor's text of an example: the comment, then the query. */
export const exampleText = (example: Example, language: Language): string =>
  `# ${example.about[language]}\n${example.query}\n`;

export const exampleVariables = (example: Example): string => JSON.stringify(example.variables, null, 2);

/** A text in another language, if it is an example that nobody has edited; any other text as it is. */
export function translateExample(text: string, language: Language): string {
  const example = EXAMPLES.find((candidate) =>
    Object.keys(candidate.about).some((known) => exampleText(candidate, known as Language) === text),
  );
  return example ? exampleText(example, language) : text;
}
