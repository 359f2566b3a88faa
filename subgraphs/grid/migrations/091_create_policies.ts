import { createPolicies } from '../../kit/in-effect';
import type { Migration } from '../../kit/migrate';

export const createPolicyRows: Migration = {
  name: '091_create_policies',
  up: (sql) => sql(createPolicies('grid')),
};
