/** The name of the policy that says within how many working days a finding is to be put right. */
export const RECTIFICATION_POLICY = 'rectification-working-days';

/** Whether something that is due on a day, and not done, is overdue on another. */
export const isOverdue = (
  { status, due_on }: { readonly status: string; readonly due_on: string },
  today: string,
): boolean => status === 'OPEN' && due_on < today;
