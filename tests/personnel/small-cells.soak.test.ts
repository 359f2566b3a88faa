import { testAttacker } from './small-cells';

describe('small cells', () => {
  testAttacker({ values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], isWhole: true });
});
