import { type AddressInfo, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MailView } from '../../src/domain/mail/mail-view.ts';
import { composeMail } from '../../src/mail/compose/compose-mail.ts';
import { loadTemplates } from '../../src/mail/templates/render-template.ts';
import { createSmtpSender, type SmtpSender } from '../../src/smtp/smtp-sender.ts';
import { everyMail, mailHeaders, mailView } from '../support/mail-views.ts';
import { fc } from '../support/seeded-properties.ts';

/**
 * What our side says in SMTP, byte for byte, whatever the words are: one MAIL, one RCPT and one DATA for each mail, its
 * end where it ends and nowhere before, for every server's idea of an end (RFC 5321 section 4.5.2; SMTP smuggling, 2023).
 */
const templates = loadTemplates(path.join(import.meta.dirname, '../../templates'));
const END = '\r\n.\r\n';

/** An SMTP server of the plainest kind, which keeps every byte that it is sent. */
async function startListener() {
  // By connection: the sender leaves one after some mails, and its QUIT may come late.
  const heard = new Map<Socket, string>();
  const server = createServer((socket) => {
    let inData = false;
    let line = '';
    heard.set(socket, '');
    socket.on('error', () => {});
    socket.write('220 listener\r\n');
    socket.on('data', (data) => {
      const text = data.toString('latin1');
      heard.set(socket, `${heard.get(socket)}${text}`);
      line += text;
      for (;;) {
        const end = line.indexOf(inData ? END : '\r\n');
        if (end < 0) return;
        const command = line.slice(0, end);
        line = line.slice(end + (inData ? END : '\r\n').length);
        if (!inData && command === 'DATA') socket.write('354 go on\r\n');
        else socket.write('250 ok\r\n');
        inData = !inData && command === 'DATA';
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    take: () => {
      const said = [...heard.values()].map((text) => text.replace(/^EHLO [^\r\n]*\r\n/, ''));
      for (const socket of heard.keys()) heard.set(socket, '');
      return said.filter((text) => text !== '' && text !== 'QUIT\r\n').join('');
    },
    stop: async () => {
      for (const socket of heard.keys()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let listener: Awaited<ReturnType<typeof startListener>>;
let smtp: SmtpSender;
beforeAll(async () => {
  listener = await startListener();
  smtp = createSmtpSender({ url: `smtp://127.0.0.1:${listener.port}`, connections: 1, timeoutMs: 20_000 });
});
afterAll(async () => {
  await smtp?.close();
  await listener?.stop();
});

async function onTheWire(raw: Buffer): Promise<string> {
  const outcome = await smtp.send({ envelopeFrom: 'b@desk.example', recipient: 'jo@customer.example', raw });
  expect(outcome).toMatchObject({ kind: 'accepted' });
  return listener.take();
}

/** The dialogue of one mail; its message, still with its dots doubled. */
function messageOf(wire: string): string {
  const [, message] =
    /^MAIL FROM:<b@desk\.example>[^\r\n]*\r\nRCPT TO:<jo@customer\.example>\r\nDATA\r\n([\s\S]*)$/.exec(wire) ?? [];
  if (message === undefined) throw new Error(`another dialogue than that of one mail: ${wire.slice(0, 300)}`);
  return message;
}

function expectOneEnd(wire: string): void {
  const message = messageOf(wire);
  expect(message.indexOf(END)).toBe(message.length - END.length);
  const inside = message.slice(0, -END.length);
  // Nor an end for servers that take a bare CR or LF for a line end.
  expect(inside).not.toMatch(/(?<!\r)\n|\r(?!\n)|\0/);
  expect(inside).not.toMatch(/\r\n\.(?!\.)/);
}

const response = (words: string): MailView => {
  const view = mailView('response');
  return view.content.template === 'response' ? { ...view, content: { ...view.content, words } } : view;
};

test('every mail of ours with everything in it that a stranger might try ends once', async () => {
  for (const { view, headers } of everyMail('hostile')) {
    const raw = await composeMail(templates, 'en', view, { ...headers }, []);
    expectOneEnd(await onTheWire(raw));
  }
});

test('words made of dots, line ends and commands end once, and arrive as they were', async () => {
  const piece = fc.constantFrom(
    '.',
    '..',
    '\r',
    '\n',
    '\r\n',
    '\0',
    'QUIT',
    'MAIL FROM:<a@b.example>',
    'x',
    '\u2028',
    '\u0085',
    ' ',
    '=',
    'ü',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
      const raw = await composeMail(templates, 'en', response(`a${pieces.join('')}z`), mailHeaders('response'), [
        { filename: 'a.txt', contentType: 'text/plain', content: Buffer.from(pieces.join('')) },
      ]);
      const wire = await onTheWire(raw);
      expectOneEnd(wire);
      const unstuffed = messageOf(wire)
        .slice(0, -3)
        .replace(/(^|\r\n)\.\./g, '$1.');
      expect(unstuffed).toBe(raw.toString('latin1'));
    }),
    { numRuns: 150 },
  );
});
