import { Refusal, type ViolationCode } from './errors';
import type { Language } from './language';

interface UserError {
  code: ViolationCode;
  message: string;
  path: string[];
}

/**
 * The payload of a mutation: `{ [noun]: result, userErrors: [] }`, or a null noun with every violation in the
 * caller's language when the action was refused.
 */
export async function payload<Noun extends string, Result>(
  noun: Noun,
  context: { language: Language },
  action: Promise<Result>,
): Promise<Record<Noun, Result | null> & { userErrors: UserError[] }> {
  let result: Result | null = null;
  let userErrors: UserError[] = [];
  try {
    result = await action;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    userErrors = error.violations.map(({ code, path, text }) => ({
      code,
      message: text[context.language],
      path: path.map(String),
    }));
  }
  return { [noun]: result, userErrors } as Record<Noun, Result | null> & { userErrors: UserError[] };
}
