import { randomUUID } from 'node:crypto';
import { jurisdictionOfAgency } from '../../subgraphs/kit/agency-code';
import { addDays } from '../../subgraphs/kit/time';
import type { OfficerRow } from '../../subgraphs/personnel/officers/store';
import type { SecondmentProgramRow } from '../../subgraphs/personnel/programs/store';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import type { SubgraphWorld } from '../support/subgraph';

/** What a unit may be to a posting. */
export const SIDES = ['home', 'host', 'stint host', 'organizer', 'stranger'] as const;
export type Side = (typeof SIDES)[number];

export const STATUSES = ['PLANNED', 'ACTIVE', 'COMPLETED', 'RECALLED', 'DECLINED'] as const;
export type Status = (typeof STATUSES)[number];

/** The reasons of a refusal, as `CODE path`. */
export const codesOf = ({ userErrors }: { userErrors: { code: string; path: string[] }[] }): string[] =>
  userErrors.map(({ code, path }) => `${code} ${path.join('.')}`.trim());

/** A mutation with one root field, for `Caller.do`. */
export const mutation = (name: string, selection: string): string =>
  `mutation Run($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) { ${selection} userErrors { code message path } }
  }`;

/** Builds officers and postings past row security and rules; whatever is not given is made anew. */
export function personnelMaker(world: SubgraphWorld) {
  let serial = 0;
  const next = () => {
    serial += 1;
    return serial;
  };

  /** The code of a unit that no other test knows. */
  const unit = (place = '310118') => `${place}-UNIT${next()}`;

  /** A unit that the subgraph's copy of the directory knows. */
  const agency = async (code = unit()) => {
    await world.build((db) =>
      db('agencies')
        .insert({ code, name: '某单位', jurisdiction: jurisdictionOfAgency(code), functions: [], remit: [] })
        .onConflict()
        .ignore(),
    );
    return code;
  };

  const officer = async (given: Partial<OfficerRow> & { phone?: string; email?: string } = {}) => {
    const { phone, email, ...rest } = given;
    const row: OfficerRow = {
      id: randomUUID(),
      name: '陆远山',
      title: '综合科科长',
      number: null,
      agency: rest.agency ?? unit(),
      ...rest,
    };
    await world.build(async (db) => {
      await db('officers').insert({ ...row });
      if (phone ?? email) {
        await db('officer_contacts').insert({ officer: row.id, agency: row.agency, phone, email });
      }
    });
    return row;
  };

  const program = async (given: Partial<SecondmentProgramRow> = {}) => {
    const row: SecondmentProgramRow = {
      code: `PROGRAM-${next()}`,
      name: '互派挂职',
      organizer: '310000-YRDOFFICE',
      starts_on: '2026-03-01',
      ends_on: '2027-02-28',
      ...given,
    };
    await world.build((db) => db('secondment_programs').insert({ ...row }));
    return row;
  };

  const posting = async (given: Partial<SecondmentRow> = {}) => {
    const home = given.home_agency ?? unit();
    const row: SecondmentRow = {
      id: randomUUID(),
      officer: given.officer ?? (await officer({ agency: home })).id,
      program: null,
      home_agency: home,
      host_agency: given.host_agency ?? unit(),
      position: '副主任（挂职）',
      status: 'ACTIVE',
      starts_on: '2026-03-02',
      ends_on: '2027-03-01',
      recall_reason: given.status === 'RECALLED' ? '另有任用' : null,
      recalled_on: given.status === 'RECALLED' ? '2026-06-30' : null,
      ...given,
    };
    await world.build((db) => db('secondments').insert({ ...row }));
    return row;
  };

  /** A posting with a unit for each side, all known to the directory; its stint takes the first thirty-one days. */
  const posted = async (given: Partial<SecondmentRow> = {}) => {
    const organizer = await agency();
    const { code } = await program({ organizer });
    const row = await posting({
      ...{ program: code, home_agency: await agency(), host_agency: await agency() },
      ...given,
    });
    const stintHost = await agency();
    await world.build((db) =>
      db('secondment_stints').insert({
        ...{ secondment: row.id, host_agency: stintHost },
        ...{ starts_on: row.starts_on, ends_on: addDays(row.starts_on, 30) },
      }),
    );
    const units: Record<Side, string> = {
      ...{ home: row.home_agency, host: row.host_agency, 'stint host': stintHost },
      ...{ organizer, stranger: unit() },
    };
    return { posting: row, units };
  };

  return { unit, agency, officer, program, posting, posted };
}

/** The store methods that statements name, in the order in which they were sent. */
export const methodsOf = (statements: readonly string[]): string[] =>
  statements.map((sql) => /^\/\* (\S+) \*\//.exec(sql)?.[1] ?? sql);

/** The nodes of a connection. */
export const nodesOf = <Node>(connection: { edges: readonly { node: Node }[] }): Node[] =>
  connection.edges.map((edge) => edge.node);
