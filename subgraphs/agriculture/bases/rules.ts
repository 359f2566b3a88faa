/** What an accreditation's row can say. That it has expired follows from its last valid day. */
export type StoredAccreditationStatus =
  | 'APPLIED'
  | 'ACCREDITED'
  | 'REJECTED'
  | 'WARNED'
  | 'SUSPENDED'
  | 'REVOKED';

export type AccreditationStatus = StoredAccreditationStatus | 'EXPIRED';

/** The statuses in which a base may call itself accredited. */
export const HOLDING_STATUSES = ['ACCREDITED', 'WARNED'] as const satisfies readonly AccreditationStatus[];

const CAN_EXPIRE = {
  APPLIED: false,
  ACCREDITED: true,
  REJECTED: false,
  WARNED: true,
  SUSPENDED: true,
  REVOKED: false,
} as const satisfies Record<StoredAccreditationStatus, boolean>;

/** The status of an accreditation on a day: after its last valid day it has expired, unless it was taken away before. */
export function accreditationStatusOn(
  accreditation: { readonly status: StoredAccreditationStatus; readonly valid_until: string | null },
  day: string,
): AccreditationStatus {
  const { status, valid_until: validUntil } = accreditation;
  return CAN_EXPIRE[status] && validUntil !== null && validUntil < day ? 'EXPIRED' : status;
}
