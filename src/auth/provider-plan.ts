import type { OauthGrant, OauthSettings } from '../domain/desk/oauth.ts';

/** What is particular to a provider: its endpoints where no discovery is needed, and what to ask for. */
export type ProviderPlan = {
  /** undefined: the discovery document of `issuer` names them */
  endpoints:
    | { token_endpoint: string; authorization_endpoint: string; device_authorization_endpoint?: string }
    | undefined;
  issuer: string;
  /** undefined: by what the discovery document offers */
  grant: OauthGrant | undefined;
  /** undefined: `offline_access`, which OpenID Connect Core section 11 names */
  scopes: string | undefined;
  /** beside the standard ones, in the address of the page */
  authorization: Record<string, string>;
};

const MICROSOFT_SCOPES =
  'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access';
const MICROSOFT_APP_SCOPES = 'https://outlook.office365.com/.default';
const GOOGLE_SCOPES = 'https://mail.google.com/';

/** Microsoft and Google need no discovery: their endpoints are public, and Microsoft's issuer differs from its address. */
export function planProvider(settings: OauthSettings): ProviderPlan {
  const { provider, scopes } = settings;
  const grant = settings.grant ?? likelyGrant(settings);
  if (provider === 'microsoft') {
    const base = `https://login.microsoftonline.com/${encodeURIComponent(settings.tenant)}`;
    return {
      issuer: `${base}/v2.0`,
      endpoints: {
        token_endpoint: `${base}/oauth2/v2.0/token`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      },
      grant,
      scopes: scopes ?? (grant === 'client' ? MICROSOFT_APP_SCOPES : MICROSOFT_SCOPES),
      authorization: {},
    };
  }
  if (provider === 'google') {
    return {
      issuer: 'https://accounts.google.com',
      endpoints: {
        token_endpoint: 'https://oauth2.googleapis.com/token',
        authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
      },
      grant,
      scopes: scopes ?? GOOGLE_SCOPES,
      // Without both Google hands out no refresh token the second time.
      authorization: { access_type: 'offline', prompt: 'consent' },
    };
  }
  return { issuer: provider.href, endpoints: undefined, grant, scopes, authorization: {} };
}

/** Where OAUTH_GRANT does not say it. Google's device grant does not know the scope of mail. */
export function likelyGrant({ provider, clientSecret, keyFile }: OauthSettings): OauthGrant | undefined {
  if (keyFile !== undefined) return 'service-account';
  if (provider === 'microsoft') return clientSecret === undefined ? 'device' : 'client';
  return provider === 'google' ? 'code' : undefined;
}
