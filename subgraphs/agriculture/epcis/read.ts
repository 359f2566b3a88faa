import { Violations } from '../../kit/errors';
import type { Text } from '../../kit/language';
import { eventHashId, wordOf } from './hash';
import { classOf, PARTY_ADDRESS } from './rules';

/** What a document says of a batch, ready to be carried out. */
export interface EventToTake {
  /** Where it stands in the document. */
  readonly index: number;
  readonly eventId: string;
  readonly at: Date;
  readonly what:
    | { readonly kind: 'SHIPPED'; readonly recipient: string; readonly quantityKg: number }
    | { readonly kind: 'RECEIVED'; readonly quantityKg: number }
    | {
        readonly kind: 'CORRECTED';
        readonly error: 'DID_NOT_OCCUR' | 'INCORRECT_DATA';
        readonly declaredAt: Date;
      };
}

type Json = Readonly<Record<string, unknown>>;

export const MAXIMUM_EVENTS = 500;
export const MAXIMUM_CHARACTERS = 2_000_000;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const HASH_ID = /^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value));

/** The events of an EPCIS 2.0 document in JSON-LD; a sentence for a text that is none. */
export function eventsOfDocument(text: string): readonly unknown[] | Text {
  const none = (en: string, zh: string): Text => ({
    en: `The document is no EPCIS 2.0 document in JSON-LD: ${en}.`,
    zh: `该文本不是 EPCIS 2.0 JSON-LD 文档：${zh}。`,
  });
  if (text.length > MAXIMUM_CHARACTERS) {
    return none(
      `it is longer than ${MAXIMUM_CHARACTERS} characters`,
      `长度超过 ${MAXIMUM_CHARACTERS} 个字符`,
    );
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return none('it is not JSON', '不是 JSON');
  }
  if (!isObject(document) || document.type !== 'EPCISDocument' || !isObject(document.epcisBody)) {
    return none(
      'its type is not EPCISDocument, or it has no epcisBody',
      'type 不是 EPCISDocument，或缺少 epcisBody',
    );
  }
  if (!/^2\.\d/.test(String(document.schemaVersion))) {
    return none('its schemaVersion is not 2.0', 'schemaVersion 不是 2.0');
  }
  const { eventList, event } = document.epcisBody;
  const events = Array.isArray(eventList) ? eventList : event === undefined ? null : [event];
  if (!events || events.length === 0) return none('it has no events', '没有事件');
  if (events.length > MAXIMUM_EVENTS) {
    return none(`it has more than ${MAXIMUM_EVENTS} events`, `事件超过 ${MAXIMUM_EVENTS} 个`);
  }
  return events;
}

/**
 * What events of a document say of a batch that is not known yet, in the order in which it happened, and every violation.
 * `known` are the ids of the events that the batch has: they were taken before, or are the hub's own.
 */
