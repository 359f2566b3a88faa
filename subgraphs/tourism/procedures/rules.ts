import type { ReviewFunctionRow, ReviewMaterialRow, ReviewProcedureRow } from './store';

/** One version of a procedure with everything that it lays down. */
export interface ProcedureContent {
  readonly procedure: Pick<
    ReviewProcedureRow,
    'meeting_weekday' | 'cut_off_working_days' | 'cut_off_time' | 'quorum' | 'capacity'
  >;
  readonly functions: readonly Pick<ReviewFunctionRow, 'code' | 'is_veto'>[];
  readonly materials: readonly Pick<ReviewMaterialRow, 'code' | 'name' | 'kinds'>[];
}

export interface ProcedureDifference {
  field: string;
  here: string | null;
  there: string | null;
}

/** What a procedure lays down, as text by the path of the schema's fields; list entries are known by their code. */
function provisionsOf({ procedure, functions, materials }: ProcedureContent): Map<string, string> {
  return new Map([
    ['meetingWeekday', procedure.meeting_weekday],
    ['cutOff.workingDaysBefore', String(procedure.cut_off_working_days)],
    ['cutOff.timeOfDay', procedure.cut_off_time],
    ['quorum', String(procedure.quorum)],
    ['capacity', String(procedure.capacity)],
    ...functions.map((f): [string, string] => [`requiredFunctions.${f.code}.isVeto`, String(f.is_veto)]),
    ...materials.flatMap((m): [string, string][] => [
      [`materialList.${m.code}.name`, m.name],
      [`materialList.${m.code}.kinds`, [...m.kinds].sort().join(', ')],
    ]),
  ]);
}

/**
 * What differs between two procedures, in the order of the fields' paths. A side that lacks a list entry is null. Place,
 * version and days are no difference: they say which procedure it is, not what it lays down.
 */
export function compareProcedures(here: ProcedureContent, there: ProcedureContent): ProcedureDifference[] {
  const [ours, theirs] = [provisionsOf(here), provisionsOf(there)];
  const fields = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return fields
    .map((field) => ({ field, here: ours.get(field) ?? null, there: theirs.get(field) ?? null }))
    .filter((difference) => difference.here !== difference.there);
}
