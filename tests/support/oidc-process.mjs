// A small issuer of the real kind (certified OpenID Connect), for one test. Says its address, reads the hub's, and is
// ready when it has repeated that.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const server = createServer().listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  createInterface(process.stdin).once('line', (hub) => {
    server.on('request', issuerFor(url, hub).callback());
    process.stdout.write(`${hub}\n`);
  });
  process.stdout.write(`${url}\n`);
});

const issuerFor = (url, hub) =>
  new Provider(url, {
    clients: [
      {
        client_id: 'delta-hub-pages',
        client_secret: 'a secret between the issuer and the hub',
        redirect_uris: ['delta', 'lasting', 'brief'].map((id) => `${hub}/sign-in/${id}/callback`),
        grant_types: ['authorization_code', 'refresh_token'],
        post_logout_redirect_uris: [`${hub}/`],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    cookies: { keys: ['only for a test'] },
    claims: { openid: ['sub', 'agency', 'roles'] },
    conformIdTokenClaims: false,
    features: { revocation: { enabled: true } },
    // Each is good for one use; a second takes back what came of the first.
    rotateRefreshToken: true,
    pkce: { required: () => true },
    // Whoever signs in as "code" works for the agency of that code; as "nobody" for none.
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        ...(accountId !== 'nobody' && { agency: accountId, roles: ['OFFICER'] }),
      }),
    }),
  });
