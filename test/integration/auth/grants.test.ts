import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { createOauthProvider } from '../../../src/auth/oauth-provider.ts';
import type { OauthSettings } from '../../../src/domain/desk/oauth.ts';
import { startOauthProvider, type TestOauthProvider } from '../../support/oauth-provider.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'turnmail-oauth-'));
afterAll(() => rmSync(folder, { recursive: true }));

let server: TestOauthProvider;
beforeEach(async () => {
  server = await startOauthProvider();
});
afterEach(() => server.stop());

const provider = (more: Partial<OauthSettings> = {}) => {
  const settings: OauthSettings = {
    provider: new URL(server.issuer),
    clientId: 'turnmail',
    clientSecret: undefined,
    tenant: 'organizations',
    grant: undefined,
    scopes: undefined,
    keyFile: undefined,
    redirectPort: 0,
    ...more,
  };
  return createOauthProvider(settings, () => 1_000)();
};

test('a provider with a device page is asked for a code, and is waited for until a person has entered it', async () => {
  const device = await provider();
  expect(device.grant).toBe('device');
  const code = await device.startDevice();
  expect(code).toMatchObject({ userCode: 'WDJB-MJHT', page: `${server.issuer}/enter` });
  const waiting = code.wait();
  await expect.poll(() => server.askedTooEarly).toBeGreaterThan(0);
  server.device = 'approved';
  const tokens = await waiting;
  expect(server.knows(tokens.accessToken)).toBe(true);
  expect(tokens).toMatchObject({ expiresAt: 3_601_000, renewAt: 3_301_000 });
});

test('a browser comes back with a code that only we can redeem (PKCE), and not with another’s', async () => {
  const browser = await provider({ grant: 'code' });
  const { page, redeem } = await browser.startCode('http://127.0.0.1:8123/');
  const asked = new URL(page).searchParams;
  expect(asked.get('code_challenge_method')).toBe('S256');
  const back = async () =>
    new URL((await fetch(page, { redirect: 'manual' })).headers.get('location') ?? 'http://nowhere.example');
  const stranger = await back();
  stranger.searchParams.set('state', 'of-another-session');
  await expect(redeem(stranger)).rejects.toMatchObject({ code: 'sign-in-unavailable' });
  const tokens = await redeem(await back());
  expect(server.knows(tokens.accessToken)).toBe(true);
  expect(tokens.refreshToken).toEqual(expect.any(String));
  const denied = new URL('http://127.0.0.1:8123/?error=access_denied');
  denied.searchParams.set('state', asked.get('state') ?? '');
  await expect(redeem(denied)).rejects.toMatchObject({ code: 'sign-in-refused', error: 'access_denied' });
});

test('an application of its own needs neither a person nor a refresh token', async () => {
  const app = await provider({ grant: 'client', clientSecret: 'secret', scopes: 'mail/.default' });
  const tokens = await app.renew(undefined, 'support@acme.example');
  expect(server.knows(tokens.accessToken)).toBe(true);
  expect(tokens.refreshToken).toBeUndefined();
  expect(server.asked).toEqual(['client_credentials']);
});

test('a service account acts for the mailbox', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyFile = path.join(folder, 'key.json');
  writeFileSync(
    keyFile,
    JSON.stringify({
      client_email: 'desk@project.iam.example',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      token_uri: `${server.issuer}/tokens`,
    }),
  );
  // Its own address is https; that of a key file may be this machine.
  const google = await provider({ provider: 'google', keyFile });
  expect(google.grant).toBe('service-account');
  const tokens = await google.renew(undefined, 'support@acme.example');
  expect(server.knows(tokens.accessToken)).toBe(true);
  const [, claims = ''] = tokens.accessToken.split('.');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ sub: 'support@acme.example' });
});

test('a refusal is told from a bad day, in the provider’s first sentence and without a token', async () => {
  const device = await provider();
  server.refusing = 'invalid_grant';
  const refused = await device.renew('a-refresh-token', 'support').catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'sign-in-refused',
    error: 'invalid_grant',
    message: 'invalid_grant: AADSTS70008: The grant has ended.',
  });
  expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused))).not.toContain('a-refresh-token');
  server.refusing = 'server_error';
  await expect(device.renew('a-refresh-token', 'support')).rejects.toMatchObject({ code: 'sign-in-unavailable' });
});

test('a provider that cannot be reached is asked again the next time', async () => {
  const away = new URL(server.issuer);
  away.port = '1';
  await expect(provider({ provider: away })).rejects.toMatchObject({ code: 'sign-in-unavailable' });
  expect((await provider()).grant).toBe('device');
});
