import { createHash } from 'node:crypto';

/** The id of a demo row: the same at every load, and as opaque as any other. */
export const demoId = (...name: (string | number)[]): string =>
  createHash('sha256')
    .update(name.join('/'))
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
