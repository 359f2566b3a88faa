import { Trouble } from './trouble';

/** The answer of the page's own server, whatever its status. Throws {@link Trouble} when there is none. */
export const request = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(path, init).catch(() => {
    throw new Trouble((messages) => messages.unreachable(path));
  });

/** As {@link request}, with a JSON body. */
export function post(path: string, body: unknown, headers = new Headers()): Promise<Response> {
  headers.set('content-type', 'application/json');
  return request(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** The JSON object of an answer. Throws {@link Trouble} when it is none, as from a proxy that answers by itself. */
export async function readObject(path: string, response: Response): Promise<object> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === 'object' && body !== null) return body;
  throw unusable(path, response);
}

export const unusable = (path: string, { status }: Response): Trouble =>
  new Trouble((messages) => messages.unusable(path, status));
