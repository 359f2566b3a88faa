import type { Text } from '../../kit/language';

export const noSuchOfficer: Text = {
  en: 'There is no such officer. Take the id from a list of officers.',
  zh: '不存在该干部，请从干部列表中获取标识。',
};
