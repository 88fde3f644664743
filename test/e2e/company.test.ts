import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bareEnvironment, freePort, spawnServer, untilUp } from '../support/child-process.ts';
import { type MailboxesWorld, type MailboxName, startMailboxesWorld } from '../support/mailboxes-world.ts';
import { type SeenMail, seeMail, writeMail, writeReply } from '../support/sent-mail.ts';
import { describeWith } from '../support/servers.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';

// A desk as a company runs it: bin/turnmail, three mailboxes on two Dovecots, on a machine with much else to do.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const TURNMAIL = path.join(import.meta.dirname, '../../bin/turnmail');
const JURGEN = 'juergen@kunde.example';
const ANNA = 'anna@klient.example';
const KIM = 'kim@customer.example';
const LOU = 'lou@customer.example';
const TAX = 'steuer@kanzlei.example';
const ALICE = 'Alice Ames <alice@desk.example>';
const BOB = 'bob@desk.example';
const PEOPLE_OUTSIDE = [JURGEN, ANNA, KIM, LOU, TAX];
const DOMAIN: Record<MailboxName, string> = { support: 'desk.example', billing: 'desk.example', sales: 'shop.example' };
const NAME: Record<MailboxName, string> = { support: 'Acme Support', billing: 'Acme Billing', sales: 'Acme Sales' };

let desk: MailboxesWorld;

const flat = (mail: SeenMail) => mail.parsed.text.replace(/\s+/g, ' ');
const addressIn = (field: string | undefined) => /<?([^<>\s"]+@[^<>\s"]+?)>?$/.exec(field ?? '')?.[1] ?? '';
const to = (mailbox: MailboxName, recipient: string) =>
  desk.relays[mailbox].mails.filter(({ envelope }) => envelope.to.includes(recipient));

/** The newest mail to somebody that says this, by that mailbox's relay. */
async function said(mailbox: MailboxName, recipient: string, words: string): Promise<SeenMail> {
  let found: SeenMail | undefined;
  const look = async () => {
    for (const mail of to(mailbox, recipient)) {
      const seen = await seeMail(mail);
      if (`${seen.parsed.subject} ${flat(seen)}`.includes(words)) found = seen;
    }
    return found !== undefined;
  };
  await waitFor(look, PATIENCE_MS, () => `"${words}" to ${recipient} from ${mailbox}`);
  if (!found) throw new Error('a mail that was there is gone');
  return found;
}

function turnmail(args: string[], env: Record<string, string> = {}) {
  return spawnServer(TURNMAIL, args, { env: { ...bareEnvironment(), HOME: '/nonexistent', ...desk.env, ...env } });
}

async function start(): Promise<void> {
  const port = await freePort();
  const up = turnmail(['up'], { HTTP_PORT: String(port), LOCALE: 'auto', LOG_LEVEL: 'info' });
  desk.world.onStop(() => up.stop());
  const answers = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)) !== undefined;
  await untilUp(up, answers, 120_000);
}

async function signIn(): Promise<void> {
  desk.provider.device = 'approved';
  const login = turnmail(['login', 'sales']);
  const code = await new Promise((resolve) => login.child.once('close', resolve));
  expect({ code, out: login.output() }).toEqual({ code: 0, out: expect.stringContaining('sales@shop.example') });
}

