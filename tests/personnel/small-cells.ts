import { Kind, parse } from 'graphql';
import { sdlOf } from '../../subgraphs/kit/sdl';
import type { Caller } from '../support/subgraph';
import { ASYMMETRIES, BALANCE, FLOW, MATRIX, type Row, SERIES, TOP, useStatistics } from './statistics-world';

const REPORTS = `query ($month: Month!) {
  laborFlowReports(month: $month, first: 200) { edges { node { origin { code } destination { code } sector workers revision } } }
}`;
const CHANGES = `query {
  laborFlowChanges(first: 1000) { edges { node { action month origin { code } destination { code } sector workers } } }
}`;
const BATCH = `query ($key: String!) {
  laborFlowBatch(key: $key) { newRows revisedRows unchangedRows }
}`;

const rootFieldsOf = (query: string): string[] =>
  parse(query).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.map((field) => (field.kind === Kind.FIELD ? field.name.value : ''))
      : [],
  );

/** The questions about labor flow that the schema has. */
const questions = (): string[] =>
  parse(sdlOf('personnel')).definitions.flatMap((definition) =>
    (definition.kind === Kind.OBJECT_TYPE_EXTENSION || definition.kind === Kind.OBJECT_TYPE_DEFINITION) &&
    definition.name.value === 'Query'
      ? (definition.fields ?? [])
          .map((field) => field.name.value)
          .filter((name) => name.startsWith('laborFlow'))
      : [],
  );

/** Everything that anyone may ask of a month's flows from Fuyang to Jiaxing; all of it, or some of each kind. */
async function answersTo(caller: Caller, month: string, { isWhole }: { isWhole: boolean }) {
  const asked = new Set<string>();
  const answers: unknown[] = [];
  const ask = async (query: string, variables: Record<string, unknown>) => {
    for (const field of rootFieldsOf(query)) asked.add(field);
    answers.push(await caller.ask(query, variables));
  };
  const ends = isWhole ? ['341225', '341204', '341200', '340000'] : ['341225', '341200'];
  const others = isWhole ? ['330421', '330482', '330400', '330000'] : ['330421', '330400'];
  for (const origin of ends) {
    for (const destination of others) {
      for (const sector of [undefined, 'B', 'C']) await ask(FLOW, { origin, destination, month, sector });
    }
  }
  for (const level of isWhole ? ['PROVINCE', 'PREFECTURE', 'COUNTY'] : ['PREFECTURE', 'COUNTY']) {
    for (const side of [undefined, 'ORIGIN']) {
      const axes = { month, side, from: level, originUnder: '341200', destinationUnder: '330400' };
      await ask(MATRIX, { ...axes, to: level });
      await ask(MATRIX, { ...axes, to: 'PROVINCE', sector: 'B' });
      for (const place of ['341225', '330421', ...(isWhole ? [...ends, ...others] : [])]) {
        await ask(TOP, { place, month, level, first: 50, side });
      }
    }
    await ask(ASYMMETRIES, { month, level, originUnder: '341200' });
  }
  for (const place of [...ends, ...others]) await ask(BALANCE, { place, month });
  await ask(SERIES, { origin: '341225', destination: '330421', from: month, to: month });
  await ask(REPORTS, { month });
  await ask(CHANGES, {});
  await ask(BATCH, { key: month });
  return { answers: JSON.stringify(answers), asked };
}

/** Tests of an attacker that asks all there is to ask about a small cell, as one unit and another. */
export function testAttacker({ values, isWhole }: { values: readonly number[]; isWhole: boolean }): void {
  const { world, as, stranger, freshMonth, submit, flow } = useStatistics();

  it('are told to no one but the parties, whatever is asked, before and after a revision', async () => {
    const month = freshMonth();
    const figures = (value: number): Row[] => [
      ['341225', '330421', 'B', value],
      ['341225', '330421', 'C', 60],
      ['341225', '330482', 'B', 25],
      ['341204', '330421', 'B', 40],
    ];
    // One sees no figure; the other those that go to a county beside.
    const attackers = { 'a stranger': stranger(), 'a party to some': as('330482-HRSS') };
    // Whether a value is drawn as 0 or 10 is all that may be seen of it: of the values drawn alike, none is told apart.
    const seen = new Map<string, Set<string>>();
    for (const value of values) {
      await submit('341200-HRSS', 'ORIGIN', month, figures(value));
      const [stored] = await world.build((db) =>
        db.raw<{ public_workers: number }>(
          "SELECT public_workers FROM labor_flow_reports WHERE month = ? AND sector = 'B' AND origin = '341225' AND destination = '330421'",
          [month],
        ),
      );
      for (const [name, attacker] of Object.entries(attackers)) {
        const { answers, asked } = await answersTo(attacker, month, { isWhole });
        expect([...asked].sort()).toEqual(questions().sort());
        const key = `${name}, drawn as ${stored?.public_workers}`;
        seen.set(key, (seen.get(key) ?? new Set()).add(answers));
      }
      const party = JSON.stringify(await flow(as('330482-HRSS'), '341225', '330421', month, 'B'));
      expect(party).toContain('"workers":null,"obsStatus":"Q","confStatus":"A"');
    }
    expect([...seen].map(([key, answers]) => [key, answers.size])).toEqual(
      [...seen].map(([key]) => [key, 1]),
    );
    // While the parties are told each value.
    expect((await flow(as('330421-HRSS'), '341225', '330421', month, 'B')).reportedByOrigin.workers).toBe(
      values.at(-1),
    );
  }, 600_000);
}
