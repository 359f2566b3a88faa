import type { Db } from '../../kit/database';
import type { CertificateVerification } from '../schema-types';
import { verifiedContent } from './certificate';
import { certificateByNumber } from './store';

const NOTHING = {
  ...{ number: null, shopName: null, address: null, kind: null, business: null, town: null, outcome: null },
  ...{ decidedOn: null, conditions: [] },
};

/** What the certificate of a number and hash says; of any other pair the same nothing. */
export async function verifyCertificate(
  db: Db,
  number: string,
  hash: string,
): Promise<CertificateVerification> {
  const content = verifiedContent(await certificateByNumber(db, number), number, hash);
  if (!content) return { isValid: false, ...NOTHING };
  const { shopName, address, kind, business, town, outcome, decidedOn, conditions } = content;
  return {
    ...{ isValid: true, number, shopName, address, kind, business, town, outcome, decidedOn },
    conditions: conditions.map(({ text }) => text),
  };
}
