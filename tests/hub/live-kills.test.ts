import { testLiveKills } from './live-kills';

testLiveKills({ screens: 50, kills: 2 });
