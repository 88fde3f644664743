import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTurnmail } from './run-turnmail.ts';
import { createSeededDesk, JO, type SeededDesk } from './seeded-desk.ts';

let desk: SeededDesk;

beforeAll(async () => {
  desk = await createSeededDesk();
  const added = await runTurnmail(['agent', 'add', 'alice@acme.example', '--name', 'Alice'], desk.settings);
  expect(added).toEqual({ code: 0, out: 'Alice <alice@acme.example> is an agent of this desk.\n', err: '' });
});

afterAll(() => desk.drop());

const turnmail = (args: string[], stdin?: string) => runTurnmail(args, desk.settings, stdin);

async function rows(sql: string, ...values: unknown[]) {
  return (await desk.database.query(sql, values)).rows as Record<string, unknown>[];
}

const audit = (id: number) =>
  rows(`select actor, action from audit_log where ticket_id = $1 and actor <> 'customer' order by id`, id);

test('a response by hand is a response: row, status, outbox and audit, with the operator as actor', async () => {
  const { ticketId } = await desk.openTicket('Teapot');
  const { code, out, err } = await turnmail(['ticket', 'respond', String(ticketId), '--text', 'A lid is on its way.']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(JO);
  expect(await rows('select response_sent, response_received from responses where ticket_id = $1', ticketId)).toEqual([
    { response_sent: 'A lid is on its way.', response_received: null },
  ]);
  expect(await rows('select status from tickets where id = $1', ticketId)).toEqual([{ status: 'in_process' }]);
  const sent = `select kind, recipient, state, response_id is not null as turn from outbox
                where ticket_id = $1 and kind <> 'receipt'`;
  expect(await rows(sent, ticketId)).toEqual([{ kind: 'response', recipient: JO, state: 'pending', turn: true }]);
  expect(await audit(ticketId)).toEqual([{ actor: 'operator', action: 'responded' }]);
});

test('the words may come from standard input, with their lines', async () => {
  const { ticketId } = await desk.openTicket('Cup');
  expect((await turnmail(['ticket', 'respond', String(ticketId), '-'], 'First line.\r\n\r\nSecond.\n')).code).toBe(0);
  const [row] = await rows('select response_sent from responses where ticket_id = $1', ticketId);
  expect(row?.['response_sent']).toBe('First line.\n\nSecond.');
});

test('closing copies the last response and writes to the customer; closing again is refused and changes nothing', async () => {
  const { ticketId } = await desk.openTicket('Saucer');
  const id = String(ticketId);
  await turnmail(['ticket', 'respond', id, '--text', 'Here it is.']);
  expect((await turnmail(['ticket', 'close', id])).code).toBe(0);
  const [ticket] = await rows('select status, last_response from tickets where id = $1', ticketId);
  expect(ticket).toEqual({ status: 'closed', last_response: 'Here it is.' });
  const closing = await rows(
    `select payload->>'closedBy' as by from outbox where ticket_id = $1 and kind = 'closing'`,
    ticketId,
  );
  expect(closing).toEqual([{ by: 'operator' }]);
  const again = await turnmail(['ticket', 'close', id]);
  expect(again).toEqual({ code: 65, out: '', err: `turnmail: Ticket [#${id}] is closed already.\n` });
  const respond = await turnmail(['ticket', 'respond', id, '--text', 'One more thing.']);
  expect(respond.code).toBe(65);
  expect(respond.err).toContain('turnmail ticket reopen');
  expect(await audit(ticketId)).toHaveLength(2);
  expect((await turnmail(['ticket', 'reopen', id])).code).toBe(0);
  const [open] = await rows('select status, last_response from tickets where id = $1', ticketId);
  expect(open).toEqual({ status: 'in_process', last_response: null });
});

test('a note stays inside, and assigning tells the agent only', async () => {
  const { ticketId } = await desk.openTicket('Spoon');
  const id = String(ticketId);
  expect((await turnmail(['ticket', 'note', id, '--text', 'Shelf 4.'])).code).toBe(0);
  expect(await rows('select note, agent_id from notes where ticket_id = $1', ticketId)).toEqual([
    { note: 'Shelf 4.', agent_id: null },
  ]);
  expect((await turnmail(['ticket', 'assign', id, 'alice'])).code).toBe(0);
  const sent = await rows(`select kind, recipient from outbox where ticket_id = $1 and kind <> 'receipt'`, ticketId);
  expect(sent).toEqual([{ kind: 'notification', recipient: 'alice@acme.example' }]);
  const unknown = await turnmail(['ticket', 'assign', id, 'zoe']);
  expect(unknown.code).toBe(65);
  expect(unknown.err).toBe('turnmail: There is no agent "zoe"; the agents are: alice@acme.example.\n');
});

test('list and show speak to people and to programs', async () => {
  const { ticketId } = await desk.openTicket('Kettle \u001b[31mred');
  await turnmail(['ticket', 'note', String(ticketId), '--text', 'Rare.']);
  const { ticketId: closedId } = await desk.openTicket('Ladle');
  await turnmail(['ticket', 'close', String(closedId)]);
  const list = async (...options: string[]) =>
    JSON.parse((await turnmail(['ticket', 'list', '--json', ...options])).out) as Record<string, unknown>[];
  const listed = await list();
  const found = listed.find((one) => one['id'] === ticketId);
  expect(found).toMatchObject({ email: JO, status: 'open', turn: 'desk', assignee: null, responses: 0, held: 0 });
  expect(listed.map((one) => one['id'])).not.toContain(closedId);
  expect((await list('--all')).at(-1)).toMatchObject({ id: closedId, status: 'closed', turn: null });
  const people = await turnmail(['ticket', 'list', '--all']);
  expect(people.out.split('\n')[0]).toMatch(/^ID +STATUS +TURN/);
  expect(people.out).not.toContain('\u001b');
  const shown = await turnmail(['ticket', 'show', `#${ticketId}`]);
  expect(shown.out).toContain('I ask about: Kettle');
  expect(shown.out).toContain('Rare.');
  expect(shown.out).not.toContain('\u001b');
  const json = JSON.parse((await turnmail(['ticket', 'show', String(ticketId), '--json'])).out);
  expect(json.ticket.query).toContain('Kettle');
  expect(json.notes).toHaveLength(1);
  expect(json.received).toHaveLength(1);
});

test('what is not there, and what cannot be understood, each has its exit code and one sentence', async () => {
  expect(await turnmail(['ticket', 'show', '999'])).toEqual({
    code: 66,
    out: '',
    err: 'turnmail: there is no ticket 999\n',
  });
  expect((await turnmail(['ticket', 'close', '999'])).code).toBe(66);
  expect((await turnmail(['ticket', 'show', 'nine'])).code).toBe(64);
  expect((await turnmail(['ticket', 'respond', '1'])).code).toBe(64);
  expect((await turnmail(['ticket', 'respond', '1', '-', '--text', 'both'])).code).toBe(64);
});

test('revoking makes every token of a ticket void and no other, and removing an agent those of the agent', async () => {
  const [{ ticketId }, other] = [await desk.openTicket('Jug'), await desk.openTicket('Bowl')];
  const live = `select count(*)::int as n from reply_tokens where ticket_id = $1 and revoked_at is null`;
  for (const id of [ticketId, other.ticketId]) await turnmail(['ticket', 'respond', String(id), '--text', 'Here.']);
  const [before] = await rows(live, other.ticketId);
  expect((await rows(live, ticketId))[0]).toEqual(before);
  const { code, out } = await turnmail(['ticket', 'revoke', String(ticketId)]);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('is void') });
  expect(await rows(live, ticketId)).toEqual([{ n: 0 }]);
  expect(await rows(live, other.ticketId)).toEqual([before]);
  expect((await audit(ticketId)).at(-1)).toEqual({ actor: 'operator', action: 'revoked' });

  await turnmail(['agent', 'add', 'carol@acme.example']);
  await turnmail(['ticket', 'assign', String(other.ticketId), 'carol@acme.example']);
  const ofCarol = `select count(*)::int as n from reply_tokens where revoked_at is null
    and agent_id = (select id from agents where email = 'carol@acme.example')`;
  expect(await rows(ofCarol)).toEqual([{ n: 1 }]);
  await turnmail(['agent', 'remove', 'carol@acme.example']);
  expect(await rows(ofCarol)).toEqual([{ n: 0 }]);
});

test('--full shows the whole text of each mail about a ticket, and --save keeps each as it came', async () => {
  const { ticketId, inboundId, messageId } = await desk.openTicket('Sugar bowl');
  const raw = `Message-ID: <${messageId}>\r\n\r\nSugar bowl\r\n`;
  const shown = await turnmail(['ticket', 'show', String(ticketId), '--full', '--json']);
  const { mails } = JSON.parse(shown.out) as { mails: { id: number; text: string; raw: string }[] };
  expect(mails).toMatchObject([{ id: inboundId, text: 'Sugar bowl', raw: Buffer.from(raw).toString('base64') }]);
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-'));
  const { code, out } = await turnmail(['ticket', 'show', String(ticketId), '--full', '--save', folder]);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(`Mail ${inboundId}, ticket`) });
  expect(await readFile(path.join(folder, `mail-${inboundId}.eml`), 'utf8')).toBe(raw);
  await desk.database.query('update inbound_mails set raw = null where id = $1', [inboundId]);
  expect((await turnmail(['ticket', 'show', String(ticketId), '--full'])).out).toContain('its bytes were removed');
});