export function readEvents(
  events: readonly unknown[],
  batch: { readonly id: string },
  known: ReadonlySet<string>,
): { violations: Violations; events: EventToTake[] } {
  const violations = new Violations();
  const taken = events.flatMap((event, index) => {
    const say = (en: string, zh: string): [] => {
      violations.add('INVALID', ['document', index], {
        en: `Event ${index + 1} cannot be taken: ${en}.`,
        zh: `第 ${index + 1} 个事件无法导入：${zh}。`,
      });
      return [];
    };
    if (!isObject(event)) return say('it is no object', '不是对象');
    const { eventID: eventId, eventTime, eventTimeZoneOffset, errorDeclaration: declared } = event;
    if (typeof eventId !== 'string' || !/^[a-z][a-z0-9+.-]*:\S{1,200}$/i.test(eventId)) {
      return say(
        'it has no eventID, by which it would be known when it comes again',
        '缺少 eventID，无法识别重复',
      );
    }
    if (!isInstant(eventTime) || !/^[+-]\d\d:\d\d$/.test(String(eventTimeZoneOffset))) {
      return say('its eventTime or eventTimeZoneOffset is none', 'eventTime 或 eventTimeZoneOffset 无效');
    }
    if (HASH_ID.test(eventId) && eventHashId(event) !== eventId) {
      return say('its content is not what its id is the hash of', '内容与其散列标识不符');
    }
    if (declared !== undefined) return readDeclaration(event, { index, eventId, known, say });
    if (known.has(eventId)) return [];
    const ours = classOf(batch);
    const quantities = Array.isArray(event.quantityList) ? event.quantityList.filter(isObject) : [];
    const [quantity] = quantities;
    if (event.type !== 'ObjectEvent') {
      return say(
        `${String(event.type)} is told by this hub alone: use splitBatch and mergeBatches`,
        `${String(event.type)} 须在平台内办理，请使用 splitBatch、mergeBatches`,
      );
    }
    if (quantities.length !== 1 || quantity?.epcClass !== ours) {
      return say(`it is not of this batch alone (${ours})`, `不是仅关于该批次（${ours}）`);
    }
    if (quantity.uom !== 'KGM' || typeof quantity.quantity !== 'number' || !(quantity.quantity > 0)) {
      return say('its quantity is not more than 0 in KGM', '数量应大于 0，单位为 KGM');
    }
    const at = new Date(eventTime);
    switch (wordOf('bizStep', event.bizStep).replace(/^.*BizStep-/, '')) {
      case 'shipping': {
        const recipient = recipientOf(event);
        if (recipient === null)
          return say(
            'it does not say whose it becomes (possessing_party)',
            '未写明收货方（possessing_party）',
          );
        return [
          {
            ...{ index, eventId, at },
            what: { kind: 'SHIPPED', recipient, quantityKg: quantity.quantity },
          } satisfies EventToTake,
        ];
      }
      case 'receiving':
        return [
          {
            index,
            eventId,
            at,
            what: { kind: 'RECEIVED', quantityKg: quantity.quantity },
          } satisfies EventToTake,
        ];
      default:
        return say(
          `only shipping and receiving come from elsewhere, and this is "${String(event.bizStep)}": record it with its own action`,
          `仅可导入发运和接收，此为“${String(event.bizStep)}”，请使用相应操作登记`,
        );
    }
  });
  return { violations, events: inOrder(taken) };
}

interface Reading {
  index: number;
  eventId: string;
  known: ReadonlySet<string>;
  say: (en: string, zh: string) => [];
}

function readDeclaration(event: Json, { index, eventId, say }: Reading): EventToTake[] {
  const declared = event.errorDeclaration;
  if (!isObject(declared) || !isInstant(declared.declarationTime)) {
    return say('its errorDeclaration has no declarationTime', 'errorDeclaration 缺少 declarationTime');
  }
  const reason = wordOf('reason', declared.reason).replace(/^.*(?:ER-|\/)/, '');
  const error =
    reason === 'did_not_occur' ? 'DID_NOT_OCCUR' : reason === 'incorrect_data' ? 'INCORRECT_DATA' : null;
  if (error === null) {
    return say(
      'the reason of its errorDeclaration is neither did_not_occur nor incorrect_data',
      '更正原因应为 did_not_occur 或 incorrect_data',
    );
  }
  const declaredAt = new Date(declared.declarationTime);
  return [{ index, eventId, at: declaredAt, what: { kind: 'CORRECTED', error, declaredAt } }];
}

/** Who a batch is sent to: the last part of an address of this hub, or the address itself. */
function recipientOf({ destinationList }: Json): string | null {
  const ends = Array.isArray(destinationList) ? destinationList.filter(isObject) : [];
  const end = ends.find(({ type }) => wordOf('type', type).endsWith('SDT-possessing_party'));
  if (typeof end?.destination !== 'string') return null;
  const { destination } = end;
  return destination.startsWith(PARTY_ADDRESS)
    ? decodeURIComponent(destination.slice(PARTY_ADDRESS.length))
    : destination;
}

const inOrder = (events: readonly EventToTake[]): EventToTake[] =>
  [...events].sort((a, b) => a.at.getTime() - b.at.getTime() || a.index - b.index);
