import { createHash } from 'node:crypto';

/*
 * The EPCIS event hash of the Core Business Vocabulary 2.0 (8.9.2, "EPCIS Event Hash ID"): an id that everyone who holds
 * an event makes of its content. Its fields are written one behind the other in the standard's order, each with its name, in
 * their longest forms; what says when and under which id the event was recorded, and that it was wrong, is left out.
 */

type Json = Readonly<Record<string, unknown>>;

/** The properties of the events that this hub tells and takes, in the order of the standard's table. */
const ORDER = [
  ...[
    'eventTime',
    'eventTimeZoneOffset',
    'quantityList',
    'inputQuantityList',
    'outputQuantityList',
    'action',
  ],
  ...[
    'transformationID',
    'bizStep',
    'disposition',
    'readPoint',
    'bizLocation',
    'sourceList',
    'destinationList',
  ],
] as const;
/** What is no part of the hash. */
const IGNORED = ['type', 'eventID', 'recordTime', 'errorDeclaration', '@context'];

const VOCABULARY = 'https://ref.gs1.org/cbv/';
const PREFIXES: Readonly<Record<string, string>> = {
  ...{ bizStep: 'BizStep-', disposition: 'Disp-', type: 'SDT-' },
};

/** A word of the vocabulary as its address, however it was given: bare, as an address, or as a name of the versions before. */
export function wordOf(property: string, value: unknown): string {
  const text = String(value).trim();
  const name = /^urn:epcglobal:cbv:(?:bizstep|disp|sdt):(.+)$/.exec(text)?.[1] ?? text;
  return /^[A-Za-z_]+$/.test(name) ? `${VOCABULARY}${PREFIXES[property] ?? ''}${name}` : name;
}

const instantOf = (value: unknown): string => new Date(String(value)).toISOString();
/** A number without what says nothing: 200, 0.5. */
const numberOf = (value: unknown): string => String(Number(value));

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

function quantityText({ epcClass, quantity, uom }: Json): string {
  return [
    'quantityElement',
    ...(epcClass === undefined ? [] : [`epcClass=${String(epcClass).trim()}`]),
    ...(quantity === undefined ? [] : [`quantity=${numberOf(quantity)}`]),
    ...(uom === undefined ? [] : [`uom=${String(uom).trim()}`]),
  ].join('');
}

function propertyText(name: (typeof ORDER)[number], value: unknown): string {
  switch (name) {
    case 'eventTime':
      return `${name}=${instantOf(value)}`;
    case 'quantityList':
    case 'inputQuantityList':
    case 'outputQuantityList':
      return `${name}${listOf(value).map(quantityText).sort().join('')}`;
    case 'bizStep':
    case 'disposition':
      return `${name}=${wordOf(name, value)}`;
    case 'readPoint':
    case 'bizLocation':
      return `${name}id=${isObject(value) ? String(value.id) : ''}`;
    case 'sourceList':
    case 'destinationList': {
      const end = name === 'sourceList' ? 'source' : 'destination';
      const texts = listOf(value).map(
        (entry) => `type=${wordOf('type', entry.type)}${end}=${String(entry[end]).trim()}`,
      );
      return `${name}${texts.sort().join('')}`;
    }
    default:
      return `${name}=${String(value).trim()}`;
  }
}

/**
 * The text that is hashed of an event. Null for an event with properties that this hub knows nothing of: of those it
 * cannot say the hash.
 */
export function preHash(event: Json): string | null {
  const known: readonly string[] = [...ORDER, ...IGNORED];
  if (Object.keys(event).some((name) => !known.includes(name))) return null;
  const texts = ORDER.flatMap((name) => (event[name] === undefined ? [] : [propertyText(name, event[name])]));
  return `eventType=${String(event.type)}${texts.join('')}`;
}

/** The id of an event by its content; null for one whose hash cannot be said. */
export function eventHashId(event: Json): string | null {
  const text = preHash(event);
  return text === null
    ? null
    : `ni:///sha-256;${createHash('sha256').update(text, 'utf8').digest('hex')}?ver=CBV2.0`;
}
