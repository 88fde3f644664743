import { rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMount, startBreakablePostgres } from '../support/breakable-postgres.ts';
import { startDeskWorld } from '../support/desk-world.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';
import { startWatchedDesk } from './watched-desk.ts';

describe.skipIf(!canMount())('a desk whose database has no room left', () => {
  test('acknowledges nothing, sends nothing of it, stays up, and goes on when there is room', {
    timeout: 300_000,
  }, async () => {
    const postgres = await startBreakablePostgres({ megabytes: 128 });
    const world = await startDeskWorld({
      database: { url: postgres.urlBy(), drop: async () => {} },
      env: { AGENTS: 'alice@desk.example' },
    });
    try {
      const desk = await startWatchedDesk(world);
      await desk.write(2);
      await desk.served();
      // Room for the log of what is written, which PostgreSQL does not survive without, and none for another page.
      await postgres.administer('checkpoint');
      const ballast = path.join(postgres.folder, 'ballast');
      const { bavail, bsize } = await statfs(postgres.folder);
      await writeFile(ballast, Buffer.alloc(bavail * bsize), { flag: 'w' }).catch((error: unknown) =>
        expect(error).toMatchObject({ code: 'ENOSPC' }),
      );
      const sent = world.sink.mails.length;
      // Large enough that their bytes need pages of their own.
      await desk.write(3, `${'All of it is on fire. '.repeat(40)}\n`.repeat(200));
      await waitFor(
        () => /could not extend file/.test(desk.process.output()),
        PATIENCE_MS,
        () => `the database to be full; ${desk.process.output()}`,
      );
      expect(await world.rows('select count(*)::int from inbound_mails')).toEqual([{ count: 2 }]);
      expect(world.sink.mails).toHaveLength(sent);
      await rm(ballast);
      await desk.served();
      await desk.green();
      expect(await desk.process.terminate()).toBe(0);
    } finally {
      await world.stop();
      await postgres.end();
    }
  });
});
