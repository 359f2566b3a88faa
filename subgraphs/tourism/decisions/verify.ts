import type { Db } from '../../kit/database';
import type { LicenseApplicationKind, LicenseDecisionOutcome } from '../schema-types';
import { type CertificateContent, verifiedContent } from './certificate';
import { certificateByNumber } from './store';

/** What an issued certificate says; all of it but `isValid` null or empty when it is none. */
export interface Verification {
  readonly isValid: boolean;
  readonly number: string | null;
  readonly shopName: string | null;
  readonly address: string | null;
  readonly kind: LicenseApplicationKind | null;
  readonly business: string | null;
  readonly town: string | null;
  readonly outcome: LicenseDecisionOutcome | null;
  readonly decidedOn: string | null;
  readonly conditions: string[];
  /** The whole content, of which the paper is made. */
  readonly content: CertificateContent | null;
}

const NOTHING = {
  ...{ number: null, shopName: null, address: null, kind: null, business: null, town: null, outcome: null },
  ...{ decidedOn: null, conditions: [], content: null },
};

/** What the certificate of a number and hash says; of any other pair the same nothing. */
export async function verifyCertificate(db: Db, number: string, hash: string): Promise<Verification> {
  const content = verifiedContent(await certificateByNumber(db, number), number, hash);
  if (!content) return { isValid: false, ...NOTHING };
  const { shopName, address, kind, business, town, outcome, decidedOn, conditions } = content;
  return {
    ...{ isValid: true, number, shopName, address, kind, business, town, outcome, decidedOn },
    ...{ content, conditions: conditions.map(({ text }) => text) },
  };
}
