import type { Language } from '../../shared/messages';
import { EXAMPLES } from '../examples';

type Words = Record<Language, string>;

export interface SavedQuery {
  title: Words;
  query: string;
  variables: Record<string, unknown>;
}

export interface Shelf {
  /** Whom its queries are for. */
  title: Words;
  queries: readonly SavedQuery[];
}

const words = (zh: string, en: string): Words => ({ 'zh-CN': zh, en });

/** The queries that the hub comes with, for each kind of its users. */
export const SHELVES: readonly Shelf[] = [
  {
    title: words('各单位', 'Everyone'),
    queries: EXAMPLES.map(({ title, query, variables }) => ({ title, query, variables })),
  },
  {
    title: words('网格指挥', 'Grid command'),
    queries: [
      {
        title: words('超期案件', 'Overdue cases'),
        query: `query OverdueCases($under: JurisdictionCode!, $after: String) {
  gridCaseWorkList(list: OVERDUE, under: $under, first: 50, after: $after) {
    edges {
      node {
        number
        title
        stage
        dueAt
        category {
          name
        }
        currentTask {
          agency {
            name
          }
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
        variables: { under: '310118104', after: null },
      },
      {
        title: words('月报：各单位按期结案', 'Monthly report: on time by unit'),
        query: `query MonthByAgency($under: JurisdictionCode!, $month: Month!) {
  gridReport(under: $under, month: $month) {
    byAgency {
      agency {
        name
      }
      score
      shouldHaveClosed
      closed
      closedOnTime
    }
  }
}`,
        variables: { under: '320509110', month: '2026-10' },
      },
    ],
  },
  {
    title: words('人社统计', 'Labor statistics'),
    queries: [
      {
        title: words('省际流动矩阵', 'Matrix between provinces'),
        query: `query ProvinceMatrix($month: Month!) {
  laborFlowMatrix(month: $month, originLevel: PROVINCE, destinationLevel: PROVINCE) {
    cells {
      originCode
      destinationCode
      workers
      obsStatus
    }
  }
}`,
        variables: { month: '2026-09' },
      },
      {
        title: words('两地数据差异最大的流动', 'Where the two sides disagree most'),
        query: `query Asymmetries($month: Month!, $after: String) {
  laborFlowAsymmetries(
    month: $month
    originLevel: PREFECTURE
    destinationLevel: PREFECTURE
    first: 50
    after: $after
  ) {
    edges {
      node {
        origin {
          name
        }
        destination {
          name
        }
        asymmetry
        reportedByOrigin {
          workers
        }
        reportedByDestination {
          workers
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
        variables: { month: '2026-09', after: null },
      },
      {
        title: words('时间序列', 'Month by month'),
        query: `query Series($origin: JurisdictionCode!, $destination: JurisdictionCode!, $from: Month!, $to: Month!) {
  laborFlowSeries(origin: $origin, destination: $destination, from: $from, to: $to) {
    points {
      month
      workers
      obsStatus
    }
  }
}`,
        variables: { origin: '341200', destination: '310000', from: '2025-10', to: '2026-09' },
      },
    ],
  },
  {
    title: words('组织部门', 'Organization departments'),
    queries: [
      {
        title: words('在岗挂职干部', 'Officers in post'),
        query: `query InPost($hostUnder: JurisdictionCode!, $after: String) {
  secondments(hostUnder: $hostUnder, status: ACTIVE, first: 50, after: $after) {
    edges {
      node {
        officer {
          name
          phone
        }
        position
        startsOn
        endsOn
        homeAgency {
          name
        }
        hostAgency {
          name
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
        variables: { hostUnder: '310000', after: null },
      },
    ],
  },
  {
    title: words('经营准入联审', 'Joint review'),
    queries: [
      {
        title: words('经营准入申请', 'License applications'),
        query: `query Applications($under: JurisdictionCode!, $after: String) {
  licenseApplications(under: $under, first: 50, after: $after) {
    edges {
      node {
        number
        shopName
        kind
        stage
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
        variables: { under: '310118104', after: null },
      },
    ],
  },
  {
    title: words('农业与市场', 'Agriculture and markets'),
    queries: [
      {
        title: words('两个标准比较', 'Two standards compared'),
        query: `query Compare($product: String!, $standard: String!, $with: String!) {
  compareStandards(product: $product, standard: $standard, with: $with) {
    parameter {
      name
      unit
    }
    verdict
    jointMinimum
    jointMaximum
    reason
  }
}`,
        variables: {
          product: 'SWEET_POTATO_MINI',
          standard: 'AH-SWEETPOTATO',
          with: 'SH-MARKET-SWEETPOTATO',
        },
      },
    ],
  },
  {
    title: words('数据管理', 'Data stewards'),
    queries: [
      {
        title: words('本单位的授权', 'Grants of this unit'),
        query: `query Grants($after: String) {
  sharingGrants(first: 50, after: $after) {
    edges {
      node {
        id
        item
        status
        purpose
        validUntil
        provider {
          name
        }
        consumer {
          name
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
      {
        title: words('共享目录', 'The sharing catalog'),
        query: `query Catalog {
  sharingCatalog {
    item
    resourceCode
    name
    nameEnglish
    class
    updateCycle
    provider
    condition
  }
}`,
        variables: {},
      },
      {
        title: words('谁看过阜阳市人社局的数据', 'Who was given data of Fuyang’s bureau'),
        query: `query WhoSaw($provider: AgencyCode!) {
  accessReceiptTotals(provider: $provider) {
    consumer {
      name
    }
    item
    receipts
    rows
    withheldRows
  }
}`,
        variables: { provider: '341200-HRSS' },
      },
    ],
  },
];
