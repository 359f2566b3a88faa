import { testPush } from './push';

testPush(100_000);
