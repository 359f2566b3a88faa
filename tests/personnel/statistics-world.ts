import { randomUUID } from 'node:crypto';
import { personnel } from '../../subgraphs/personnel';
import { type Caller, useSubgraph } from '../support/subgraph';
import { viewer } from '../support/viewer';

export const SUBMIT = `mutation ($input: SubmitLaborFlowReportsInput!) {
  submitLaborFlowReports(input: $input) { batch { newRows revisedRows unchangedRows } userErrors { code message path } }
}`;
export const WITHDRAW = `mutation ($input: WithdrawLaborFlowReportsInput!) {
  withdrawLaborFlowReports(input: $input) { batch { id withdrawnRows unchangedRows } userErrors { code message path } }
}`;
const FIGURES = `reportedByOrigin { workers obsStatus confStatus } reportedByDestination { workers obsStatus confStatus }
  asymmetry reconciled { workers low high obsStatus confStatus method rule explanation }`;
export const FLOW = `query ($origin: JurisdictionCode!, $destination: JurisdictionCode!, $month: Month!, $sector: Sector) {
  laborFlow(origin: $origin, destination: $destination, month: $month, sector: $sector) { ${FIGURES} }
}`;
export const ASYMMETRIES = `query ($month: Month!, $level: LaborFlowLevel!, $sector: Sector, $side: LaborFlowSide, $originUnder: JurisdictionCode, $first: Int, $after: String) {
  laborFlowAsymmetries(month: $month, originLevel: $level, destinationLevel: $level, sector: $sector, side: $side, originUnder: $originUnder, first: $first, after: $after) {
    edges { cursor node { origin { code } destination { code } ${FIGURES} } } pageInfo { hasNextPage endCursor }
  }
}`;
export const MATRIX = `query ($month: Month!, $from: LaborFlowLevel!, $to: LaborFlowLevel!, $sector: Sector, $side: LaborFlowSide, $originUnder: JurisdictionCode, $destinationUnder: JurisdictionCode) {
  laborFlowMatrix(month: $month, originLevel: $from, destinationLevel: $to, sector: $sector, side: $side, originUnder: $originUnder, destinationUnder: $destinationUnder) {
    origins { code } destinations { code } cells { originCode destinationCode workers obsStatus confStatus }
  }
}`;
export const SERIES = `query ($origin: JurisdictionCode!, $destination: JurisdictionCode!, $from: Month!, $to: Month!, $side: LaborFlowSide) {
  laborFlowSeries(origin: $origin, destination: $destination, from: $from, to: $to, side: $side) {
    points { month workers obsStatus monthOnMonth yearOnYear }
  }
}`;
export const BALANCE = `query ($place: JurisdictionCode!, $month: Month!, $sector: Sector, $side: LaborFlowSide) {
  laborFlowBalance(place: $place, month: $month, sector: $sector, side: $side) {
    total { sector inflow { workers obsStatus } outflow { workers obsStatus } net }
    bySector { sector inflow { workers obsStatus } outflow { workers obsStatus } net }
  }
}`;
export const TOP = `query ($place: JurisdictionCode!, $month: Month!, $level: LaborFlowLevel!, $first: Int!, $side: LaborFlowSide) {
  laborFlowTopOrigins(destination: $place, month: $month, level: $level, first: $first, side: $side) { place { code } workers obsStatus }
  laborFlowTopDestinations(origin: $place, month: $month, level: $level, first: $first, side: $side) { place { code } workers obsStatus }
}`;

export const hr = (agency: string) => viewer(agency, { functions: ['HUMAN_RESOURCES'] });
export const definition = { minimumStayMonths: 6, includesFlexible: true, referenceDay: '2019-05-31' };
export type Row = [origin: string, destination: string, sector: string, workers: number];

/** The personnel subgraph, for tests that report figures and ask what they come to. */
export function useStatistics() {
  const world = useSubgraph(personnel);
  const as = (agency: string) => world.as(hr(agency));
  const stranger = () => world.as(viewer('310000-YRDOFFICE'));

  let months = 0;
  const freshMonth = () => {
    months += 1;
    return `${1980 + Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
  };
  const submit = async (
    agency: string,
    side: 'ORIGIN' | 'DESTINATION',
    month: string,
    rows: readonly Row[],
    more: object = {},
  ) => {
    const input = {
      ...{ batchKey: randomUUID(), month, side, definition: { ...definition, ...more } },
      rows: rows.map(([origin, destination, sector, workers]) => ({ origin, destination, sector, workers })),
    };
    const { userErrors } = await as(agency).do(SUBMIT, input);
    expect(userErrors).toEqual([]);
  };
  const withdraw = (
    agency: string,
    side: 'ORIGIN' | 'DESTINATION',
    month: string,
    rows: readonly (readonly [string, string, string, ...unknown[]])[],
    batchKey = randomUUID() as string,
  ) =>
    as(agency).do(WITHDRAW, {
      ...{ batchKey, month, side },
      rows: rows.map(([origin, destination, sector]) => ({ origin, destination, sector })),
    });
  const flow = async (caller: Caller, origin: string, destination: string, month: string, sector?: string) =>
    (await caller.ask(FLOW, { origin, destination, month, sector })).laborFlow;
  const matrixOf = async (caller: Caller, variables: object) =>
    (await caller.ask(MATRIX, { ...variables })).laborFlowMatrix;
  return { world, as, stranger, freshMonth, submit, withdraw, flow, matrixOf };
}
