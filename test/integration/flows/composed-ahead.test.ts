import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { SendingDesk } from '../../../src/flows/send/prepare-mail.ts';
import { sendInLanes } from '../../../src/flows/send/send-waiting.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { startParserPool } from '../../../src/mail/parse/parser-pool.ts';
import { loadTemplates } from '../../../src/mail/templates/render-template.ts';
import { createSmtpSender } from '../../../src/smtp/smtp-sender.ts';
import type { Database } from '../../../src/store/database.ts';
import { inTransaction } from '../../../src/store/database.ts';
import { insertOutbox } from '../../../src/store/outbox/bounded-outbox.ts';
import { freePort } from '../../support/child-process.ts';
import { startDeskWorld } from '../../support/desk-world.ts';
import { nextId, outboxRow } from '../../support/new-rows.ts';
import { testDesk } from '../../support/test-desk.ts';

const TEMPLATES = fileURLToPath(new URL('../../../templates/', import.meta.url));

test('a lane does not end before a mail that is slow to compose ahead went out', async () => {
  const world = await startDeskWorld({});
  const desk = testDesk(world, Date.now());
  const parser = startParserPool({ workers: 1, timeoutMs: 60_000, maxHeapMb: 256, bounds: DEFAULT_PARSE_BOUNDS });
  world.onStop(() => parser.close());
  const ids = await inTransaction(desk.database, async (tx) => {
    const rows = [];
    for (const to of ['a@ops.example', 'b@ops.example', 'c@ops.example']) {
      const payload = { lines: ['Done.'] };
      rows.push(outboxRow(await nextId(tx, 'outbox'), to, { template: 'confirmation', audience: 'operator', payload }));
    }
    return await insertOutbox(tx, rows, 1_000);
  });
  const slowFor = (database: Database): Database =>
    new Proxy(database, {
      get: (of, name) => {
        const found = Reflect.get(of, name);
        if (name !== 'query') return typeof found === 'function' ? found.bind(of) : found;
        return async (text: string, values?: unknown[]) => {
          // Fixed pause: what is composed must take longer than the mails before and after it.
          if (text.startsWith('select raw, sealed_ids') && values?.[0] === ids[1]) await sleep(1_000);
          return await of.query(text, values);
        };
      },
    });
  const send = async (url: string, database: Database) => {
    const smtp = createSmtpSender({ url, connections: 1, timeoutMs: 20_000, allowPlaintext: true });
    const templates = loadTemplates(TEMPLATES, { timeZone: 'UTC' });
    const sending: SendingDesk = {
      ...{ ...desk, database, templates, parser, smtp },
      ...{ timeZone: 'UTC', maxAttachedBytes: 10_000_000 },
    };
    await sendInLanes(sending)(new AbortController().signal);
    await smtp.close();
  };
  // Nobody listens there: the mails are composed and kept, and wait for another attempt.
  await send(`smtp://127.0.0.1:${await freePort()}`, desk.database);
  await world.rows('update outbox set next_attempt_at = 0');
  expect(await world.rows('select distinct state, raw is not null as composed from outbox')).toEqual([
    { state: 'pending', composed: true },
  ]);
  await send(world.sink.url, slowFor(desk.database));
  expect(await world.rows('select state from outbox order by id')).toEqual(Array(3).fill({ state: 'sent' }));
  await world.stop();
});
