import MailComposer from 'nodemailer/lib/mail-composer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { readAttachments } from '../../../src/mail/parse/parse-mail.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import type { SeenMail } from '../../support/sent-mail.ts';

const compose = (mail: ConstructorParameters<typeof MailComposer>[0]) => new MailComposer(mail).compile().build();

const filesOf = async (mail: SeenMail) => {
  const files = await readAttachments(Buffer.from(mail.raw, 'latin1'), 'all', DEFAULT_PARSE_BOUNDS);
  return files.map(({ attachment, content }) => ({ name: attachment.filename, type: attachment.contentType, content }));
};

// Its tests are one story, each in the world that the one before has left.
describe('files', { shuffle: false }, () => {
  let world: DeskWorld;
  const photo = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7) % 256));

  beforeAll(async () => {
    world = await startDeskWorld({ env: { MAX_ATTACHED_MB: '1' } });
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  });
  afterAll(() => world?.stop());

  test('of a customer travel to the agents byte for byte, in a mail of HTML alone, with a name of their own', async () => {
    await world.deliver(
      await compose({
        from: { name: 'Jö Döe', address: 'jo@customer.example' },
        to: 'support@desk.example',
        subject: 'Drücker brennt 🔥',
        messageId: '<html@customer.example>',
        html: '<p>Mein <b>Drucker</b> brennt.</p><ul><li>hinten</li><li>vorn</li></ul><p style="display:none">secret bait</p>',
        attachments: [{ filename: 'Föto des Feuers.jpg', content: photo, contentType: 'image/jpeg' }],
      }),
    );
    const seen = await world.mailTo('alice@desk.example');
    expect(seen.parsed.text).toContain('Mein *Drucker* brennt.');
    expect(seen.parsed.text).toContain('Jö Döe');
    expect(seen.parsed.text).not.toContain('secret bait');
    expect(seen.parsed.text).toContain('Föto des Feuers.jpg');
    expect(await filesOf(seen)).toEqual([{ name: 'Föto des Feuers.jpg', type: 'image/jpeg', content: photo }]);
    const [ticket] = await world.rows('select query from tickets');
    expect(ticket?.['query']).toContain('Mein Drucker brennt.');
    expect(ticket?.['query']).not.toContain('secret bait');
    expect((await filesOf(await world.mailTo('jo@customer.example'))).length).toBe(0);
  });

  test('of an agent travel to the customer with the response', async () => {
    const seen = await world.mailTo('alice@desk.example');
    // Above MAX_ATTACHED_MB: an agent's own file is not left out of a response without a word.
    const manual = Buffer.concat([Buffer.from('%PDF-1.7 how to put out a fire'), Buffer.alloc(1_100_000, 7)]);
    await world.deliver(
      await compose({
        from: 'alice@desk.example',
        to: seen.header('Reply-To') ?? '',
        subject: 'Re: Ticket [#1]',
        text: 'See the manual.',
        attachments: [{ filename: 'manual.pdf', content: manual, contentType: 'application/pdf' }],
      }),
    );
    const response = await world.mailTo('jo@customer.example', 2);
    expect(response.parsed.subject).toBe('Re: Drücker brennt 🔥 [#1]');
    expect(await filesOf(response)).toEqual([{ name: 'manual.pdf', type: 'application/pdf', content: manual }]);
  });

  test('that an agent pastes into the text travel, a logo in the signature does not, and both stand as they should in the history', async () => {
    const notified = await world.mailTo('alice@desk.example');
    const shot = Buffer.from('a picture of the knob');
    await world.deliver(
      await compose({
        from: 'alice@desk.example',
        to: notified.header('Reply-To') ?? '',
        subject: 'Re: Ticket [#1]',
        html: '<p>Turn this knob: <img src="cid:shot@x"></p><div>-- </div><div>Alice<br><img src="cid:logo@x"></div>',
        attachments: [
          { filename: 'knob.png', content: shot, contentType: 'image/png', cid: 'shot@x' },
          { filename: 'logo.png', content: 'the logo', contentType: 'image/png', cid: 'logo@x' },
          { filename: 'form.pdf', content: '%PDF', contentType: 'application/pdf', contentDisposition: 'inline' },
        ],
      }),
    );
    const response = await world.mailTo('jo@customer.example', 3);
    expect((await filesOf(response)).map(({ name }) => name)).toEqual(['knob.png', 'form.pdf']);
    const told = await world.mailTo('alice@desk.example', 2);
    expect(told.parsed.text).toMatch(/sent\s+without\s+logo\.png/);
    await world.deliver(
      await compose({
        from: 'jo@customer.example',
        to: response.header('Reply-To') ?? '',
        subject: 'Re: Drücker brennt [#1]',
        text: 'Which knob?',
      }),
    );
    const answer = await world.mailTo('alice@desk.example', 3);
    expect(answer.parsed.text).toMatch(/\[knob\.png, 21 bytes\]\s+\[form\.pdf, 4 bytes\]/);
    expect(answer.parsed.text).toMatch(/\[manual\.pdf, 1 MB\]/);
    expect(answer.parsed.text).toContain('[Föto des Feuers.jpg, 20 kB]');
    expect(answer.parsed.text).not.toContain('logo.png');
  });

  test('that can do harm are named to the agents and stay in the raw mail; what is left travels', async () => {
    const program = Buffer.from('MZ not really a program');
    await world.deliver(
      await compose({
        from: 'mal@customer.example',
        to: 'support@desk.example',
        subject: 'Invoice',
        text: 'See the invoice.',
        attachments: [
          { filename: 'invoice.pdf.exe', content: program, contentType: 'application/pdf' },
          { filename: 'page', content: '<script>1</script>', contentType: 'text/html' },
          { filename: 'meeting.ics', content: 'BEGIN:VCALENDAR', contentType: 'text/calendar' },
        ],
      }),
    );
    const seen = await world.mailTo('alice@desk.example', 4);
    expect(seen.parsed.text).toMatch(
      /\* invoice\.pdf\.exe \(application\/pdf, 23 bytes, not passed on: it\s+could\s+do\s+harm\)/,
    );
    expect(seen.parsed.text).toMatch(/\* page \(text\/html, 18 bytes, not passed on/);
    expect((await filesOf(seen)).map(({ name, type }) => [name, type])).toEqual([
      ['meeting.ics', 'application/octet-stream'],
    ]);
    expect(seen.raw).not.toContain(program.toString('base64'));
    expect(await world.rows(`select raw is not null as kept from inbound_mails order by id desc limit 1`)).toEqual([
      { kept: true },
    ]);
  });

  test('beyond a hundred are named only, so that the mail is one that a client opens', async () => {
    const attachments = Array.from({ length: 120 }, (_, index) => ({
      filename: `page-${index + 1}.txt`,
      content: 'x',
    }));
    await world.deliver(await compose({ from: 'pat@customer.example', to: 'support@desk.example', attachments }));
    const seen = await world.mailTo('bob@desk.example', 3);
    expect(await filesOf(seen)).toHaveLength(100);
    expect(seen.parsed.text).toMatch(/\* page-120\.txt \(text\/plain, 1 byte, not\s+attached\s+here\)/);
  });

  test('of an agent that can do harm come back with the words, and the customer gets nothing', async () => {
    const seen = await world.mailTo('alice@desk.example', 4);
    await world.deliver(
      await compose({
        from: 'alice@desk.example',
        to: seen.header('Reply-To') ?? '',
        subject: 'Re: Ticket [#2]',
        text: 'Run this, please.',
        attachments: [{ filename: 'fix.js', content: 'run()', contentType: 'application/octet-stream' }],
      }),
    );
    const back = await world.mailTo('alice@desk.example', 6);
    expect(back.parsed.text).toMatch(/The file fix\.js is of a type that this desk does not pass on/);
    expect(back.parsed.text).toContain('Run this, please.');
    await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
    expect(world.countTo('mal@customer.example')).toBe(1);
    expect(await world.rows('select count(*)::int as n from responses where ticket_id = 2')).toEqual([{ n: 0 }]);
  });

  test('above the limit are named and counted, and stay in the raw mail', async () => {
    const response = await world.mailTo('jo@customer.example', 2);
    await world.deliver(
      await compose({
        from: 'jo@customer.example',
        to: response.header('Reply-To') ?? '',
        subject: 'Re: big',
        text: 'Here is the film.',
        attachments: [
          { filename: 'film.mp4', content: Buffer.alloc(1_200_000, 1), contentType: 'video/mp4' },
          { filename: 'small.txt', content: 'small', contentType: 'text/plain' },
        ],
      }),
    );
    const seen = await world.mailTo('alice@desk.example', 7);
    expect(seen.parsed.text).toContain('film.mp4');
    expect((await filesOf(seen)).map((file) => file.name)).toEqual(['small.txt']);
    expect(await world.rows('select filename, size from attachments order by size desc limit 1')).toEqual([
      { filename: 'film.mp4', size: 1_200_000 },
    ]);
  });

  test('travel byte for byte however the mail that brought them has encoded them', async () => {
    const file = (name: string, encoding: string, body: string) =>
      `--b\r\nContent-Type: application/pdf; name=${name}\r\nContent-Disposition: attachment; filename=${name}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`;
    const lines = (width: number, end = '\r\n') =>
      photo.toString('base64').replace(RegExp(`.{${width}}(?=.)`, 'g'), `$&${end}`);
    const quoted = [...photo].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
    const before = world.countTo('alice@desk.example');
    await world.deliver(
      Buffer.from(
        `From: kim@customer.example\r\nTo: support@desk.example\r\nSubject: Scans\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHere they are.\r\n${[
          file('as-we-write.pdf', 'base64', lines(76)),
          file('short-lines.pdf', 'base64', lines(64)),
          file('bare-line-feeds.pdf', 'base64', lines(76, '\n')),
          file('quoted.pdf', 'quoted-printable', quoted.replace(/.{72}(?=.)/g, '$&=\r\n')),
          file('last.pdf', 'base64', `${lines(76)}\r\n`),
        ].join('')}--b--\r\n`,
        'latin1',
      ),
    );
    const names = ['as-we-write.pdf', 'short-lines.pdf', 'bare-line-feeds.pdf', 'quoted.pdf', 'last.pdf'];
    const seen = await world.mailTo('alice@desk.example', before + 1);
    expect(await filesOf(seen)).toEqual(names.map((name) => ({ name, type: 'application/pdf', content: photo })));
    const passed = await world.rows(`select filename from attachments
      where base64_from is not null and filename like '%.pdf' and size = ${photo.length} order by position`);
    expect(passed).toEqual([{ filename: 'as-we-write.pdf' }, { filename: 'last.pdf' }]);
  });
});
