import type { Text } from '../../kit/language';

export type SpotCheckFinding = 'PRESENT' | 'ABSENT';

export const MAXIMUM_NOTE = 500;
export const MAXIMUM_CONTENT = 2_000;
export const MAXIMUM_NAME = 100;

export const noNote: Text = {
  en: 'The note is empty. Say where the officer was looked for and what was found.',
  zh: '情况说明为空，请说明检查地点和结果。',
};

export const noTalker: Text = {
  en: 'Nobody is named. Say who talked with the officer.',
  zh: '谈话人为空，请填写。',
};

export const noContent: Text = {
  en: 'The content is empty. Say what the officer was reminded of.',
  zh: '谈话内容为空，请说明。',
};

export const isRecordedOtherwise: Text = {
  en: 'Your unit has recorded something else of this very time. Give another time.',
  zh: '本单位已登记同一时间的不同内容，请填写其他时间。',
};
