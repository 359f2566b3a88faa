import { testPush } from './push';

testPush(20_000);
