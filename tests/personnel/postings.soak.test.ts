import { personnel } from '../../subgraphs/personnel';
import { useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';
import { methodsOf } from './make';
import { ORGANIZER, yearOfPostings } from './year';

const POSTINGS = 2_000;
/** Hosts about a nineteenth of them. */
const COUNTY = '310104';

describe('a year of two thousand postings', () => {
  const world = useSubgraph(personnel);

  beforeAll(() => yearOfPostings(world, POSTINGS), 600_000);

  const medianOf = async (work: () => Promise<unknown>) => {
    const taken: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const began = performance.now();
      await work();
      taken.push(performance.now() - began);
    }
    return Math.round(taken.sort((a, b) => a - b)[2] ?? 0);
  };

  it('answers what both sides and the organizer ask, each by a fixed number of statements', async () => {
    const organizer = world.as(viewer(ORGANIZER));
    const department = world.as(viewer(`${COUNTY}-ORG`, { functions: ['ORGANIZATION'] }));
    const home = world.as(viewer('341225-HRSS'));
    const month = 'month: "2026-10"';
    const asked = {
      "a home unit's alerts": () =>
        home.ask('{ nominalPostingAlerts(program: "YEAR") { secondment { id } reasons { code } } }'),
      "the organizer's alerts, which are too many": () =>
        organizer.send('{ nominalPostingAlerts(program: "YEAR") { secondment { id } } }'),
      'a statement of subsidies': () =>
        organizer.ask(
          `{ subsidyStatement(program: "YEAR", ${month}) { totalYuan lines(first: 200) { edges { node { amountYuan } } } } }`,
        ),
      'the agenda of a week': () =>
        organizer.ask(
          '{ secondmentAgenda(program: "YEAR", weekOf: "2026-12-07", first: 200) { edges { node { kind } } } }',
        ),
      "a county's ranking": () =>
        department.ask(
          `{ monthlyRanking(hostUnder: "${COUNTY}", ${month}) { entries(first: 200) { edges { node { total } } } } }`,
        ),
      "a county's conflicts": () =>
        department.ask(
          `{ attendanceConflicts(hostUnder: "${COUNTY}", ${month}, first: 200) { edges { node { date kind } } } }`,
        ),
      "the organizer's conflicts": () =>
        organizer.ask(
          `{ attendanceConflicts(program: "YEAR", ${month}, first: 200) { edges { node { date kind } } } }`,
        ),
    };
    const found: [string, number][] = [];
    for (const [name, run] of Object.entries(asked)) {
      expect(methodsOf(await world.statementsOf(run)).length).toBeLessThanOrEqual(10);
      found.push([name, await medianOf(run)]);
    }
    process.stderr.write(`${POSTINGS} postings over a year, milliseconds: ${JSON.stringify(found)}\n`);
    expect(found.filter(([, milliseconds]) => milliseconds > 15_000)).toEqual([]);
  }, 600_000);
});
