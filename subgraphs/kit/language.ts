export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A sentence for people, in each language that the hub speaks. */
export type Text = Readonly<Record<Language, string>>;

/**
 * The language that an `Accept-Language` header (RFC 9110, 12.5.4) asks for; English without one or when it asks
 * for neither.
 */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find((q) => q !== undefined);
      return { language: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return (
    LANGUAGES.find(
      (known) => known === wanted.find((w) => LANGUAGES.some((l) => l === w.language))?.language,
    ) ?? 'en'
  );
}
