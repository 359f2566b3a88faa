import type { Language } from '../../subgraphs/kit/language';

/** What a command is run with, beside its options. */
export interface Surroundings {
  /** Of the hub's sentences, and of what is said of rows. */
  language: Language;
  /** Aborted with a `Failure` when the command shall end. */
  signal: AbortSignal;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The language of the locale that the environment names: Chinese, or English for all others. */
export function languageOfLocale({ LC_ALL, LC_MESSAGES, LANG }: Environment): Language {
  return /^zh/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'zh' : 'en';
}
