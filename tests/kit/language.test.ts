import fc from 'fast-check';
import { LANGUAGES, languageOf } from '../../subgraphs/kit/language';

describe('languageOf', () => {
  it.each([
    ['nothing', undefined, 'en'],
    ['an empty header', '', 'en'],
    ['Chinese', 'zh', 'zh'],
    ['Chinese of a place', 'zh-CN', 'zh'],
    ['Chinese in another script', 'zh-Hant-TW', 'zh'],
    ['capitals', 'ZH-cn', 'zh'],
    ['English of a place', 'en-GB', 'en'],
    ['what a Chinese browser sends', 'zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['the one of higher quality, whatever comes first', 'en;q=0.8, zh;q=0.9', 'zh'],
    ['the first of equals', 'zh;q=0.5, en;q=0.5', 'zh'],
    ['a known one behind unknown ones', 'fr, de;q=0.9, zh;q=0.1', 'zh'],
    ['unknown ones only', 'fr, de', 'en'],
    ['a language that merely begins alike', 'zha, env', 'en'],
    ['what is refused by quality 0', 'zh;q=0', 'en'],
    ['any language', '*', 'en'],
    ['further parameters', 'zh;level=1;q=1, en;q=0.5', 'zh'],
    ['a quality that is no number', 'zh;q=1.2.3', 'en'],
  ])('answers %s', (_, header, language) => {
    expect(languageOf(header)).toBe(language);
  });

  it('answers anything at all with a language', () => {
    fc.assert(fc.property(fc.string(), (header) => expect(LANGUAGES).toContain(languageOf(header))));
  });
});
