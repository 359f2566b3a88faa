import { open, rename, rm } from 'node:fs/promises';
import { syncFolderOf } from './state-file';

/**
 * Writes what `produce` appends to a file, which appears only once it is whole; or to standard output when there is none,
 * for other programs and so without the byte order mark.
 */
export async function writeWhole<Result>(
  out: string | null,
  produce: (append: (text: string) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  if (out === null) return produce((text) => print(text.replace(/^\uFEFF/, '')));
  const draft = `${out}.part`;
  const handle = await open(draft, 'w');
  try {
    const result = await produce((text) => handle.appendFile(text));
    await handle.sync();
    await handle.close();
    await rename(draft, out);
    await syncFolderOf(out);
    return result;
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(draft, { force: true });
    throw error;
  }
}

const print = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
