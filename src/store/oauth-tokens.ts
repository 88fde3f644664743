import type { EpochMs } from '../domain/ticket/ids.ts';
import type { Database } from './database.ts';

/** The sealed tokens of a mailbox, by its address. `version` counts what was stored there. */
export type OauthRow = {
  sealed: Buffer | undefined;
  version: number;
  /** the provider said no, and why; until a new sign-in, or until it is tried again */
  refusal: OauthRefused | undefined;
};

/** `loginNeeded`: only a person who signs in again helps. */
export type OauthRefused = { msSince: number; words: string; loginNeeded: boolean };

/** @returns undefined where nobody has signed in */
export async function findOauthRow(database: Database, mailbox: string): Promise<OauthRow | undefined> {
  const { rows } = await database.query<{
    sealed: Buffer | null;
    version: number;
    ms_since: number | null;
    refusal: string | null;
    login_needed: boolean;
  }>(
    `select sealed, version, epoch_ms() - refused_at as ms_since, refusal, login_needed from oauth_tokens where mailbox = $1`,
    [mailbox],
  );
  const row = rows[0];
  return (
    row && {
      sealed: row.sealed ?? undefined,
      version: row.version,
      refusal:
        row.ms_since === null
          ? undefined
          : { msSince: row.ms_since, words: row.refusal ?? '', loginNeeded: row.login_needed },
    }
  );
}

/** Of several processes one renews: true for the one that may, as long as its lease lasts. */
export async function claimRenewal(
  database: Database,
  mailbox: string,
  version: number,
  leaseMs: number,
  now: EpochMs,
): Promise<boolean> {
  const { rowCount } = await database.query(
    `insert into oauth_tokens as t (mailbox, version, renewing_until, updated_at) values ($1, $2, epoch_ms() + $3, $4)
     on conflict (mailbox) do update set renewing_until = excluded.renewing_until
     where t.version = $2 and t.renewing_until <= epoch_ms()`,
    [mailbox, version, leaseMs, now],
  );
  return rowCount === 1;
}

/**
 * The tokens of a renewal: a rotated refresh token replaces the old one in this statement.
 * @returns false where others were stored meanwhile, by a new sign-in
 */
export async function markRenewed(
  database: Database,
  mailbox: string,
  version: number,
  sealed: Buffer,
  now: EpochMs,
): Promise<boolean> {
  const { rowCount } = await database.query(
    `update oauth_tokens set sealed = $3, version = version + 1, renewing_until = 0, refused_at = null, refusal = null,
       login_needed = false, updated_at = $4
     where mailbox = $1 and version = $2`,
    [mailbox, version, sealed, now],
  );
  return rowCount === 1;
}

/** A renewal failed: another may try. @param refusal what the provider said, where it said no */
export async function endRenewal(
  database: Database,
  mailbox: string,
  version: number,
  refusal: Omit<OauthRefused, 'msSince'> | undefined,
  now: EpochMs,
): Promise<void> {
  await database.query(
    `update oauth_tokens set renewing_until = 0, updated_at = $4,
       refused_at = case when $3::text is null then refused_at else epoch_ms() end, refusal = coalesce($3, refusal),
       login_needed = case when $3::text is null then login_needed else $5 end
     where mailbox = $1 and version = $2`,
    [mailbox, version, refusal?.words ?? null, now, refusal?.loginNeeded ?? false],
  );
}

/** The tokens of a new sign-in replace what was there, also while it is being renewed. */
export async function storeSignIn(database: Database, mailbox: string, sealed: Buffer, now: EpochMs): Promise<void> {
  await database.query(
    `insert into oauth_tokens as t (mailbox, sealed, version, updated_at) values ($1, $2, 1, $3)
     on conflict (mailbox) do update set sealed = excluded.sealed, version = t.version + 1, renewing_until = 0,
       refused_at = null, refusal = null, login_needed = false, updated_at = excluded.updated_at`,
    [mailbox, sealed, now],
  );
}