describeWith(
  'dovecot',
  'a company with three mailboxes, German and Polish customers and a login without a password',
  () => {
    beforeAll(async () => {
      desk = await startMailboxesWorld();
      await signIn();
      await start();
      // Mail that was there before the first look is left alone.
      await desk.world.until('select count(*) = 3 from mailboxes where last_good_poll_at is not null');
    });
    afterAll(() => desk?.world.stop());

    test('each customer is answered in their language, by the mailbox that they wrote to', async () => {
      await desk.deliver(
        'billing',
        writeMail({
          from: `Jürgen Groß <${JURGEN}>`,
          to: 'billing@desk.example',
          subject: 'Rechnung doppelt',
          text: 'Guten Tag,\n\nich habe die Rechnung für Oktober zweimal bekommen. Welche davon soll ich bezahlen?\n\nViele Grüße\nJürgen Groß',
        }),
      );
      await desk.deliver(
        'sales',
        writeMail({
          from: `Anna Żak <${ANNA}>`,
          to: 'sales@shop.example',
          subject: 'Pytanie o dostawę',
          text: 'Dzień dobry,\n\nchciałabym zapytać, kiedy dotrze moje zamówienie. Czekam już dwa tygodnie.\n\nPozdrawiam\nAnna Żak',
        }),
      );
      await said('billing', JURGEN, 'Vielen Dank für Ihre Nachricht');
      await said('sales', ANNA, 'Dziękujemy');
    });

    test('/cc gives a third person copies, whose words are theirs and not the customer’s', async () => {
      const asked = await said('billing', BOB, 'zweimal bekommen');
      await desk.deliver('billing', writeReply(asked, BOB, `/cc ${TAX}\n\nBitte nur die erste.\n\nBob`));
      const response = await said('billing', JURGEN, 'Bitte nur die erste.');
      const copy = await said('billing', TAX, 'Bitte nur die erste.');
      expect(flat(response)).not.toContain('/cc');
      expect(addressIn(copy.header('reply-to'))).not.toBe(addressIn(response.header('reply-to')));
      await desk.deliver('billing', writeReply(copy, TAX, 'Wir haben beide gebucht.'));
      await said('billing', BOB, 'Wir haben beide gebucht.');
      await desk.deliver(
        'billing',
        writeReply(response, JURGEN, 'Danke, das hilft mir weiter, aber die Summe stimmt nicht.'),
      );
      await said('billing', BOB, 'die Summe stimmt nicht');
      expect(await desk.world.rows('select response_received from responses order by id')).toEqual([
        { response_received: expect.stringContaining('die Summe stimmt nicht') },
      ]);
    });

    test('/move hands the ticket over; the customer sees the next response’s From, and every old address of theirs stays good', async () => {
      const answered = await said('billing', BOB, 'die Summe stimmt nicht');
      const before = to('billing', JURGEN).length + to('support', JURGEN).length;
      await desk.deliver('billing', writeReply(answered, BOB, '/move support\n/note Sie rechnen mit 19 %.'));
      const handed = await said('support', 'alice@desk.example', 'Sie rechnen mit 19 %.');
      expect(to('billing', JURGEN).length + to('support', JURGEN).length).toBe(before);
      await desk.deliver('support', writeReply(handed, ALICE, 'Die Summe ist nun berichtigt.'));
      const next = await said('support', JURGEN, 'Die Summe ist nun berichtigt.');
      expect(flat(next)).toContain('Antworten Sie einfach auf diese E-Mail.');
      expect(flat(next)).not.toContain('19 %');
      await said('support', TAX, 'Die Summe ist nun berichtigt.');
      const first = await said('billing', JURGEN, 'Bitte nur die erste.');
      await desk.deliver('billing', writeReply(first, JURGEN, 'Jetzt passt es, vielen Dank für Ihre Mühe.'));
      await said('support', 'alice@desk.example', 'Jetzt passt es');
      expect(await desk.world.rows('select count(*)::int as tickets from tickets')).toEqual([{ tickets: 2 }]);
    });

    test('a forward and /new begin conversations; nobody outside reads what stood around the words', async () => {
      const forward = `Bitte ansehen.\n\n---------- Forwarded message ---------\nFrom: Kim Lee <${KIM}>\nDate: Fri, Nov 27, 2026 at 10:12 AM\nSubject: Kettle\nTo: Alice <alice@desk.example>\n\n\nMy kettle leaks.`;
      await desk.deliver(
        'support',
        writeMail({
          from: ALICE,
          to: 'support@desk.example',
          subject: 'Fwd: Kettle',
          text: forward.replace('Bitte ansehen.', '/note Angry.'),
        }),
      );
      const told = await said('support', 'alice@desk.example', `Nothing was sent to ${KIM}`);
      expect(to('support', KIM)).toEqual([]);
      await desk.deliver('support', writeReply(told, ALICE, 'A new lid is on its way.'));
      await said('support', KIM, 'A new lid is on its way.');
      await desk.deliver(
        'billing',
        writeMail({
          from: BOB,
          to: 'billing@desk.example',
          subject: 'Your refund',
          text: `/new ${LOU}\n\nYou get your money back.`,
        }),
      );
      await said('billing', LOU, 'You get your money back.');
      await said('billing', BOB, `Your words went to ${LOU}`);
    });

    test('no mail to anybody outside shows another identity, a command, a note or a hole', async () => {
      const looked: string[] = [];
      for (const mailbox of ['support', 'billing', 'sales'] as const) {
        for (const mail of desk.relays[mailbox].mails) {
          const [recipient = ''] = mail.envelope.to;
          if (!PEOPLE_OUTSIDE.includes(recipient)) continue;
          looked.push(`${mailbox} to ${recipient}`);
          const seen = await seeMail(mail);
          const own = new RegExp(`^${mailbox}(?:\\+.*)?@${DOMAIN[mailbox]}$`);
          for (const address of [
            addressIn(seen.header('from')),
            addressIn(seen.header('reply-to')),
            seen.envelope.from,
          ]) {
            expect(address).toMatch(own);
          }
          expect(seen.header('from')).toContain(NAME[mailbox]);
          expect(seen.header('message-id')).toMatch(new RegExp(`@${DOMAIN[mailbox]}>$`));
          const others = (['support', 'billing', 'sales'] as const).filter((one) => one !== mailbox);
          const words = `${seen.parsed.subject}\n${seen.parsed.text}`;
          for (const other of others) expect(words).not.toContain(NAME[other]);
          expect(words).not.toMatch(/\/(?:cc|note|move|for|new)\b|Angry|undefined|\[object|\{\{|\{\w+\}/);
        }
      }
      // Receipts and responses with their copies; and Jürgen's last mail came out of turn, of which he is told.
      expect(looked.sort()).toEqual([
        ...[JURGEN, JURGEN, LOU, TAX].map((one) => `billing to ${one}`),
        `sales to ${ANNA}`,
        ...[JURGEN, JURGEN, KIM, TAX].map((one) => `support to ${one}`),
      ]);
    });
  },
);
