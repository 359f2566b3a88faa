import type { Logger } from 'pino';
import type { SharingReport } from '../../subgraphs/kit/disclosures';
import { ClientError } from '../../subgraphs/kit/errors';
import type { Stage } from '../operations/stage';
import {
  draftReceipt,
  type ReasonOf,
  type ReceiptRequest,
  type SharingExtensions,
  sharingExtensions,
} from './disclosure';
import type { GrantBook } from './grants';
import type { WithheldPlaces } from './places';
import type { ReceiptSealer } from './receipts';

export const receiptUnavailable = (): ClientError =>
  new ClientError('RECEIPT_UNAVAILABLE', {
    en: "The answer holds other units' data, and no receipt of that can be written now, so it is not shown. Try again shortly.",
    zh: '应答包含其他单位的数据，而当前无法写入回执，因此不予显示，请稍后重试。',
  });

/**
 * Seals the receipt of a request. What its answer has to say of sharing; throws when there is no receipt, and then the
 * answer must not leave.
 */
export async function sealSharing(
  report: SharingReport,
  request: ReceiptRequest,
  { grants, receipts }: { grants: GrantBook; receipts: ReceiptSealer },
  places: WithheldPlaces | null = null,
): Promise<SharingExtensions> {
  const { agency, purpose } = request.caller;
  const reasonOf: ReasonOf = (item, provider) => grants.reason(item, provider, agency, purpose);
  const sealed = await receipts.seal(draftReceipt(report, { ...request, at: new Date() }, reasonOf));
  return sharingExtensions(report, reasonOf, sealed, places);
}

/**
 * Accounts for what an answer showed of other units' conditional and withheld data, and for what it refused: says in
 * `extensions.withheld` what is missing and why, and seals a receipt before the answer leaves. Without its receipt such
 * an answer does not leave. Of subscriptions see `SubscriptionReceipts`.
 */
export function accountForSharing(options: {
  grants: GrantBook;
  receipts: ReceiptSealer;
  name: string;
  logger: Logger;
}): Stage {
  const { logger } = options;
  return {
    async complete({ http, result }, { context, operation }) {
      const { caller, disclosures, places, requestId, language, cancellation, ids, span } = context;
      if (!caller || disclosures.isEmpty) return;
      const operationName = operation?.name?.value ?? null;
      const request = { caller, gateway: options.name, requestId, operationName };
      const sealing = span?.child('seal receipt');
      try {
        const sealed = await cancellation.race(sealSharing(disclosures.report(), request, options, places));
        result.extensions = { ...result.extensions, ...sealed };
        sealing?.end();
      } catch (error) {
        logger.error({ err: error, ...ids }, 'a receipt could not be sealed');
        const { code, text } = receiptUnavailable();
        sealing?.end(code);
        result.data = null;
        result.errors = [{ message: text[language], extensions: { code } }];
        http.status = 503;
      }
    },
  };
}
