import * as client from 'openid-client';
import { serverWords } from '../domain/desk/mail-server.ts';
import {
  type OauthGrant,
  OauthRefusal,
  type OauthSettings,
  type OauthTokens,
  tokenTimes,
} from '../domain/desk/oauth.ts';
import { Fault, messageOf } from '../domain/fault.ts';
import type { EpochMs } from '../domain/ticket/ids.ts';
import { type ProviderPlan, planProvider } from './provider-plan.ts';
import { readServiceAccount, signAssertion } from './service-account.ts';

/** What a person must do: open the page and enter the code. */
export type DeviceCode = { userCode: string; page: string; expiresInSeconds: number; wait(): Promise<OauthTokens> };

/** A page to open; `redeem` takes the address that the browser comes back to. */
export type AuthorizationPage = { page: string; redeem(cameBackTo: URL): Promise<OauthTokens> };

/**
 * One provider of tokens. What it refuses is an OauthRefusal, what time may heal a Fault sign-in-unavailable. Neither
 * holds a token.
 */
export type OauthProvider = {
  readonly grant: OauthGrant;
  /** By the refresh token; without one for grants that need no person. */
  renew(refreshToken: string | undefined, user: string): Promise<OauthTokens>;
  startDevice(): Promise<DeviceCode>;
  startCode(redirectUri: string): Promise<AuthorizationPage>;
};

const TIMEOUT_SECONDS = 20;
/** Also the device grant asks no more often than a server says; this is for those that say nothing. */
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Asks for the discovery document where one is needed, at the first use and again after a failure. */
export function createOauthProvider(settings: OauthSettings, now: () => EpochMs): () => Promise<OauthProvider> {
  let ready: Promise<OauthProvider> | undefined;
  return () => {
    ready ??= openProvider(settings, now).catch((error: unknown) => {
      ready = undefined;
      throw toFault(error);
    });
    return ready;
  };
}

async function openProvider(settings: OauthSettings, now: () => EpochMs): Promise<OauthProvider> {
  const plan = planProvider(settings);
  const config = await configure(settings, plan);
  const offered = config.serverMetadata();
  const grant = plan.grant ?? (offered.device_authorization_endpoint === undefined ? 'code' : 'device');
  const scopes = plan.scopes ?? 'offline_access';
  const read = (response: client.TokenEndpointResponse): OauthTokens => ({
    accessToken: response.access_token,
    refreshToken: response.refresh_token,
    ...tokenTimes(response.expires_in, now()),
  });
  const ask = async (step: () => Promise<client.TokenEndpointResponse>): Promise<OauthTokens> => {
    try {
      return read(await step());
    } catch (error) {
      throw toFault(error);
    }
  };
  return {
    grant,
    renew: (refreshToken, user) =>
      ask(() => {
        if (grant === 'client') return client.clientCredentialsGrant(config, { scope: scopes });
        if (grant === 'service-account') return actFor(config, settings, scopes, user, now());
        return client.refreshTokenGrant(config, refreshToken ?? '');
      }),
    startDevice: async () => {
      const begun = await client.initiateDeviceAuthorization(config, { scope: scopes }).catch((error: unknown) => {
        throw toFault(error);
      });
      return {
        userCode: begun.user_code,
        page: begun.verification_uri,
        expiresInSeconds: begun.expires_in,
        wait: () => ask(() => client.pollDeviceAuthorizationGrant(config, begun)),
      };
    },
    startCode: async (redirectUri) => {
      const verifier = client.randomPKCECodeVerifier();
      const state = client.randomState();
      const page = client.buildAuthorizationUrl(config, {
        ...plan.authorization,
        redirect_uri: redirectUri,
        scope: scopes,
        state,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      const checks = { pkceCodeVerifier: verifier, expectedState: state };
      return { page: page.href, redeem: (url) => ask(() => client.authorizationCodeGrant(config, url, checks)) };
    },
  };
}

async function configure(settings: OauthSettings, plan: ProviderPlan): Promise<client.Configuration> {
  const { clientId, clientSecret, keyFile } = settings;
  const id = clientId || 'service-account';
  if (plan.grant === 'service-account' && keyFile !== undefined) {
    const { tokenUri } = readServiceAccount(keyFile);
    // The assertion says who we are; a client_id beside it means nothing.
    return withTimeout(
      new client.Configuration({ issuer: plan.issuer, token_endpoint: tokenUri }, id, undefined, () => {}),
      new URL(tokenUri),
    );
  }
  if (plan.endpoints !== undefined) {
    const metadata = { issuer: plan.issuer, ...plan.endpoints };
    return withTimeout(new client.Configuration(metadata, id, clientSecret), new URL(plan.issuer));
  }
  const issuer = new URL(plan.issuer);
  const found = await client.discovery(issuer, id, clientSecret, undefined, {
    timeout: TIMEOUT_SECONDS,
    execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [],
  });
  const metadata = found.serverMetadata();
  const takes = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const basic = takes.includes('client_secret_basic') && !takes.includes('client_secret_post');
  const login = basic && clientSecret !== undefined ? client.ClientSecretBasic(clientSecret) : undefined;
  return withTimeout(new client.Configuration(metadata, id, clientSecret, login), issuer);
}

/** Plain http is for a provider on this machine only; the settings see to it. */
function withTimeout(config: client.Configuration, issuer: URL): client.Configuration {
  config.timeout = TIMEOUT_SECONDS;
  if (issuer.protocol === 'http:') client.allowInsecureRequests(config);
  return config;
}

function actFor(
  config: client.Configuration,
  { keyFile = '' }: OauthSettings,
  scopes: string,
  user: string,
  now: EpochMs,
): Promise<client.TokenEndpointResponse> {
  const assertion = signAssertion(readServiceAccount(keyFile), user, scopes, now);
  return client.genericGrantRequest(config, JWT_BEARER, { assertion });
}

/** Codes by which a provider says "not now" (RFC 6749 section 4.1.2.1), and what is heard when it has a bad day. */
const NOT_NOW = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);

function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof client.ResponseBodyError || error instanceof client.AuthorizationResponseError) {
    const status = 'status' in error && typeof error.status === 'number' ? error.status : 400;
    const words = withoutTraceId(serverWords(error.error_description ?? ''));
    if (!NOT_NOW.has(error.error) && status < 500 && status !== 429) return new OauthRefusal(error.error, words);
    return new Fault('sign-in-unavailable', `the sign-in provider said ${error.error}: ${words}`);
  }
  // The cause may hold the request, and with it a token: it is not kept.
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${serverWords(error.cause.message)})` : '';
  return new Fault(
    'sign-in-unavailable',
    `the sign-in provider could not be used: ${serverWords(messageOf(error))}${cause}`,
  );
}

/** Microsoft appends a trace id, a correlation id and a time. */
function withoutTraceId(words: string): string {
  return (words.split('Trace ID:', 1)[0] ?? '').slice(0, 300).trim();
}
