import { badInput } from '../../kit/errors';

/** To whoever asks about a product that is in no food tree: an empty answer would read as "anything goes". */
export const noSuchProduct = (code: string) =>
  badInput({
    en: `No product has the code "${code}". Look it up with products.`,
    zh: `没有代码为“${code}”的产品。请用 products 查询。`,
  });
