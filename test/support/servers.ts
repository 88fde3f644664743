import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { describe, it, type SuiteOptions } from 'vitest';

export type ServerName = 'redis-server' | 'dovecot' | 'chromium' | 'openssl';

const SERVERS: Record<ServerName, { binaries: string[]; install: string; version?: RegExp }> = {
  'redis-server': { binaries: ['redis-server'], install: 'apt-get install redis-server' },
  // Dovecot 2.4 has another configuration language; ours is that of 2.3.
  dovecot: { binaries: ['dovecot'], install: 'apt-get install dovecot-imapd dovecot-lmtpd (2.3)', version: /^2\.3\./ },
  openssl: { binaries: ['openssl'], install: 'apt-get install openssl' },
  chromium: { binaries: ['chromium', 'chromium-browser', 'google-chrome'], install: 'apt-get install chromium' },
};

/** The path of a server's program, or undefined where it is not installed (or not of the version that the tests know). */
export function serverPath(server: ServerName): string | undefined {
  const { binaries, version } = SERVERS[server];
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  for (const binary of binaries) {
    for (const folder of folders.filter((entry) => entry !== '')) {
      const candidate = path.join(folder, binary);
      try {
        accessSync(candidate, constants.X_OK);
      } catch {
        continue;
      }
      if (!version || version.test(spawnSync(candidate, ['--version'], { encoding: 'utf8' }).stdout)) return candidate;
    }
  }
  return undefined;
}

export function available(server: ServerName): boolean {
  return serverPath(server) !== undefined;
}

/** The path of a server's program. @throws Error that says how to install it */
export function requireServer(server: ServerName): string {
  const found = serverPath(server);
  if (found === undefined) throw new Error(`${server} is not installed: ${SERVERS[server].install}`);
  return found;
}

/**
 * A suite that needs a server of the machine. Where it is missing the suite is skipped and says so aloud; with CI=true
 * it fails instead, so that a test server that lost a package does not look green.
 */
export function describeWith(
  server: ServerName,
  title: string,
  ...given: [suite: () => void] | [options: SuiteOptions, suite: () => void]
): void {
  const [options, suite] = given.length === 2 ? given : [{}, given[0]];
  if (available(server)) {
    describe(title, options, suite);
    return;
  }
  const reason = `${title}: needs ${server}; ${SERVERS[server].install}`;
  if (process.env['CI'] === 'true') {
    describe(title, () => {
      it(`has ${server}`, () => {
        throw new Error(reason);
      });
    });
    return;
  }
  process.stderr.write(`\nSKIPPED: ${reason}\n\n`);
  describe.skip(title, suite);
}
