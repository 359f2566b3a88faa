import { createServer, type Server } from 'node:http';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { DEMO_ISSUER, demoIssuer, generateDemoKey, mintDemoToken } from '../../gateway/access/demo-issuer';
import { TOKEN_AUDIENCE, TokenVerifier } from '../../gateway/access/tokens';
import { ClientError } from '../../subgraphs/kit/errors';
import { useHub } from '../support/hub';
import { captureLog } from '../support/log';
import { useRogueServer } from '../support/rogue-server';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** Whoever issues tokens, with keys at an address. */
class IssuerOfTests {
  keys: KeyPair | null = null;

  constructor(
    readonly name: string,
    readonly algorithm: string,
  ) {}

  async publicKey(): Promise<JWK> {
    this.keys ??= await generateKeyPair(this.algorithm, { extractable: true });
    return {
      ...(await exportJWK(this.keys.publicKey)),
      kid: `${this.name}-1`,
      alg: this.algorithm,
      use: 'sig',
    };
  }

  async token(
    claims: Record<string, unknown> = {},
    {
      header = {},
      signer = this as IssuerOfTests,
    }: { header?: Record<string, unknown>; signer?: IssuerOfTests } = {},
  ): Promise<string> {
    await signer.publicKey();
    if (!signer.keys) throw new Error('the issuer has no keys');
    const now = Math.floor(Date.now() / 1000);
    const whole = {
      iss: this.name,
      aud: TOKEN_AUDIENCE,
      sub: 'u1',
      iat: now,
      exp: now + 600,
      agency: '341200-HRSS',
      ...claims,
    };
    return new SignJWT(JSON.parse(JSON.stringify(whole)))
      .setProtectedHeader({ alg: signer.algorithm, kid: `${signer.name}-1`, ...header })
      .sign(signer.keys.privateKey);
  }
}

const ALGORITHMS = ['EdDSA', 'ES256', 'RS256'];
const issuers = ALGORITHMS.map(
  (algorithm) => new IssuerOfTests(`https://${algorithm.toLowerCase()}.example`, algorithm),
);
const [EDDSA, ES256] = issuers as [IssuerOfTests, IssuerOfTests];
const STRANGER = new IssuerOfTests('https://stranger.example', 'ES256');

/** Serves the keys of each issuer at `/<n>`, and trouble elsewhere. */
class KeyServer {
  url = '';
  #server: Server | null = null;
  /** How often each address was asked. */
  readonly asked = new Map<string, number>();

  async open(): Promise<void> {
    const sets = await Promise.all(
      issuers.map(async (issuer) => JSON.stringify({ keys: [await issuer.publicKey()] })),
    );
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      this.asked.set(path, (this.asked.get(path) ?? 0) + 1);
      const set = sets[Number(path.slice(1))];
      if (set !== undefined) response.setHeader('content-type', 'application/json').end(set);
      else if (path === '/garbage') response.end('<html>');
      else if (path === '/no-keys') response.end('{}');
      else response.writeHead(500).end();
    });
    const server = this.#server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.url = `http://127.0.0.1:${address.port}`;
  }

  at(path: string): URL {
    return new URL(path, this.url);
  }

  async close(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  }
}

const server = new KeyServer();
beforeAll(() => server.open());
afterAll(() => server.close());

const configured = () => issuers.map(({ name }, i) => ({ name, keys: server.at(`/${i}`) }));

