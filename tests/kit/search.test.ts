import { searchGrams } from '../../subgraphs/kit/search';

describe('searchGrams', () => {
  it.each([
    ['金泽镇', ['金泽', '泽镇']],
    ['金泽', ['金泽']],
    ['镇', ['镇']],
    ['', []],
    ['金泽金泽', ['金泽', '泽金']],
    ['A座b', ['a座', '座b']],
    ['𠮷野家', ['𠮷野', '野家']],
    ['Ａ座', ['Ａ座']],
  ])('takes %j apart', (text, grams) => {
    expect(searchGrams(text)).toEqual(grams);
  });
});
