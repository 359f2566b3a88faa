export type SecondmentStatus = 'PLANNED' | 'ACTIVE' | 'COMPLETED' | 'RECALLED' | 'DECLINED';

export type SecondmentEventKind = 'PLANNED' | 'ACCEPTED' | 'DECLINED' | 'EXTENDED' | 'RECALLED' | 'COMPLETED';

/** Whether a posting is still active though its last day lies before `today` (`YYYY-MM-DD`). */
export const isOverdue = (
  posting: { readonly status: SecondmentStatus; readonly ends_on: string },
  today: string,
): boolean => posting.status === 'ACTIVE' && posting.ends_on < today;