describe('a token', () => {
  const verify = (authorization: string | undefined) => new TokenVerifier(configured()).verify(authorization);
  const bearer = async (...args: Parameters<IssuerOfTests['token']>) =>
    `Bearer ${await ES256.token(...args)}`;
  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

  it.each(issuers)('of $name counts under its own key', async (issuer) => {
    const exp = inSeconds(600);
    expect(await verify(`Bearer ${await issuer.token({ exp, roles: ['STEWARD', 'ANALYST'] })}`)).toEqual({
      user: 'u1',
      agency: '341200-HRSS',
      roles: ['STEWARD', 'ANALYST'],
      expiresAt: exp * 1000,
    });
  });

  it('is not needed: who sends none is nobody', async () => {
    expect(await verify(undefined)).toBeNull();
    expect(await verify('')).toBeNull();
  });

  it('may be announced in small letters', async () => {
    expect(await verify(`bearer ${await ES256.token()}`)).toMatchObject({ user: 'u1' });
  });

  it('makes an officer of whom it names no roles for, and leaves out roles that there are not', async () => {
    expect(await verify(await bearer())).toMatchObject({ roles: ['OFFICER'] });
    expect(await verify(await bearer({ roles: ['STEWARD', 'KING'] }))).toMatchObject({ roles: ['STEWARD'] });
    expect(await verify(await bearer({ roles: [] }))).toMatchObject({ roles: [] });
  });

  it('counts for half a minute longer, because clocks differ', async () => {
    expect(await verify(await bearer({ exp: inSeconds(-20) }))).toMatchObject({ user: 'u1' });
  });

  it('of the demo counts under the demo key', async () => {
    const key = await generateDemoKey();
    const verifier = new TokenVerifier([demoIssuer(key)]);
    const token = await mintDemoToken(key, { agency: '310118104-GOV', roles: ['AUDITOR'], user: '王芳' });
    expect(await verifier.verify(`Bearer ${token}`)).toMatchObject({
      user: '王芳',
      agency: '310118104-GOV',
      roles: ['AUDITOR'],
    });
    const forged = await mintDemoToken(await generateDemoKey(), {
      agency: '310118104-GOV',
      roles: [],
      user: 'x',
    });
    await expect(verifier.verify(`Bearer ${forged}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is checked against keys that were fetched once', async () => {
    server.asked.clear();
    const verifier = new TokenVerifier(configured());
    for (let i = 0; i < 3; i += 1) await verifier.verify(await bearer());
    expect([...server.asked]).toEqual([['/1', 1]]);
  });

  const encode = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const claims = () => ({
    iss: ES256.name,
    aud: TOKEN_AUDIENCE,
    sub: 'u1',
    exp: inSeconds(600),
    agency: '341200-HRSS',
  });
  /** Signed with what everyone can fetch, as if it were a secret. */
  const withPublicKeyAsSecret = async (secret: (pair: KeyPair) => Promise<Uint8Array>) => {
    await ES256.publicKey();
    if (!ES256.keys) throw new Error('no keys');
    return new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).sign(await secret(ES256.keys));
  };
  const tamper = async (change: (payload: Record<string, unknown>) => object) => {
    const [header, payload = '', signature] = (await ES256.token()).split('.');
    return `${header}.${encode(change(JSON.parse(Buffer.from(payload, 'base64url').toString())))}.${signature}`;
  };

  const NO_BEARER = {
    en: 'The authorization header is not "Bearer" and a token. Send the token as it was given to you.',
    zh: 'authorization 请求头应为“Bearer”加令牌，请原样携带所获得的令牌。',
  };
  const MALFORMED = {
    en: 'The token is malformed or its signature is wrong. Sign in again.',
    zh: '令牌格式或签名有误，请重新登录。',
  };
  const EXPIRED = { en: 'The token has expired. Sign in again.', zh: '令牌已过期，请重新登录。' };
  const UNKNOWN_ISSUER = {
    en: 'The hub does not know the issuer of this token. Sign in where the hub says.',
    zh: '平台不认可该令牌的签发方，请在平台指定处登录。',
  };
  const NO_AGENCY = {
    en: 'The token names no agency by its code. Ask its issuer for one that does.',
    zh: '令牌未载明有效的单位代码，请向签发方重新申请。',
  };
  const notForUs = (claim: string) => ({
    en: `The token is not for this hub (${claim}). Sign in here.`,
    zh: `该令牌不适用于本平台（${claim}），请重新登录。`,
  });

  it.each<[string, () => Promise<string>, { en: string; zh: string }]>([
    ['another scheme', async () => 'Basic dTpw', NO_BEARER],
    ['no token', async () => 'Bearer', NO_BEARER],
    ['a token without its scheme', () => ES256.token(), NO_BEARER],
    ['two parts', async () => 'Bearer a.b', NO_BEARER],
    ['four parts', async () => `${await bearer()}.x`, NO_BEARER],
    ['something behind it', async () => `${await bearer()} x`, NO_BEARER],
    ['two tokens', async () => `${await bearer()}, ${await bearer()}`, NO_BEARER],
    ['parts that are no JSON', async () => 'Bearer abc.abc.abc', MALFORMED],
    [
      'a payload that is no object',
      async () => `Bearer ${encode({ alg: 'ES256' })}.${encode('x')}.abc`,
      MALFORMED,
    ],
    ['no signature', async () => `${(await bearer()).split('.').slice(0, 2).join('.')}.`, MALFORMED],
    ['the algorithm none', async () => `Bearer ${encode({ alg: 'none' })}.${encode(claims())}.`, MALFORMED],
    [
      'the algorithm none, and the signature of another token',
      async () =>
        `Bearer ${encode({ alg: 'none' })}.${encode(claims())}.${(await ES256.token()).split('.')[2]}`,
      MALFORMED,
    ],
    [
      "HS256 under the issuer's public key as text",
      async () =>
        `Bearer ${await withPublicKeyAsSecret(async (keys) => Buffer.from(await exportSPKI(keys.publicKey)))}`,
      MALFORMED,
    ],
    [
      "HS256 under the issuer's public key as its coordinate",
      async () =>
        `Bearer ${await withPublicKeyAsSecret(async (keys) => Buffer.from((await exportJWK(keys.publicKey)).x ?? '', 'base64url'))}`,
      MALFORMED,
    ],
    [
      'another agency under the old signature',
      async () => `Bearer ${await tamper((payload) => ({ ...payload, agency: '310000-HRSS' }))}`,
      MALFORMED,
    ],
    [
      'a signature by another key',
      () => bearer({}, { signer: STRANGER, header: { kid: `${ES256.name}-1` } }),
      MALFORMED,
    ],
    ['a signature by the key of another issuer', () => bearer({}, { signer: EDDSA }), MALFORMED],
    ['a key that its issuer does not have', () => bearer({}, { header: { kid: 'old' } }), MALFORMED],
    ['an issuer that nobody configured', async () => `Bearer ${await STRANGER.token()}`, UNKNOWN_ISSUER],
    ['no issuer', () => bearer({ iss: undefined }), UNKNOWN_ISSUER],
    ['the name of an issuer with a slash behind it', () => bearer({ iss: `${ES256.name}/` }), UNKNOWN_ISSUER],
    ['the demo issuer where there is no demo', () => bearer({ iss: DEMO_ISSUER }), UNKNOWN_ISSUER],
    ['another audience', () => bearer({ aud: 'another-hub' }), notForUs('aud')],
    ['no audience', () => bearer({ aud: undefined }), notForUs('aud')],
    ['no user', () => bearer({ sub: undefined }), notForUs('sub')],
    ['no end', () => bearer({ exp: undefined }), notForUs('exp')],
    ['a time that has not come', () => bearer({ nbf: inSeconds(120) }), notForUs('nbf')],
    ['no agency', () => bearer({ agency: undefined }), notForUs('agency')],
    ['an agency that is no code', () => bearer({ agency: 'HRSS' }), NO_AGENCY],
    ['an agency that is no text', () => bearer({ agency: ['341200-HRSS'] }), NO_AGENCY],
    ['roles that are no list', () => bearer({ roles: 'STEWARD' }), NO_AGENCY],
    ['a time that is over', () => bearer({ exp: inSeconds(-60) }), EXPIRED],
  ])('is refused with %s', async (_, make, text) => {
    const refused = verify(await make());
    await expect(refused).rejects.toBeInstanceOf(ClientError);
    await expect(refused).rejects.toMatchObject({ code: 'UNAUTHENTICATED', text });
  });

  describe('whose issuer cannot be asked for its keys', () => {
    it.each([
      ['because nothing listens there', () => new URL('http://127.0.0.1:1/keys')],
      ['because it fails', () => server.at('/broken')],
      ['because it answers with something else', () => server.at('/garbage')],
      ['because it answers with no keys', () => server.at('/no-keys')],
    ])('is not blamed for it, %s', async (_, address) => {
      const verifier = new TokenVerifier([
        { name: ES256.name, keys: address() },
        ...configured().slice(0, 1),
      ]);
      await expect(verifier.verify(await bearer())).rejects.toMatchObject({
        code: 'ISSUER_UNAVAILABLE',
        text: {
          en: `The keys of ${ES256.name}, who issued the token, cannot be fetched, so it cannot be checked. Try again shortly.`,
          zh: `暂时无法获取令牌签发方 ${ES256.name} 的密钥，因而无法验证令牌，请稍后重试。`,
        },
        cause: expect.anything(),
      });
      expect(await verifier.verify(`Bearer ${await EDDSA.token()}`)).toMatchObject({ user: 'u1' });
    });
  });
});

describe('the keys of an issuer', () => {
  const rogue = useRogueServer();
  const NAME = 'https://rotating.example';
  let published: JWK[] = [];
  let asked = 0;
  let isAway = false;
  let now = 0;

  /** A key pair of the issuer, and how it signs. */
  const makeKey = async (kid: string) => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256', use: 'sig' };
    const bearer = async (claims: JWTPayload = {}) => {
      const exp = Math.floor(Date.now() / 1_000) + 12 * 3_600;
      const token = await new SignJWT({ agency: '341200-HRSS', sub: 'u1', exp, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer(NAME)
        .setAudience(TOKEN_AUDIENCE)
        .sign(pair.privateKey);
      return `Bearer ${token}`;
    };
    return { jwk, bearer };
  };
  const makeVerifier = () => new TokenVerifier([{ name: NAME, keys: new URL(rogue.url) }]);

  beforeEach(() => {
    [asked, isAway, now] = [0, false, Date.now()];
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    rogue.conduct = (_, response) => {
      asked += 1;
      if (isAway) response.writeHead(503).end();
      else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
    };
  });
  afterEach(() => jest.restoreAllMocks());

  it('are fetched again for a token of a new key, and one that was taken back counts no more', async () => {
    const [first, second] = [await makeKey('1'), await makeKey('2')];
    const verifier = makeVerifier();
    published = [first.jwk];
    await verifier.verify(await first.bearer());
    published = [first.jwk, second.jwk];
    now += 6_000;
    expect(await verifier.verify(await second.bearer())).toMatchObject({ user: 'u1' });
    expect(await verifier.verify(await first.bearer())).toMatchObject({ user: 'u1' });
    expect(asked).toBe(2);
    published = [second.jwk];
    now += 11 * 60_000;
    await expect(verifier.verify(await first.bearer())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await verifier.verify(await second.bearer())).toMatchObject({ user: 'u1' });
  });

  it('are not asked again for a token that was verified a moment ago', async () => {
    const key = await makeKey('1');
    const verifier = makeVerifier();
    const token = await key.bearer();
    published = [key.jwk];
    const verified = await verifier.verify(token);
    expect(await verifier.verify(token)).toBe(verified);
    expect(await verifier.verify(await key.bearer({ sub: 'u2' }))).toMatchObject({ user: 'u2' });
    now += 5_000;
    const again = await verifier.verify(token);
    expect(again).toEqual(verified);
    expect(again).not.toBe(verified);
    published = [];
    now += 11 * 60_000;
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('judge a token anew whose time is over, though it was verified a moment ago', async () => {
    const key = await makeKey('1');
    const verifier = makeVerifier();
    published = [key.jwk];
    const token = await key.bearer({ exp: Math.floor(now / 1_000) - 10 });
    const verified = await verifier.verify(token);
    const again = await verifier.verify(token);
    expect(again).toEqual(verified);
    expect(again).not.toBe(verified);
  });

  it('are not fetched for each token of a key that there is not', async () => {
    const [known, unknown] = [await makeKey('1'), await makeKey('guessed')];
    const verifier = makeVerifier();
    published = [known.jwk];
    await verifier.verify(await known.bearer());
    for (let i = 0; i < 10; i += 1) {
      await expect(verifier.verify(await unknown.bearer())).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
    expect(asked).toBe(1);
  });

  it('count on for an hour while the issuer is away, and it is asked again when it is back', async () => {
    const [known, unknown] = [await makeKey('1'), await makeKey('2')];
    const verifier = makeVerifier();
    published = [known.jwk];
    await verifier.verify(await known.bearer());
    isAway = true;
    now += 30 * 60_000;
    for (let i = 0; i < 5; i += 1) {
      expect(await verifier.verify(await known.bearer())).toMatchObject({ user: 'u1' });
    }
    expect(asked).toBe(2);
    await expect(verifier.verify(await unknown.bearer())).rejects.toMatchObject({
      code: 'ISSUER_UNAVAILABLE',
    });
    now += 31 * 60_000;
    await expect(verifier.verify(await known.bearer())).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
    isAway = false;
    now += 6_000;
    expect(await verifier.verify(await known.bearer())).toMatchObject({ user: 'u1' });
  });
});

describe('a hub', () => {
  const log = captureLog();
  const hub = useHub({
    logger: log.logger,
    issuers: async () => [...configured(), { name: STRANGER.name, keys: server.at('/broken') }],
  });
  const AGENCY = '{ agency(code: "341200-HRSS") { code } }';
  const send = (authorization: string, language = 'en') =>
    hub.send(null, AGENCY, {}, { authorization, 'accept-language': language });

  it.each(issuers)('answers whoever has a token of $name', async (issuer) => {
    expect(await send(`Bearer ${await issuer.token()}`)).toEqual({
      status: 200,
      data: { agency: { code: '341200-HRSS' } },
    });
  });

  it('answers whoever has no token as nobody', async () => {
    const { status, data, errors } = await hub.send(
      null,
      `{ ${AGENCY.slice(1, -1)} jurisdiction(code: "341200") { name } }`,
    );
    expect([status, data]).toEqual([200, { agency: null, jurisdiction: { name: '阜阳市' } }]);
    expect(errors).toEqual([
      expect.objectContaining({ path: ['agency'], extensions: { code: 'UNAUTHENTICATED' } }),
    ]);
  });

  it('answers a bad token with a sentence and nothing else, in the language of the caller', async () => {
    expect(await send('Bearer a.b.c')).toEqual({
      status: 401,
      errors: [
        {
          message: 'The token is malformed or its signature is wrong. Sign in again.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
    expect(await send('Bearer a.b.c', 'zh-CN')).toEqual({
      status: 401,
      errors: [{ message: '令牌格式或签名有误，请重新登录。', extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('refuses a unit that its directory does not have', async () => {
    const token = await ES256.token({ agency: '341200-NOBODY' });
    expect(await send(`Bearer ${token}`)).toEqual({
      status: 401,
      errors: [
        {
          message: "The hub's directory has no unit 341200-NOBODY. Ask its operators to enter it.",
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
    expect((await send(`Bearer ${token}`, 'zh')).errors?.[0]?.message).toBe(
      '平台目录中没有单位 341200-NOBODY，请联系运维人员登记。',
    );
  });

  it('says that it cannot check a token whose issuer is away, and logs why', async () => {
    log.clear();
    const { status, errors } = await send(`Bearer ${await STRANGER.token()}`);
    expect([status, errors?.[0]?.extensions]).toEqual([503, { code: 'ISSUER_UNAVAILABLE' }]);
    expect(log.text).toContain('Expected 200 OK from the JSON Web Key Set HTTP response');
  });
});
