import { ClientError, unauthenticated } from '../../subgraphs/kit/errors';
import type { Text } from '../../subgraphs/kit/language';

export type InterruptionReason = 'SHUTTING_DOWN' | 'TOO_SLOW' | 'FEED_UNAVAILABLE';

const SENTENCES: Record<InterruptionReason, Text> = {
  SHUTTING_DOWN: {
    en: 'This gateway is being shut down. Subscribe again with the cursor in after; nothing is missed.',
    zh: '本网关正在停机，请以 after 中的游标重新订阅，不会遗漏事件。',
  },
  TOO_SLOW: {
    en: 'The events were not read as fast as they came. Subscribe again with the cursor in after; nothing is missed.',
    zh: '事件读取过慢，订阅已中断。请以 after 中的游标重新订阅，不会遗漏事件。',
  },
  FEED_UNAVAILABLE: {
    en: 'The events have been out of reach for a while. Subscribe again later with the cursor in after; nothing is missed.',
    zh: '事件来源持续无法访问，请稍后以 after 中的游标重新订阅，不会遗漏事件。',
  },
};

/** Why a subscription ends that could have gone on. */
export const interrupted = (reason: InterruptionReason): ClientError =>
  new ClientError('SUBSCRIPTION_INTERRUPTED', SENTENCES[reason], { reason });

/** The token that a subscription was opened with has ended. */
export const tokenEnded = (): ClientError =>
  new ClientError('UNAUTHENTICATED', {
    en: 'The token has expired. Sign in again, and subscribe with the cursor in after; nothing is missed.',
    zh: '令牌已过期。请重新登录，并以 after 中的游标重新订阅，不会遗漏事件。',
  });

export const notSignedIn = unauthenticated;

export const tooMany = (text: Text): ClientError => new ClientError('TOO_MANY_SUBSCRIPTIONS', text);
