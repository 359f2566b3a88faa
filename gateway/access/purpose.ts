import { ClientError } from '../../subgraphs/kit/errors';

/** What a caller says it reads for, in its header: percent-encoded UTF-8, because headers carry ASCII. */
export function decodePurpose(header: string | undefined): string | null {
  if (header === undefined || header === '') return null;
  try {
    return decodeURIComponent(header);
  } catch {
    throw new ClientError('BAD_REQUEST', {
      en: 'The hub-purpose header is not percent-encoded UTF-8. Encode it with encodeURIComponent or its like.',
      zh: 'hub-purpose 请求头不是有效的 UTF-8 百分号编码，请编码后再发送。',
    });
  }
}
