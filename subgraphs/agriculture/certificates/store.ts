import type { Db } from '../../kit/database';

/** What is printed on a certificate, and hashed. */
export interface CertificateContent {
  readonly number: string;
  readonly productName: string;
  /** A decimal as text. */
  readonly quantityKg: string;
  readonly producer: string;
  readonly origin: string;
  readonly originCode: string;
  readonly batchCode: string;
  readonly basis: readonly CertificateBasis[];
  readonly statement: string;
  readonly issuedOn: string;
}

export type CertificateBasis = 'QUALITY_CONTROL' | 'OWN_TEST' | 'COMMISSIONED_TEST';
export type CertificateState = 'VALID' | 'RECALLED' | 'SUPERSEDED';

export interface ConformityCertificateRow {
  number: string;
  sha256: string;
  batch_id: string;
  content: CertificateContent;
  state: CertificateState;
  issued_by: string;
  issued_at: Date;
}

const COLUMNS = [
  'number',
  'sha256',
  'batch_id',
  'content',
  'state',
  'issued_by',
  'issued_at',
] as const satisfies (keyof ConformityCertificateRow)[];

export async function certificatesOf(
  db: Db,
  batches: readonly string[],
): Promise<ConformityCertificateRow[]> {
  return db<ConformityCertificateRow>('conformity_certificates')
    .comment('certificates.ofBatches')
    .select<ConformityCertificateRow[]>(...COLUMNS)
    .whereIn('batch_id', [...batches])
    .orderBy([{ column: 'issued_at', order: 'desc' }, { column: 'number' }]);
}

/** The certificate of a number whose content has this hash; null for any other. */
export async function verified(
  db: Db,
  number: string,
  sha256: string,
): Promise<ConformityCertificateRow | null> {
  const [row] = await db<ConformityCertificateRow>('conformity_certificates')
    .comment('certificates.verify')
    .select<ConformityCertificateRow[]>(...COLUMNS)
    .where({ number, sha256: sha256.toLowerCase() });
  return row ?? null;
}

/** Stores a certificate; null when there is one of the number. */
export async function insertCertificate(
  db: Db,
  row: Omit<ConformityCertificateRow, 'state'>,
): Promise<ConformityCertificateRow | null> {
  const [stored] = await db('conformity_certificates')
    .comment('certificates.insert')
    .insert({ ...row, content: JSON.stringify(row.content) })
    .onConflict()
    .ignore()
    .returning<ConformityCertificateRow[]>([...COLUMNS]);
  return stored ?? null;
}

/** Ends the certificates of batches that still hold; a recall ends those that were superseded too. */
export async function markCertificates(
  db: Db,
  batches: readonly string[],
  state: 'RECALLED' | 'SUPERSEDED',
): Promise<void> {
  await db('conformity_certificates')
    .comment('certificates.mark')
    .whereIn('batch_id', [...batches])
    .whereIn('state', state === 'RECALLED' ? ['VALID', 'SUPERSEDED'] : ['VALID'])
    .update({ state });
}
