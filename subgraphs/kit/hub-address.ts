const LONGEST = 300;

/**
 * An address by which people reach the hub, as it is put on paper: `https://hub.example`, perhaps with a path in front of
 * the hub's own, without a slash at the end. Null for a text that is none.
 */
export function hubAddressOf(text: string): string | null {
  const isAddress = /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/i.test(text) && URL.canParse(text);
  return isAddress && text.length <= LONGEST ? text.replace(/\/+$/, '') : null;
}
