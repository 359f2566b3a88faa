import { testSums } from './labor-flow-sums';

describe('the sums of labor flow', () => {
  testSums(500);
});
