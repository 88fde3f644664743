import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALICE, DESK } from '../support/played-desk.ts';
import { seeMail } from '../support/sent-mail.ts';
import { type AttackedDesk, startAttackedDesk } from './attacked-desk.ts';
import { playScene } from './scenes.ts';

/** A mail in an agent's name to the customer of an open ticket, with the desk in copy: a response there, which readers get too. */
let desk: AttackedDesk;
beforeAll(async () => {
  desk = await startAttackedDesk({ BEGUN_PER_AGENT: '3' });
});
afterAll(() => desk?.stop());

let made = 0;
function inCopy(customer: string, reader: string, words: string, files = ''): Buffer {
  made++;
  const lines = [
    `From: ${ALICE}`,
    `To: ${customer}`,
    `Cc: ${DESK}`,
    'Subject: Re: Printer on fire',
    `Message-ID: <in-copy-${made}@desk.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=part',
    '',
    `--part\nContent-Type: text/plain\n\n/cc ${reader}\n\n${words}\n${files}--part--\n`,
  ];
  return Buffer.from(lines.join('\n').replaceAll('\n', '\r\n'));
}
const toOutsiders = () =>
  desk.relayed.filter(({ envelope }) => envelope.to.some((one) => one.endsWith('@elsewhere.example')));

const fileOf = (name: string, content: string) =>
  `--part\nContent-Type: application/octet-stream; name="${name}"\nContent-Disposition: attachment; filename="${name}"\n\n${content}\n`;

test.each([
  ['a program', fileOf('setup.exe', 'MZ')],
  ['a mail of the desk', fileOf('mail.txt', 'X-Turnmail-Desk: x\n\nSECRETNOTE')],
  ['a program beside a harmless file', fileOf('a.txt', 'a') + fileOf('setup.js', 'x')],
])('a copy of what an agent wrote to the customer carries no %s', async (_name, file) => {
  desk.clock.now += 25 * 3_600_000;
  const { customer } = await playScene(desk, 'a ticket with an open turn', desk.relayed.length);
  const before = toOutsiders().length;
  const row = await desk.receive(inCopy(customer, 'reads@elsewhere.example', 'Pour more on it.', file));
  expect(row).toMatchObject({ disposition: 'response', reason: 'agent-wrote-to-customer' });
  const copies = toOutsiders().slice(before);
  expect(copies).toHaveLength(1);
  for (const copy of copies) {
    const seen = await seeMail(copy);
    expect(seen.parsed.text).toContain('Pour more on it.');
    expect(seen.parsed.attachments).toEqual([]);
    expect(seen.raw).not.toContain('SECRETNOTE');
  }
});

test('whoever forges an agent makes the desk write to outsiders no more often than BEGUN_PER_AGENT allows', async () => {
  desk.clock.now += 25 * 3_600_000;
  const { customer } = await playScene(desk, 'a ticket with an open turn', desk.relayed.length);
  const counts: number[] = [];
  for (let n = 1; n <= 6; n++) {
    desk.clock.now += 60_000;
    await desk.receive(inCopy(customer, `victim-${n}@elsewhere.example`, `Buy this, number ${n}.`));
    counts.push(toOutsiders().length);
  }
  expect(counts[2]).toBeGreaterThan(counts[0] ?? 0);
  expect(counts.slice(3)).toEqual([counts[2], counts[2], counts[2]]);
});
