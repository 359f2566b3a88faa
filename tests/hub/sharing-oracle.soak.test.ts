import { testAgainstOracle } from './sharing-oracle';

testAgainstOracle(10_000);
