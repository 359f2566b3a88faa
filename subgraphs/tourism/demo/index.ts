import type { Dataset } from '../../kit/load';
import { loadProcedures } from './procedures';

export const tourism: Dataset = {
  name: 'demo',
  version: '1',
  load: loadProcedures,
};
