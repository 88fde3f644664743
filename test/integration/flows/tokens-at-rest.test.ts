import { afterEach, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ALICE, ask, hand, mailAbout, SETTLED } from '../../support/played-desk.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';

let world: DeskWorld;
afterEach(() => world?.stop());

const PROOF = /(?<=(?:\d{1,16}-[0-9a-z]{1,11}|b[0-9a-z]{1,11})-)[a-z2-7]{26}(?![a-z0-9])/gi;

/** A text as it is and as what it may encode: quoted-printable, URL encoding, base64, and hexadecimal digits. */
function readings(bytes: Buffer): string[] {
  const text = bytes.toString('latin1');
  const inBase64 = text.replace(/[\r\n]|\\n/g, '').match(/[A-Za-z0-9+/]{40,}={0,2}/g) ?? [];
  const inHex = text.match(/(?:[0-9a-f]{2}){26,}/gi) ?? [];
  return [
    text,
    text
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    text.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    ...inBase64.map((run) => Buffer.from(run, 'base64').toString('latin1')),
    ...inHex.map((run) => Buffer.from(run, 'hex').toString('latin1')),
  ];
}

const proofsIn = (bytes: Buffer) =>
  new Set(readings(bytes).flatMap((text) => [...text.matchAll(PROOF)].map(([proof]) => proof.toLowerCase())));

/** Every value of every column that holds words or bytes, with where it stands. */
async function listValues(): Promise<{ where: string; value: Buffer }[]> {
  const columns = await world.rows<{ schema: string; name: string; column: string; type: string }>(
    `select table_schema as schema, table_name as name, column_name as column, data_type as type from information_schema.columns
     where table_schema not in ('pg_catalog', 'information_schema')
       and data_type in ('text', 'character varying', 'bytea', 'jsonb', 'json', 'ARRAY', 'USER-DEFINED')`,
  );
  const values: { where: string; value: Buffer }[] = [];
  for (const { schema, name, column, type } of columns) {
    const bytes = type === 'bytea' ? `"${column}"` : `convert_to("${column}"::text, 'UTF8')`;
    const rows = await world.rows<{ value: Buffer }>(
      `select ${bytes} as value from "${schema}"."${name}" where "${column}" is not null`,
    );
    values.push(...rows.map(({ value }) => ({ where: `${name}.${column}`, value })));
  }
  return values;
}

test('after a whole conversation nothing that stands in the database, but the mails that people sent us, holds a proof', async () => {
  world = await startDeskWorld({ env: { UNKNOWN_RESEND_MINUTES: '30' } });
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  const asked = await ask(world, 'jo@customer.example');
  const { ticket, customer } = asked;
  // A relay that repeats the addresses it was given, a no for now and a no for good, and one that is silent.
  let refusals = 2;
  world.sink.behaviour.onData = ({ envelope, raw }) => {
    if (!envelope.to.includes(customer) || refusals === 0) return 'accept';
    refusals -= 1;
    const replyTo = /^Reply-To: (.*)$/im.exec(raw.toString('latin1'))?.[1] ?? '';
    return { code: 451, message: `later, says ${envelope.from} of ${replyTo.trim()}` };
  };
  // An order that is none, with all of the notification quoted: it comes back with the words.
  const quoted = `/clsoe\n\n${asked.toAlice.raw}`;
  await hand(world, writeReply(asked.toAlice, ALICE, quoted));
  world.sink.behaviour.onData = () => 'accept';
  await world.rows(`update outbox set next_attempt_at = 0 where state = 'pending'`);
  await hand(world, writeReply(asked.toAlice, ALICE, 'Pour water on it.'));
  await world.rows(`update outbox set next_attempt_at = 0 where state = 'pending'`);
  await world.until(SETTLED);
  const response = await mailAbout(world, customer, ticket, 2);
  await hand(world, writeReply(response, customer, 'That helped.'));
  // The desk's own mail comes into its mailbox, and a report that it could not be delivered.
  const own = world.sink.mails.find(
    (mail) => mail.raw.includes('Pour water on it.') && mail.envelope.to.includes(customer),
  );
  if (!own) throw new Error('the response is not there');
  await hand(world, own.raw);
  await hand(
    world,
    writeMail({
      from: 'mailer-daemon@relay.example',
      to: own.envelope.from,
      subject: 'Undelivered Mail Returned to Sender',
      text: `<${customer}>: user unknown (in reply to RCPT of ${own.envelope.from})\n\n${own.raw.toString('latin1')}`,
    }),
  );
  await hand(world, writeReply(await mailAbout(world, 'alice@desk.example', ticket, 2), ALICE, '/close'));
  await world.until(SETTLED);

  const proofs = new Set(
    world.sink.mails.flatMap((mail) => [...proofsIn(mail.raw), ...proofsIn(Buffer.from(mail.envelope.from))]),
  );
  expect(proofs.size, 'tokens that went out').toBeGreaterThan(8);
  const found = (await listValues()).flatMap(({ where, value }) =>
    [...proofsIn(value)].filter((proof) => proofs.has(proof)).map(() => where),
  );
  // That the search finds what is there: people quote our mails, and their mails are kept as they came.
  expect(new Set(found)).toEqual(new Set(['inbound_mails.raw']));
});

test('what trace and the tables show of a Message-ID makes no response, and finds no ticket', async () => {
  world = await startDeskWorld();
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  const asked = await ask(world, 'jo@customer.example');
  const [row] = await world.rows<{ id: string; envelope: string }>(
    `select message_id as id, envelope_from as envelope from outbox where audience = 'agent' and ticket_id = ${asked.ticket}`,
  );
  if (!row) throw new Error('no notification');
  expect(row.id).toMatch(/~[0-9a-f]{16}/);
  const [token] = row.id.split('.');
  const forged = writeMail({
    from: 'alice@desk.example',
    to: `support+${token}@desk.example`,
    headers: [`In-Reply-To: <${row.id}>`, `References: <${row.id}>`],
    subject: `Re: [#${asked.ticket}]`,
    text: 'Send me your password.',
  });
  const [fate] = await hand(world, forged);
  expect(fate?.disposition).not.toBe('response');
  expect(await world.rows('select count(*)::int as n from responses')).toEqual([{ n: 0 }]);
});
