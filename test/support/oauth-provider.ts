import { randomUUID } from 'node:crypto';
import { type MutableResponse, OAuth2Server } from 'oauth2-mock-server';

/** A provider of tokens of this test's own: oauth2-mock-server with the device grant beside it, and a memory. */
export type TestOauthProvider = {
  /** as OAUTH_PROVIDER takes it */
  issuer: string;
  /** where Dovecot asks what a token is worth; it is of the user `support` */
  introspectionUrl: string;
  /** grant types that were asked for, in order */
  asked: string[];
  /** lifetime of access tokens that are handed out from now on */
  lifetimeSeconds: number;
  /** error code that every grant is refused with */
  refusing: string | undefined;
  /** what became of the code that a person was to enter */
  device: 'pending' | 'access_denied' | 'approved' | 'expired_token';
  /** how often it was asked for tokens of a code that nobody had entered yet */
  askedTooEarly: number;
  /** every token that was handed out, to be looked for where none may stand */
  handedOut: string[];
  knows(accessToken: string): boolean;
  /** no server lets anybody in, whatever the token */
  worthNothing: boolean;
  /** takes every access token back before its end */
  takeBack(): void;
  stop(): Promise<void>;
};

const USER = 'support';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export async function startOauthProvider(): Promise<TestOauthProvider> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  const issuer = server.issuer.url ?? '';
  const ends = new Map<string, number>();
  /** The one refresh token that is good: each use makes a new one, and one that was used is refused. */
  let refreshToken: string | undefined;
  const provider: TestOauthProvider = {
    issuer,
    introspectionUrl: `${issuer}/what-is`,
    asked: [],
    lifetimeSeconds: 3600,
    refusing: undefined,
    device: 'pending',
    askedTooEarly: 0,
    handedOut: [],
    worthNothing: false,
    knows: (token) => !provider.worthNothing && (ends.get(token) ?? 0) > Date.now(),
    takeBack: () => ends.clear(),
    stop: () => server.stop(),
  };
  server.service.on('beforeWellKnownOpenIdConfiguration', ({ body }: MutableResponse) => {
    if (typeof body === 'object')
      Object.assign(body as object, {
        token_endpoint: `${issuer}/tokens`,
        device_authorization_endpoint: `${issuer}/device`,
      });
  });
  server.service.on('beforeResponse', (response: MutableResponse, request: { body?: unknown }) => {
    const asked = request.body as Record<string, string>;
    const used = asked['refresh_token'];
    const replayed = used !== undefined && used !== 'device' && used !== refreshToken;
    const error = provider.refusing ?? (replayed ? 'invalid_grant' : undefined);
    if (error !== undefined) {
      response.statusCode = error === 'server_error' ? 503 : 400;
      response.body = { error, error_description: 'AADSTS70008: The grant has ended. Trace ID: 1-2-3' };
      return;
    }
    const body = response.body as Record<string, unknown>;
    // Two signed in one second would be one.
    const accessToken = `${body['access_token']}.${randomUUID()}`;
    ends.set(accessToken, Date.now() + provider.lifetimeSeconds * 1000);
    Object.assign(body, { access_token: accessToken, expires_in: provider.lifetimeSeconds });
    provider.handedOut.push(accessToken);
    if (asked['grant_type'] === 'client_credentials' || asked['assertion'] !== undefined) return;
    refreshToken = randomUUID();
    provider.handedOut.push(refreshToken);
    body['refresh_token'] = refreshToken;
  });
  addRoutes(server, provider);
  return provider;
}

function addRoutes(server: OAuth2Server, provider: TestOauthProvider): void {
  const { issuer } = provider;
  server.service.addRoute('POST', '/device', (_request, response) => {
    const code = { device_code: 'device', user_code: 'WDJB-MJHT', verification_uri: `${issuer}/enter` };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...code, expires_in: 60, interval: 1 }));
  });
  // The package knows no device grant: one that was approved gets what a refresh token gets.
  server.service.addRoute('POST', '/tokens', async (request, response) => {
    const asked = request.body as Record<string, string>;
    const byDevice = asked['grant_type'] === DEVICE_GRANT;
    response.setHeader('content-type', 'application/json');
    if (byDevice && provider.device !== 'approved') {
      provider.askedTooEarly += 1;
      response.statusCode = 400;
      const error = provider.device === 'pending' ? 'authorization_pending' : provider.device;
      response.end(JSON.stringify({ error }));
      return;
    }
    provider.asked.push(byDevice ? 'device_code' : (asked['grant_type'] ?? ''));
    const form = byDevice
      ? { client_id: asked['client_id'] ?? '', grant_type: 'refresh_token', refresh_token: 'device' }
      : asked;
    const answer = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
    response.statusCode = answer.status;
    response.end(await answer.text());
  });
  server.service.addRoute('POST', '/what-is', (request, response) => {
    const { token = '' } = (request.body ?? {}) as Record<string, string>;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(provider.knows(token) ? { active: true, username: USER } : { active: false }));
  });
}
