import { spawn } from 'node:child_process';
import path from 'node:path';
import { bareEnvironment } from '../../support/child-process.ts';

const TURNMAIL = path.join(import.meta.dirname, '../../../bin/turnmail');

export type Ran = { code: number | null; out: string; err: string };

/** Runs `bin/turnmail` to its end, with only the settings given. */
export async function runTurnmail(args: string[], settings: Record<string, string>, stdin = ''): Promise<Ran> {
  const { HOME = '' } = process.env;
  const child = spawn(TURNMAIL, args, {
    env: { ...bareEnvironment(), HOME, ...settings },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const code = await new Promise<number | null>((resolve) => child.once('close', (status) => resolve(status)));
  return { code, out, err };
}

/** The settings that every command on a database needs. */
export function deskSettings(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    SECRET: '5ec2e7'.repeat(11),
    SUPPORT_ADDRESS: 'Acme Support <support@acme.example>',
    SENDER_TRUST: 'none',
  };
}
