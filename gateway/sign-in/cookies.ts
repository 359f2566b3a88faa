import { parse, type SerializeOptions, serialize } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface Cookie {
  name: string;
  settings: SerializeOptions;
}

/**
 * What browsers keep for the hub: who is signed in, on every request; what renews that, and what an attempt to sign in must
 * match, on those to `/sign-in` alone. Over TLS their names bind them to it, and the session's to this host and its root.
 */
export function cookiesAt(address: string) {
  const secure = address.startsWith('https:');
  return {
    session: {
      name: secure ? '__Host-hub-session' : 'hub-session',
      settings: { path: '/', httpOnly: true, sameSite: 'strict', secure },
    },
    renewal: {
      name: secure ? '__Secure-hub-renewal' : 'hub-renewal',
      settings: { path: '/sign-in', httpOnly: true, sameSite: 'strict', secure },
    },
    // Lax: the way back from the issuer is a navigation from another site.
    attempt: {
      name: secure ? '__Secure-hub-sign-in' : 'hub-sign-in',
      settings: { path: '/sign-in', httpOnly: true, sameSite: 'lax', secure },
    },
  } as const satisfies Record<string, Cookie>;
}

/** The most of a cookie that every browser keeps, with its name and settings. */
const MOST_BYTES = 3_900;

export const fitsCookie = (value: string): boolean => value.length <= MOST_BYTES;

export const sentCookie = (request: FastifyRequest, { name }: Cookie): string | undefined =>
  parse(request.headers.cookie ?? '')[name];

export function setCookie(
  reply: FastifyReply,
  { name, settings }: Cookie,
  value: string,
  expires: Date,
): void {
  reply.header('set-cookie', serialize(name, value, { ...settings, expires }));
}

export const dropCookie = (reply: FastifyReply, cookie: Cookie): void =>
  setCookie(reply, cookie, '', new Date(0));
