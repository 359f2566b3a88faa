import { createHash } from 'node:crypto';
import type { FileFormat } from './formats/format';

export const SIDES = ['ORIGIN', 'DESTINATION'] as const;
export type Side = (typeof SIDES)[number];

/** What makes a push the same push: all that decides which figures its batches hold, and how they count. */
export interface PushIdentity {
  /** SHA-256 of the file's bytes, hex. */
  readonly sha256: string;
  readonly format: Pick<FileFormat, 'name' | 'head'>;
  readonly batchSize: number;
  /** The how-manieth time the file is reported on purpose. */
  readonly round: number;
}

/** Counted up when the rules by which rows are set aside change: an old key would then stand for other rows. */
const RULES_VERSION = 1;

/** The same for the same push on any machine and to any address of the hub. */
export function pushIdOf({ sha256, format: { name, head }, batchSize, round }: PushIdentity): string {
  const { minimumStayMonths, includesFlexible, referenceDay } = head?.definition ?? {};
  const told = head && [head.side, head.month, minimumStayMonths, includesFlexible, referenceDay];
  const digest = createHash('sha256')
    .update(JSON.stringify([RULES_VERSION, sha256, ...(told ?? []), batchSize, round]))
    .digest('hex')
    .slice(0, 32);
  const of = head ? `${head.month}/${head.side}/` : '';
  return `labor-flow/${of}${name === 'csv' ? '' : `${name}/`}${digest}`;
}

/**
 * The key of a batch. What is left of it without the rows that the hub refused is other content, so it gets a key of
 * its own, the same whenever the same rows (by position) were refused.
 */
export function batchKey(pushId: string, index: number, refused: ReadonlySet<number>): string {
  const key = `${pushId}/${index}`;
  if (refused.size === 0) return key;
  const positions = [...refused].sort((a, b) => a - b).join(',');
  return `${key}/without-${createHash('sha256').update(positions).digest('hex').slice(0, 32)}`;
}
