import { createDirectory } from '../../kit/directory';
import type { Migration } from '../../kit/migrate';

export const createDirectoryCopy: Migration = {
  name: '090_create_directory',
  up: (sql) => sql(createDirectory('agriculture')),
};
