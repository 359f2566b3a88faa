export type SecondmentStatus = 'PLANNED' | 'ACTIVE' | 'COMPLETED' | 'RECALLED' | 'DECLINED';

export type SecondmentEventKind = 'PLANNED' | 'ACCEPTED' | 'DECLINED' | 'EXTENDED' | 'RECALLED' | 'COMPLETED';

/** Whether a posting is still active though its last day lies before `today` (`YYYY-MM-DD`). */
export const isOverdue = (
  posting: { readonly status: SecondmentStatus; readonly ends_on: string },
  today: string,
): boolean => posting.status === 'ACTIVE' && posting.ends_on < today;

/** Where an officer works on a day of a posting: at the stint of that day, else at the host unit. */
export const hostOn = (
  posting: { readonly host_agency: string },
  stints: readonly { readonly host_agency: string; readonly starts_on: string; readonly ends_on: string }[],
  day: string,
): string => (stints.find((stint) => stint.starts_on <= day && day <= stint.ends_on) ?? posting).host_agency;
