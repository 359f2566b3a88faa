import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { LIFETIME_SECONDS, signClaims, subgraphKey, verifyClaims } from '../../subgraphs/kit/signature';

const NOW = new Date('2026-11-23T02:00:00Z');
const KEY = subgraphKey('a secret', 'grid');
const OTHER_KEY = subgraphKey('another secret', 'grid');
const CLAIMS = { user: '王芳', roles: ['OFFICER'] };

const sign = (claims: object = CLAIMS, key = KEY, now = NOW) =>
  signClaims(claims, { audience: 'grid', key, now });
const verify = (text: string | undefined, { keys = [KEY], audience = 'grid', now = NOW } = {}) =>
  verifyClaims(text, { audience, keys, now });
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const encode = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

describe('signed claims', () => {
  it('come back as they were given', () => {
    expect(verify(sign())).toEqual(CLAIMS);
  });

  it('come back whatever they are', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (given) => {
        const { aud: _, exp: __, ['__proto__']: ___, ...claims } = given;
        expect(verify(sign(claims))).toEqual(JSON.parse(JSON.stringify(claims)));
      }),
    );
  });

  it('cannot name their own audience or time', () => {
    const text = sign({ ...CLAIMS, aud: 'tourism', exp: 4_000_000_000 });
    expect(verify(text)).toEqual(CLAIMS);
    expect(verify(text, { audience: 'tourism' })).toBeNull();
    expect(verify(text, { now: later(LIFETIME_SECONDS + 1) })).toBeNull();
  });

  it('come back when they are long, packed', () => {
    const long = { ...CLAIMS, grants: Array.from({ length: 5_000 }, (_, i) => `${320_000 + i}-HRSS`) };
    const text = sign(long);
    expect(text).toMatch(/^v1z\.[\w-]+\.[\w-]{43}$/);
    expect(text.length).toBeLessThan(JSON.stringify(long).length / 3);
    expect(verify(text)).toEqual(long);
    expect(verify(text.replace('v1z.', 'v1.'))).toBeNull();
    expect(verify(sign().replace('v1.', 'v1z.'))).toBeNull();
  });

  it('fit in a header', () => {
    expect(sign()).toMatch(/^v1\.[\w-]+\.[\w-]{43}$/);
  });

  describe('count for thirty seconds:', () => {
    it.each([
      [0, true],
      [LIFETIME_SECONDS, true],
      [LIFETIME_SECONDS + 1, false],
      [3600, false],
    ])('%i seconds after they were signed: %s', (seconds, counts) => {
      expect(verify(sign(), { now: later(seconds) }) !== null).toBe(counts);
    });

    it('signed by a clock that is a little ahead, they count', () => {
      expect(verify(sign(CLAIMS, KEY, later(LIFETIME_SECONDS)))).toEqual(CLAIMS);
    });

    it('signed to live longer than claims may, they do not', () => {
      expect(verify(sign(CLAIMS, KEY, later(LIFETIME_SECONDS + 1)))).toBeNull();
      expect(verify(sign(CLAIMS, KEY, later(3600)))).toBeNull();
    });
  });

  it('count for their audience only', () => {
    expect(verify(sign(), { audience: 'tourism' })).toBeNull();
    expect(verify(sign(), { audience: '' })).toBeNull();
  });

  it('count under a key that signed them only', () => {
    expect(verify(sign(CLAIMS, OTHER_KEY))).toBeNull();
    expect(verify(sign(), { keys: [] })).toBeNull();
  });

  it('count under either of two keys while a hub takes a new secret', () => {
    const keys = [OTHER_KEY, KEY];
    expect(verify(sign(CLAIMS, KEY), { keys })).toEqual(CLAIMS);
    expect(verify(sign(CLAIMS, OTHER_KEY), { keys })).toEqual(CLAIMS);
    expect(verify(sign(CLAIMS, subgraphKey('a third', 'grid')), { keys })).toBeNull();
  });

  it('do not count under the key of another subgraph', () => {
    expect(verify(sign(), { keys: [subgraphKey('a secret', 'tourism')] })).toBeNull();
  });
});

describe('what does not count', () => {
  const [version, payload = '', signature] = sign().split('.');
  const raise = encode({
    user: '王芳',
    roles: ['AUDITOR'],
    aud: 'grid',
    exp: Math.floor(NOW.getTime() / 1000) + 10,
  });
  const sealed = (text: string, algorithm = 'sha256', prefix = 'v1.') =>
    createHmac(algorithm, KEY)
      .update(prefix + text)
      .digest('base64url');

  it.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['an empty text', ''],
    ['dots only', '..'],
    ['no signature', `${version}.${payload}`],
    ['an empty signature', `${version}.${payload}.`],
    ['a further part', `${version}.${payload}.${signature}.x`],
    ['another version', `v2.${payload}.${signature}`],
    ['no version', `.${payload}.${signature}`],
    ['a payload with more rights under the old signature', `v1.${raise}.${signature}`],
    ['the header of a JWT without an algorithm', `${encode({ alg: 'none' })}.${raise}.`],
    [
      'the header of a JWT that is signed with the right key',
      `${encode({ alg: 'HS256' })}.${raise}.${sealed(raise)}`,
    ],
    ['the word none for a signature', `v1.${raise}.none`],
    ['a signature over the payload alone', `v1.${raise}.${sealed(raise, 'sha256', '')}`],
    ['a signature by another hash', `v1.${raise}.${sealed(raise, 'sha512')}`],
    ['a shorter signature', `v1.${payload}.${signature?.slice(0, 42)}`],
    ['a padded signature', `v1.${payload}.${signature}=`],
    ['a signature with something that base64 skips', `v1.${payload}.${signature}!`],
    ['white space in front', ` ${version}.${payload}.${signature}`],
    ['a list of two headers', `${version}.${payload}.${signature}, ${version}.${payload}.${signature}`],
  ])('%s', (_, text) => {
    expect(verify(text)).toBeNull();
  });

  it('anything at all, and it never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(verify(text)).toBeNull()));
    fc.assert(fc.property(fc.base64String(), (text) => expect(verify(`v1.${text}.${text}`)).toBeNull()));
  });

  it('signed claims with any single bit changed', () => {
    const text = Buffer.from(sign());
    const accepted = [...Array(text.length * 8).keys()]
      .map((bit) => {
        const changed = Buffer.from(text);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return changed.toString('latin1');
      })
      .filter((changed) => verify(changed) !== null);
    expect(accepted).toEqual([]);
  });
});
