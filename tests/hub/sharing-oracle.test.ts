import { testAgainstOracle } from './sharing-oracle';

testAgainstOracle(160);
