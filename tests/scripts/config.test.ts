import { readConfig } from '../../scripts/config';

describe('PUBLIC_URL', () => {
  const of = (text?: string) => readConfig({ PUBLIC_URL: text }, []).publicAddress;

  it('is where people reach the hub, without a slash at its end', () => {
    expect([of(), of(''), of('https://hub.example'), of('https://hub.example/delta//')]).toEqual([
      ...[null, null, 'https://hub.example', 'https://hub.example/delta'],
    ]);
  });

  it.each([
    'hub.example',
    'ftp://hub.example',
    'https://',
    'https://hub.example?x=1',
    'https://user@hub.example',
  ])('is not %s', (text) => {
    expect(() => of(text)).toThrow(
      `PUBLIC_URL is "${text}"; it must be the address by which people reach the hub, like https://hub.example.`,
    );
  });
});
