import { grid } from '../../subgraphs/grid';
import { casesOfPatrolFindings } from '../../subgraphs/grid/cases/store';
import { planOf } from '../support/plans';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { aCase, at, storeCases } from './make';

const FINDINGS = `query Findings($findings: [_Any!]!) {
  _entities(representations: $findings) { ... on PatrolFinding { id gridCase { id stage } } } }`;

describe('the case of a patrol’s finding', () => {
  const world = useSubgraph(grid);
  const command = viewer('320509110-COMMAND', { functions: ['GRID_COMMAND'] });
  const ask = async (who: typeof command, ...ids: string[]) => {
    const findings = ids.map((id) => ({ __typename: 'PatrolFinding', id }));
    return (await world.as(who).ask(FINDINGS, { findings }))._entities;
  };

  beforeAll(() =>
    world.build((db) =>
      storeCases(
        db,
        aCase({
          id: 'later',
          source: 'SCENIC_PATROL',
          external_id: 'f1',
          reporter: '320509110-GOV',
          reported_at: at('2026-11-18 09:00'),
        }),
        aCase({ id: 'first', source: 'SCENIC_PATROL', external_id: 'f1', reporter: '320509110-TOURISM' }),
        aCase({ id: 'elsewhere', source: 'HOTLINE_12345', external_id: 'f2' }),
        aCase({ id: 'second', source: 'SCENIC_PATROL', external_id: 'f3' }),
      ),
    ),
  );

  it('is the first that was reported under the finding’s id, and null while there is none', async () => {
    expect(await ask(command, 'f1', 'f2', 'f3', 'f4')).toEqual([
      { id: 'f1', gridCase: { id: 'first', stage: 'RECEIVED' } },
      { id: 'f2', gridCase: null },
      { id: 'f3', gridCase: { id: 'second', stage: 'RECEIVED' } },
      { id: 'f4', gridCase: null },
    ]);
  });

  it('is not there for those who may not see it', async () => {
    const stranger = viewer('330421999-COMMAND', { functions: ['GRID_COMMAND'] });
    expect(await ask(stranger, 'f1')).toEqual([{ id: 'f1', gridCase: null }]);
    // The unit that reported the later one alone sees that.
    const reporter = viewer('320509110-GOV');
    expect(await ask(reporter, 'f1')).toEqual([{ id: 'f1', gridCase: { id: 'later', stage: 'RECEIVED' } }]);
  });

  it('is found by an index under row security, in one statement for many', async () => {
    expect(await planOf(world, command, (db) => casesOfPatrolFindings(db, ['f1', 'f3']))).toMatch(
      /cases_by_external_id.*\s+Index Cond: .*source = .*external_id = ANY/,
    );
    const statements = (count: number) =>
      world.statementsOf(() => ask(command, ...Array.from({ length: count }, (_, i) => `f${i}`)));
    expect((await statements(20)).length).toBe((await statements(1)).length);
  });
});
