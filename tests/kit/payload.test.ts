import { badInput, Refusal, refuse } from '../../subgraphs/kit/errors';
import { payload } from '../../subgraphs/kit/payload';

const TEXT = { en: 'No such place.', zh: '无此地。' };
const refused = (...args: Parameters<typeof refuse>) =>
  Promise.reject(new Refusal([{ code: args[0], path: args[1], text: args[2] }]));

describe('payload', () => {
  it('is the noun and no errors when the action was done', async () => {
    const done = Promise.resolve({ id: '1' });
    expect(await payload('gridCase', { language: 'en' }, done)).toEqual({
      gridCase: { id: '1' },
      userErrors: [],
    });
  });

  it.each([
    ['en', 'No such place.'],
    ['zh', '无此地。'],
  ] as const)('is a null noun and every violation when it was refused: %s', async (language, message) => {
    const action = Promise.reject(
      new Refusal([
        { code: 'NOT_FOUND', path: ['rows', 2, 'origin'], text: TEXT },
        { code: 'CONFLICT', path: [], text: TEXT },
      ]),
    );
    expect(await payload('gridCase', { language }, action)).toEqual({
      gridCase: null,
      userErrors: [
        { code: 'NOT_FOUND', message, path: ['rows', '2', 'origin'] },
        { code: 'CONFLICT', message, path: [] },
      ],
    });
  });

  it('takes what `refuse` throws', async () => {
    const action = (async () => refuse('INVALID', ['month'], TEXT))();
    expect(await payload('batch', { language: 'en' }, action)).toEqual(
      await payload('batch', { language: 'en' }, refused('INVALID', ['month'], TEXT)),
    );
  });

  it.each([new Error('a bug'), badInput(TEXT)])('lets through what is no refusal: %s', async (error) => {
    await expect(payload('gridCase', { language: 'en' }, Promise.reject(error))).rejects.toBe(error);
  });
});
