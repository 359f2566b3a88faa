/** What a link to a query carries: the query and its variables. Never a header, so never a token. */
export interface SharedQuery {
  query: string;
  variables: string;
}

const PREFIX = '#query=';

/** A link to a query. It stands behind `#`, which browsers send to nobody. */
export async function linkTo({ query, variables }: SharedQuery): Promise<string> {
  const packed = await pipe(
    new TextEncoder().encode(JSON.stringify([query, variables])),
    new CompressionStream('deflate-raw'),
  );
  return `${location.origin}${location.pathname}${PREFIX}${toBase64Url(packed)}`;
}

/** The query that a link leads to; null for any other address, or one that was cut. */
export async function readLink(hash: string): Promise<SharedQuery | null> {
  if (!hash.startsWith(PREFIX)) return null;
  try {
    const unpacked = await pipe(
      fromBase64Url(hash.slice(PREFIX.length)),
      new DecompressionStream('deflate-raw'),
    );
    const read: unknown = JSON.parse(new TextDecoder().decode(unpacked));
    if (!Array.isArray(read)) return null;
    const [query, variables] = read;
    return typeof query === 'string' && typeof variables === 'string' ? { query, variables } : null;
  } catch {
    return null;
  }
}

async function pipe(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(through);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
