import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { isDatabaseGone } from '../../subgraphs/kit/errors';
import { Keyring } from '../../subgraphs/kit/keyring';
import { loginUrls, loginUrlsUnder, passwordOf } from '../../subgraphs/kit/migrate';
import { PasswordChanges } from '../../subgraphs/kit/password-changes';
import { hold } from '../support/hold';
import { captureLog } from '../support/log';
import { TEST_SECRET } from '../support/server';
import { useTables } from '../support/tables';

const tables = useTables('kit_logins', 'CREATE TABLE a (id int)');
const log = captureLog();
const NEW = 'a new secret';

const connect = (keyring: Keyring) =>
  tables.connect({ ...loginUrlsUnder(tables.adminUrl, tables.name, keyring), poolSize: 5 });
const under = (secret: string) => connect(new Keyring([secret]));
/** Both logins at once, on new connections. */
const use = async (database: ReturnType<typeof connect>) => {
  await Promise.all(Array.from({ length: 8 }, () => database.ping()));
  await database.queryAsOwner('SELECT 1');
};
const setPasswords = (from: string, to: string) =>
  connect(new Keyring([from, to])).changePasswords((role) => passwordOf(to, role));

afterEach(() => setPasswords(NEW, TEST_SECRET));

it('lets a login in under whichever secret its password follows from', async () => {
  const [both, other] = [new Keyring([TEST_SECRET, NEW]), new Keyring([NEW, TEST_SECRET])];
  await use(connect(both));
  await use(connect(other));
  await setPasswords(TEST_SECRET, NEW);
  await use(connect(both));
  await use(connect(other));
  await expect(under(TEST_SECRET).ping()).rejects.toMatchObject({ code: '28P01' });
});

it('opens further connections after the password changed under it', async () => {
  const keyring = new Keyring([TEST_SECRET, NEW]);
  const database = connect(keyring);
  await database.ping();
  await setPasswords(TEST_SECRET, NEW);
  keyring.replace([NEW]);
  await use(database);
});

it('does not try again what fails for another reason', async () => {
  const { runtimeUrl, ownerUrl } = loginUrls(tables.adminUrl.replace(/:\d+\//, ':1/'), tables.name, NEW);
  const database = tables.connect({ runtimeUrl: () => [runtimeUrl, runtimeUrl], ownerUrl });
  await expect(database.ping()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('gives the logins the passwords of the secret that signs, each by its own right, once', async () => {
  const keyring = new Keyring([TEST_SECRET]);
  const changes = new PasswordChanges(connect(keyring), keyring, log.logger);
  keyring.replace([TEST_SECRET, NEW]);
  await use(under(TEST_SECRET));
  keyring.replace([NEW, TEST_SECRET]);
  keyring.replace([NEW]);
  await changes.stop();
  // What was under way when it was told to stop is finished, or not begun.
  const isChanged = log.text.includes('have the passwords of the new secret');
  await use(under(isChanged ? NEW : TEST_SECRET));
});

it('tries until the database takes the passwords', async () => {
  const keyring = new Keyring([TEST_SECRET]);
  const database = connect(keyring);
  let failures = 2;
  const flaky = {
    changePasswords: async (of: (role: string) => string) => {
      failures -= 1;
      if (failures >= 0) throw new Error('tuple concurrently updated');
      await database.changePasswords(of);
    },
  };
  const changes = new PasswordChanges(flaky, keyring, log.logger);
  keyring.replace([NEW, TEST_SECRET]);
  for (let tries = 0; tries < 50 && failures >= 0; tries += 1) await wait(100);
  await changes.stop();
  await use(under(NEW));
});

describe('what answers where a database should be', () => {
  /** A server that says this and nothing else. */
  const saying = async (said: Buffer) => {
    const hasHungUp = hold<void>();
    const server = createServer((socket) => {
      socket.on('error', () => {}).on('data', () => socket.write(said));
      socket.on('close', () => hasHungUp.give());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, hasHungUp, port: (server.address() as AddressInfo).port };
  };

  it.each([
    ['a way to sign in that there is not', Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 99])],
    ['rows of more columns than it sends', Buffer.from([0x54, 0, 0, 0, 8, 0xff, 0xff, 0, 1])],
    ['nothing of the protocol', Buffer.from('SSH-2.0-OpenSSH_9.6\r\n')],
    ['zeros', Buffer.alloc(64)],
  ])('is taken for a database that is away, and hung up on, when it says %s', async (_, said) => {
    const { server, hasHungUp, port } = await saying(said);
    const { runtimeUrl, ownerUrl } = loginUrls(`postgres://a:b@127.0.0.1:${port}/c`, tables.name, NEW);
    const error = await tables
      .connect({ runtimeUrl, ownerUrl })
      .ping()
      .catch((reason: unknown) => reason);
    expect(isDatabaseGone(error)).toBe(true);
    await hasHungUp.value;
    server.close();
  });
});

describe('the work of an owner', () => {
  const database = () => under(TEST_SECRET);
  const setting = (options?: { limitMs: number }) =>
    database().asOwner((db) => db.raw('SHOW idle_in_transaction_session_timeout'), options);

  it('is ended when it takes longer than it may', async () => {
    const sleeping = database().asOwner((db) => db.raw('SELECT pg_sleep(600)'), { limitMs: 100 });
    const error = await sleeping.catch((reason: unknown) => reason);
    expect(isDatabaseGone(error)).toBe(true);
  });

  it('is not waited for when nothing is heard of it, unless it may take any time', async () => {
    expect(await setting()).toEqual([{ idle_in_transaction_session_timeout: '5s' }]);
    expect(await setting({ limitMs: Number.POSITIVE_INFINITY })).toEqual([
      { idle_in_transaction_session_timeout: '0' },
    ]);
  });
});
