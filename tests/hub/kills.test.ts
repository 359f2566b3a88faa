import { testKills } from './kills';

testKills(3);
