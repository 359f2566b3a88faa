import type { ItemName } from '../../../subgraphs/kit/catalog';
import type { useHub } from '../../support/hub';

/** What an asker makes of a value: sees it, is told that it is withheld, or finds nothing. */
export type Outcome = 'seen' | 'withheld' | 'absent' | 'UNAUTHENTICATED';

export const ASKERS = [
  'nobody',
  'a stranger',
  'a party by name',
  'a party by place',
  'a grantee without the purpose',
  'a grantee with the purpose',
  'a grantee whose days are over',
  'a grantee that was revoked',
  'a steward of the provider',
] as const;
export type Asker = (typeof ASKERS)[number];
export type Outcomes = Readonly<Record<Asker, Outcome>>;

/** Conditional rows: absent for whoever may not see them. */
export const ROWS: Outcomes = {
  nobody: 'UNAUTHENTICATED',
  'a stranger': 'absent',
  'a party by name': 'seen',
  'a party by place': 'seen',
  'a grantee without the purpose': 'absent',
  'a grantee with the purpose': 'seen',
  'a grantee whose days are over': 'absent',
  'a grantee that was revoked': 'absent',
  'a steward of the provider': 'seen',
};

/** What a unit has for itself alone. */
export const OWN: Outcomes = {
  ...ROWS,
  'a party by place': 'absent',
  'a grantee with the purpose': 'absent',
};

/** What is refused to everyone, and so shows nothing to anyone. */
export const REFUSED: Outcomes = {
  ...OWN,
  ...{ 'a party by name': 'absent', 'a steward of the provider': 'absent' },
};

/** Counts of what one may see, which are numbers for everyone. */
export const SUMS = Object.fromEntries(
  ASKERS.map((asker) => [asker, asker === 'nobody' ? 'UNAUTHENTICATED' : 'seen']),
) as Outcomes;

/** A conditional field of rows that everyone may see, and that makes no one a party by place. */
export const FIELD: Outcomes = {
  ...ROWS,
  'a stranger': 'withheld',
  'a party by place': 'withheld',
  'a grantee without the purpose': 'withheld',
  'a grantee whose days are over': 'withheld',
  'a grantee that was revoked': 'withheld',
};

/** A withheld field of conditional rows, which no grant opens. */
export const WITHHELD_FIELD: Outcomes = { ...ROWS, 'a grantee with the purpose': 'withheld' };

/** Withheld rows, which no grant opens. */
export const WITHHELD_ROWS: Outcomes = { ...ROWS, 'a grantee with the purpose': 'absent' };

/** What rows that everyone may see hold of a withheld item. */
export const WITHHELD_LIST: Outcomes = {
  ...FIELD,
  'a party by place': 'seen',
  'a grantee with the purpose': 'withheld',
};

/** Whose the sample of an item is, and who comes near it. */
export interface Sample {
  /** The item that is granted. */
  item: ItemName;
  provider: string;
  named: string;
  place: string;
}

export const PURPOSE = '访问表核对';
export const GRANTEE = '310000-YRDOFFICE';
export const EXPIRED = '310000-VEGGROUP';
export const REVOKED = '310000-COMMERCE';
export const STRANGER = '340000-AGRI';

/** What is said of a row that everyone may see: for the parties to it, by place too, and for grantees. */
export const ASIDE: Outcomes = { ...FIELD, 'a party by place': 'seen' };

export interface Probe {
  sample: Sample;
  /** Selects nothing with a value but what the coordinate holds of the sample. */
  query: string;
  outcomes: Outcomes;
}

export const probesOf = (
  sample: Sample,
  outcomes: Outcomes,
  queries: Record<string, string>,
): Record<string, Probe> =>
  Object.fromEntries(
    Object.entries(queries).map(([coordinate, query]) => [coordinate, { sample, query, outcomes }]),
  );

export const mutation = (name: string, input: string, noun: string) =>
  `mutation { ${name}(input: { ${input} }) { ${noun} { id } } }`;
export const pascal = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;
export const bothOf = (name: string, query: string) => ({
  [`Mutation.${name}`]: query,
  [`${pascal(name)}Payload`]: query,
});
/** What one domain says of who sees what of it. */
export interface Domain {
  /** Whose items are granted to the grantees. */
  samples: readonly Sample[];
  /** A line for everything in the domain's schema that is conditional or withheld. */
  table: Record<string, Probe>;
  store(hub: ReturnType<typeof useHub>): Promise<unknown>;
}
