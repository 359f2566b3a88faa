import { refuse } from '../../kit/errors';
import type { PersonnelContext } from '../loaders';
import type { OpenSecondmentProgramInput } from '../schema-types';
import { checkProgram, programExists } from './rules';
import { insertProgram, type SecondmentProgramRow } from './store';

/** Opens a program that the caller's unit organizes. Throws a `Refusal` with every violation. */
export async function openProgram(
  context: PersonnelContext,
  input: OpenSecondmentProgramInput,
): Promise<SecondmentProgramRow> {
  const { agency } = context.signedIn;
  const program = { ...input, code: input.code.trim(), name: input.name.trim() };
  checkProgram(program).throwIfAny();
  return context.write(
    async (db) => (await insertProgram(db, program, agency)) ?? refuse('CONFLICT', ['code'], programExists),
  );
}
