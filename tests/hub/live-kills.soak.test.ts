import { testLiveKills } from './live-kills';

testLiveKills({ screens: 1_000, kills: 30 });
