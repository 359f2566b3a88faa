/** How the script ends; told in every `--help`. */
export const EXIT = {
  done: 0,
  refused: 1,
  unusable: 2,
  unreachable: 3,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A reason to stop that is no bug: its message is the sentence that the caller reads. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}

/** The command, or a file that it names, makes no sense as it is. */
export const unusable = (message: string): Failure => new Failure(EXIT.unusable, message);

/** An error with `advice` behind its sentence; bugs stay as they are. */
export const advise = (error: unknown, advice: string): unknown => {
  const failure = asFailure(error);
  return failure ? new Failure(failure.exitCode, `${failure.message} ${advice}`) : error;
};

/** What is to be told of an error: failures as they are, the operating system's as a sentence, null for bugs. */
export function asFailure(error: unknown): Failure | null {
  if (error instanceof Failure) return error;
  if (!isSystemError(error)) return null;
  const { code, syscall, path = '' } = error;
  switch (code) {
    case 'ENOENT':
      return unusable(`There is no file or folder ${path}.`);
    case 'EISDIR':
      return unusable(`${path || 'What should be a file'} is a folder.`);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return unusable(`${path || 'A file'} may not be opened for this by the present user (${code}).`);
    case 'EPIPE':
      return unusable('Standard output is read no more.');
    case 'ENOSPC':
      return unusable(`There is no space left for ${path || 'the files that are written'}.`);
    default:
      return unusable(`The system call ${syscall} failed ${path && `on ${path} `}(${code}).`);
  }
}

/** The code that Node, or a library in its manner, gives an error: `ENOENT`. */
export const codeOf = (error: unknown): string | undefined =>
  isObject(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  isObject(error) && 'syscall' in error && codeOf(error) !== undefined;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
