import { createHash } from 'node:crypto';
import type { LicenseApplicationKind, LicenseDecisionOutcome } from '../schema-types';

/** What a certificate says. Whoever holds it is told this and nothing else. */
export interface CertificateContent {
  readonly address: string;
  readonly application: string;
  readonly business: string;
  readonly conditions: readonly { readonly dueOn: string; readonly text: string }[];
  readonly decidedOn: string;
  readonly issuer: string;
  /** Its name on that day; certificates from before it was kept have none. */
  readonly issuerName?: string;
  readonly kind: LicenseApplicationKind;
  readonly number: string;
  readonly outcome: LicenseDecisionOutcome;
  readonly procedureVersion: number;
  readonly shopName: string;
  readonly town: string;
}

/** The number of a certificate: `330421103-2026-L0001`. */
export const certificateNumber = (town: string, year: number, serial: number): string =>
  `${town}-${year}-L${String(serial).padStart(4, '0')}`;

const FIELDS = [
  'address',
  'application',
  'business',
  'conditions',
  'decidedOn',
  'issuer',
  'issuerName',
  'kind',
  'number',
  'outcome',
  'procedureVersion',
  'shopName',
  'town',
] as const satisfies (keyof CertificateContent)[];

/**
 * A certificate's content as the text that is hashed: JSON with its fields in the order of their names; what it does not
 * say is left out.
 */
export const contentText = (content: CertificateContent): string =>
  JSON.stringify(Object.fromEntries(FIELDS.map((field) => [field, content[field]])));

/** SHA-256 of a content's text, in hexadecimal. */
export const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/**
 * What a stored certificate says, when a number and hash are its own and its content is what was hashed; else null. A
 * content that was changed where it is stored fits neither the holder's hash nor its own.
 */
export function verifiedContent(
  certificate: { readonly number: string; readonly content: string; readonly hash: string } | null,
  number: string,
  hash: string,
): CertificateContent | null {
  if (!certificate || certificate.number !== number) return null;
  const claimed = hash.toLowerCase();
  if (claimed !== certificate.hash || claimed !== hashOf(certificate.content)) return null;
  const content = JSON.parse(certificate.content) as CertificateContent;
  return content.number === number ? content : null;
}
