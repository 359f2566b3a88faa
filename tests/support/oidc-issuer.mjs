// A small issuer of the real kind (certified OpenID Connect), for one test: node oidc-issuer.mjs PORT HUB_URL
import Provider from 'oidc-provider';

const [, , port, hub] = process.argv;
const issuer = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'delta-hub-pages',
      client_secret: 'a secret between the issuer and the hub',
      redirect_uris: [`${hub}/sign-in/delta/callback`],
      post_logout_redirect_uris: [`${hub}/`],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  cookies: { keys: ['only for a test'] },
  claims: { openid: ['sub', 'agency', 'roles'] },
  conformIdTokenClaims: false,
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
issuer.listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
