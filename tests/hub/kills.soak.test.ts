import { testKills } from './kills';

testKills(100);
