import { randomUUID } from 'node:crypto';
import { jurisdictionOfAgency } from '../../subgraphs/kit/agency-code';
import type { OfficerRow } from '../../subgraphs/personnel/officers/store';
import type { SecondmentProgramRow } from '../../subgraphs/personnel/programs/store';
import type { SecondmentRow } from '../../subgraphs/personnel/secondments/store';
import type { SubgraphWorld } from '../support/subgraph';

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

  return { unit, agency, officer, program, posting };
}

/** The store methods that statements name, in the order in which they were sent. */
export const methodsOf = (statements: readonly string[]): string[] =>
  statements.map((sql) => /^\/\* (\S+) \*\//.exec(sql)?.[1] ?? sql);

/** The nodes of a connection. */
export const nodesOf = <Node>(connection: { edges: readonly { node: Node }[] }): Node[] =>
  connection.edges.map((edge) => edge.node);
