import { generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { planProvider } from '../../../src/auth/provider-plan.ts';
import { signAssertion } from '../../../src/auth/service-account.ts';
import { type OauthSettings, tokenTimes } from '../../../src/domain/desk/oauth.ts';

const SETTINGS: OauthSettings = {
  provider: 'microsoft',
  clientId: 'id',
  clientSecret: undefined,
  tenant: 'organizations',
  grant: undefined,
  scopes: undefined,
  keyFile: undefined,
  redirectPort: 0,
};

test('Microsoft without a secret is a device code for the person of the mailbox', () => {
  expect(planProvider(SETTINGS)).toMatchObject({
    grant: 'device',
    scopes: 'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access',
    endpoints: {
      token_endpoint: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token',
      device_authorization_endpoint: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/devicecode',
    },
  });
});

test('Microsoft with a secret is an application of its own', () => {
  const plan = planProvider({ ...SETTINGS, clientSecret: 'secret', tenant: 'acme.example' });
  expect(plan).toMatchObject({ grant: 'client', scopes: 'https://outlook.office365.com/.default' });
  expect(plan.endpoints?.token_endpoint).toBe('https://login.microsoftonline.com/acme.example/oauth2/v2.0/token');
});

test('Google is a browser, or a service account where there is a key', () => {
  const google = { ...SETTINGS, provider: 'google', clientSecret: 'secret' } as const;
  expect(planProvider(google)).toMatchObject({
    grant: 'code',
    scopes: 'https://mail.google.com/',
    authorization: { access_type: 'offline', prompt: 'consent' },
  });
  expect(planProvider({ ...google, keyFile: 'key.json' }).grant).toBe('service-account');
});

test('any other provider says it in its discovery document, and settings win over everything', () => {
  const other = { ...SETTINGS, provider: new URL('https://id.acme.example/realm') };
  expect(planProvider(other)).toMatchObject({ endpoints: undefined, grant: undefined, scopes: undefined });
  expect(planProvider({ ...other, grant: 'code', scopes: 'mail' })).toMatchObject({ grant: 'code', scopes: 'mail' });
});

test('a service account signs that it acts for the mailbox, for ten minutes', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const account = {
    email: 'desk@project.iam.example',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    tokenUri: 'https://oauth2.googleapis.com/token',
  };
  const [head = '', claims = '', signature = ''] = signAssertion(account, 'support@acme.example', 'mail', 5_000).split(
    '.',
  );
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
    iss: 'desk@project.iam.example',
    sub: 'support@acme.example',
    scope: 'mail',
    aud: 'https://oauth2.googleapis.com/token',
    iat: 5,
    exp: 605,
  });
  expect(verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
});

test('a token is renewed five minutes before its end, a short one after four fifths', () => {
  expect(tokenTimes(3600, 0)).toEqual({ expiresAt: 3_600_000, renewAt: 3_300_000 });
  expect(tokenTimes(10, 0)).toEqual({ expiresAt: 10_000, renewAt: 8_000 });
  expect(tokenTimes(undefined, 0)).toEqual({ expiresAt: 3_600_000, renewAt: 3_300_000 });
});
