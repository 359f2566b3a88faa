import type { Texts } from './catalog';

interface Pattern {
  shape: RegExp;
  chinese: string;
}

const patterns = new WeakMap<Texts, Pattern[]>();

function patternsOf(texts: Texts): Pattern[] {
  const known = patterns.get(texts);
  if (known) return known;
  const made = Object.entries(texts)
    .filter(([english]) => english.includes('{}'))
    .map(([english, chinese]) => ({
      shape: new RegExp(`^${english.split('{}').map(escaped).join('(.+?)')}$`),
      chinese,
    }));
  patterns.set(texts, made);
  return made;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A text in Chinese; null for one that is none of the texts. */
export function chineseOf(text: string, texts: Texts): string | null {
  const whole = texts[text];
  if (whole !== undefined) return whole;
  for (const { shape, chinese } of patternsOf(texts)) {
    const parts = shape.exec(text)?.slice(1);
    if (!parts) continue;
    let index = 0;
    return chinese.replace(/\{\}/g, () => {
      const part = parts[index++] ?? '';
      return texts[part] ?? part;
    });
  }
  return null;
}
