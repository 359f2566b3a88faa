import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  None,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
  tokenRevocation,
} from 'openid-client';
import { type Bearer, bearerOf } from '../access/tokens';

/** An issuer at which people sign in to the pages. */
export interface ProviderOptions {
  /** In addresses: small letters, digits and hyphens. */
  id: string;
  /** What the button says. */
  title: { zh: string; en: string };
  /** Its address; what else there is to know it says itself (OpenID Connect Discovery). */
  issuer: string;
  clientId: string;
  /** Left out for a public client, which PKCE alone protects. */
  clientSecret?: string;
  /** With `offline_access`, or what else the issuer asks for, sessions are renewed. */
  scope?: string;
  /** What the issuer shall ask people for; some give what renews a session with `consent` only. */
  prompt?: string;
  /** After how many minutes a session must be renewed, or begins anew at the issuer. */
  sessionMinutes?: number;
}

/** Who signed in, and what the issuer gave to ask it again; null when it gave nothing. */
export interface SignedIn {
  bearer: Bearer;
  refreshToken: string | null;
}

/** The issuer lets nobody go on with what it gave: it was taken back, has run out, or was used before. */
export class RenewalRefused extends Error {}

/** What has to come back with the answer to a request, kept by the browser under seal. */
export interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
}

/** The authorization code flow with PKCE at one issuer. */
export class Provider {
  #configuration: Promise<Configuration> | null = null;

  constructor(readonly options: ProviderOptions) {}

  /** Where to send somebody who reached the hub under `hub`, and what to hold the way back against. */
  async begin(hub: string): Promise<{ url: URL; attempt: Attempt }> {
    const configuration = await this.#discovered();
    const attempt = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: this.#redirectUri(hub),
      scope: this.options.scope ?? 'openid',
      state: attempt.state,
      nonce: attempt.nonce,
      ...(this.options.prompt !== undefined && { prompt: this.options.prompt }),
      code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { url, attempt };
  }

  /** Who signed in, by the ID token that the code was exchanged for, which is not kept. Throws. */
  async finish(hub: string, query: string, { state, nonce, verifier }: Attempt): Promise<SignedIn> {
    const tokens = await authorizationCodeGrant(
      await this.#discovered(),
      new URL(`${this.#redirectUri(hub)}${query}`),
      { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
    );
    const bearer = bearerIn(tokens);
    if (!bearer) throw new Error(`${this.options.issuer} gave no ID token`);
    return { bearer, refreshToken: tokens.refresh_token ?? null };
  }

  /**
   * Asks the issuer whether somebody still is who they were. `bearer` is null when it says so and no more, as it may.
   * Throws {@link RenewalRefused} when it says no, else when it says nothing.
   */
  async renew(refreshToken: string): Promise<{ bearer: Bearer | null; refreshToken: string }> {
    const configuration = await this.#discovered();
    try {
      const tokens = await refreshTokenGrant(configuration, refreshToken);
      return { bearer: bearerIn(tokens), refreshToken: tokens.refresh_token ?? refreshToken };
    } catch (error) {
      if (!(error instanceof ResponseBodyError) || error.error !== 'invalid_grant') throw error;
      throw new RenewalRefused(`${this.options.issuer} refused to renew`, { cause: error });
    }
  }

  /** Gives back what renews a session, where the issuer takes it. Throws. */
  async revoke(refreshToken: string): Promise<void> {
    const configuration = await this.#discovered();
    if (!configuration.serverMetadata().revocation_endpoint) return;
    await tokenRevocation(configuration, refreshToken, { token_type_hint: 'refresh_token' });
  }

  /** Where people end their session with the issuer too; null when it has no such place. */
  async endSessionUrl(hub: string): Promise<string | null> {
    const configuration = await this.#discovered();
    if (!configuration.serverMetadata().end_session_endpoint) return null;
    return buildEndSessionUrl(configuration, { post_logout_redirect_uri: `${hub}/` }).href;
  }

  #redirectUri(hub: string): string {
    return `${hub}/sign-in/${this.options.id}/callback`;
  }

  /** Asked once it is needed, and again after it failed: the hub starts while an issuer is away. */
  #discovered(): Promise<Configuration> {
    this.#configuration ??= this.#discover().catch((error: unknown) => {
      this.#configuration = null;
      throw error;
    });
    return this.#configuration;
  }

  async #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.options;
    const server = new URL(issuer);
    const authentication = clientSecret === undefined ? None() : ClientSecretPost(clientSecret);
    // The ID token's signature is checked although it comes from the issuer itself.
    const execute = [enableNonRepudiationChecks, ...(isLoopback(server) ? [allowInsecureRequests] : [])];
    return discovery(server, clientId, undefined, authentication, { execute, timeout: 10 });
  }
}

function bearerIn(tokens: TokenEndpointResponse & TokenEndpointResponseHelpers): Bearer | null {
  const claims = tokens.claims();
  return claims ? bearerOf({ ...claims }) : null;
}

/** Whether an address is of this machine, where nobody listens in. */
const isLoopback = ({ hostname }: URL): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
