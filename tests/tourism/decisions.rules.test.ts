import fc from 'fast-check';
import {
  type CertificateContent,
  certificateNumber,
  contentText,
  hashOf,
  verifiedContent,
} from '../../subgraphs/tourism/decisions/certificate';
import { decide, type Word } from '../../subgraphs/tourism/decisions/rules';

const VERDICTS = ['APPROVE', 'APPROVE_WITH_CONDITIONS', 'SUPPLEMENT', 'OBJECT'] as const;
const WORDS: readonly Word[] = VERDICTS.flatMap((verdict) => [
  { verdict, isVeto: false },
  { verdict, isVeto: true },
]);

/** What DOMAIN says in words, counted and not looked up: who may stop an application, who may only advise. */
function stated(words: readonly Word[]): string {
  let [stopped, postponed, attached] = [0, 0, 0];
  for (const { verdict, isVeto } of words) {
    if (verdict === 'OBJECT') stopped += isVeto ? 1 : 0;
    else if (verdict === 'SUPPLEMENT') postponed += isVeto ? 1 : 0;
    else if (verdict === 'APPROVE_WITH_CONDITIONS') attached += 1;
  }
  if (stopped > 0) return 'REJECTED';
  if (postponed > 0) return 'SENT_BACK';
  return attached > 0 ? 'APPROVED_WITH_CONDITIONS' : 'APPROVED';
}

/** Every row of `length` words. */
function* rows(length: number): Generator<Word[]> {
  if (length === 0) {
    yield [];
    return;
  }
  for (const rest of rows(length - 1)) for (const word of WORDS) yield [...rest, word];
}

describe('a decision', () => {
  it.each([0, 1, 2, 3, 4, 5, 6])('is as stated for every combination of %i words', (length) => {
    const wrong: string[] = [];
    let count = 0;
    for (const words of rows(length)) {
      count += 1;
      const found = decide(words).outcome ?? 'SENT_BACK';
      if (found !== stated(words)) wrong.push(`${JSON.stringify(words)} ${found}`);
    }
    expect(wrong).toEqual([]);
    expect(count).toBe(8 ** length);
  });

  it('names the line that gave it', () => {
    const line = (...words: Word[]) => decide(words).rule;
    expect(line({ verdict: 'OBJECT', isVeto: true }, { verdict: 'SUPPLEMENT', isVeto: true })).toBe(
      'VETO_OBJECTS',
    );
    expect(line({ verdict: 'SUPPLEMENT', isVeto: true })).toBe('VETO_ASKS_FOR_SUPPLEMENT');
    expect(line({ verdict: 'APPROVE_WITH_CONDITIONS', isVeto: false })).toBe('CONDITIONS_SET');
    expect(line({ verdict: 'OBJECT', isVeto: false })).toBe('NOTHING_IN_THE_WAY');
  });
});

describe('a certificate', () => {
  const content: CertificateContent = {
    ...{ address: '西街86号', application: '330421103-2026-0001', business: '民宿', decidedOn: '2026-11-17' },
    ...{ conditions: [{ dueOn: '2026-12-15', text: '木窗保持原样' }], issuer: '330421103-REVIEW' },
    ...{ kind: 'RENOVATION', number: '330421103-2026-L0001', outcome: 'APPROVED_WITH_CONDITIONS' },
    ...{ procedureVersion: 2, shopName: '廊桥客栈', town: '330421103' },
  };
  const text = contentText(content);
  const stored = { number: content.number, content: text, hash: hashOf(text) };

  it('has the number of its town, year and place in the series', () => {
    expect([certificateNumber('330421103', 2026, 7), certificateNumber('330421103', 2026, 12345)]).toEqual([
      '330421103-2026-L0007',
      '330421103-2026-L12345',
    ]);
  });

  it('is hashed over its fields in the order of their names, whatever order they came in', () => {
    expect(Object.keys(JSON.parse(text))).toEqual(Object.keys(JSON.parse(text)).sort());
    const shuffled = Object.fromEntries(Object.entries(content).reverse()) as unknown as CertificateContent;
    expect(contentText(shuffled)).toBe(text);
  });

  it('is verified by its own number and hash, in capitals too', () => {
    expect(verifiedContent(stored, content.number, stored.hash)).toEqual(content);
    expect(verifiedContent(stored, content.number, stored.hash.toUpperCase())).toEqual(content);
    expect(verifiedContent(null, content.number, stored.hash)).toBeNull();
    expect(verifiedContent(stored, '330421103-2026-L0002', stored.hash)).toBeNull();
  });

  it('is never verified once a character of what it says is another', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        fc.pre(character !== text[at]);
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        // Whoever changes the text where it is stored may leave its hash, or make it fit: the holder's does not.
        expect(verifiedContent({ ...stored, content: changed }, content.number, stored.hash)).toBeNull();
        const refitted = { ...stored, content: changed, hash: hashOf(changed) };
        expect(verifiedContent(refitted, content.number, stored.hash)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('is never verified by another hash', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{64}$/), (hash) => {
        fc.pre(hash !== stored.hash);
        expect(verifiedContent(stored, content.number, hash)).toBeNull();
      }),
    );
  });
});
