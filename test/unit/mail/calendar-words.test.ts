import { expect, test } from 'vitest';
import { classifyMail } from '../../../src/decide/machine/classify-mail.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';

const EVENT = [
  'BEGIN:VEVENT',
  'UID:3',
  'DTSTART;TZID="Europe/Berlin: all":20261201T100000',
  'SUMMARY;LANGUAGE=en:Lift inspection',
  'DESCRIPTION;ALTREP="cid:x:y":The lift in Street 5 is stuck\\, please come.\\nIt smells\\; a',
  '  lot.',
  'COMMENT:Ring twice.',
  'LOCATION:Street 5\\, door B',
  'BEGIN:VALARM',
  'DESCRIPTION:Reminder',
  'END:VALARM',
  'END:VEVENT',
];

const calendar = (method: string, event = EVENT) =>
  ['BEGIN:VCALENDAR', `METHOD:${method}`, ...event, 'END:VCALENDAR'].join('\r\n');

async function read(contentType: string, body: string) {
  const head = [
    'From: Cai <cai@cust.example>',
    'To: support@desk.example',
    'Subject: Lift',
    'Message-ID: <c@c.example>',
  ];
  const raw = Buffer.from([...head, 'MIME-Version: 1.0', `Content-Type: ${contentType}`, '', body, ''].join('\r\n'));
  const outcome = await parseMail(raw, DEFAULT_PARSE_BOUNDS);
  if (!outcome.ok) throw new Error(outcome.fault);
  const { mail } = outcome;
  return {
    kind: classifyMail(mail, { addresses: ['support@desk.example'], headerValues: ['d'] }).kind,
    reply: mail.reply,
  };
}

const part = (type: string, content: string) => ['--c', `Content-Type: ${type}`, '', content].join('\r\n');
const mixed = (...parts: string[]) => ({
  type: 'multipart/alternative; boundary="c"',
  body: [...parts, '--c--'].join('\r\n'),
});

const WORDS =
  'Lift inspection\n\nThe lift in Street 5 is stuck, please come.\nIt smells; a lot.\n\nRing twice.\n\n(2026-12-01 10:00, Street 5, door B)';

test('an invitation without a text is a mail of the words in it', async () => {
  const ics = part('text/calendar; charset=utf-8; method=REQUEST', calendar('REQUEST'));
  const { type, body } = mixed(part('text/plain', ''), part('text/html', '<html><body></body></html>'), ics);
  expect(await read(type, body)).toEqual({ kind: 'normal', reply: WORDS });
});

test('so is one that is nothing but calendar data', async () => {
  expect(await read('text/calendar; method=REQUEST; charset=utf-8', calendar('REQUEST'))).toEqual({
    kind: 'normal',
    reply: WORDS,
  });
});

test('an invitation with a text keeps that text as its words', async () => {
  const ics = part('text/calendar; method=REQUEST', calendar('REQUEST'));
  const { type, body } = mixed(part('text/plain', 'Please come and look.'), ics);
  expect(await read(type, body)).toEqual({ kind: 'normal', reply: 'Please come and look.' });
});

test.each(['REPLY', 'CANCEL', 'COUNTER'])('%s is what a calendar program writes', async (method) => {
  const answer = calendar(
    method,
    EVENT.filter((line) => !line.startsWith('COMMENT')),
  );
  const { type, body } = mixed(part('text/plain', ''), part(`text/calendar; method=${method}`, answer));
  expect((await read(type, body)).kind).toBe('calendar');
  expect((await read(`text/calendar; method=${method}`, answer)).kind).toBe('calendar');
});

test.each(['REPLY', 'CANCEL', 'COUNTER'])('a comment that a person typed to a %s is a mail', async (method) => {
  const ics = part(`text/calendar; method=${method}`, calendar(method));
  const alone = mixed(part('text/plain', ''), ics);
  expect(await read(alone.type, alone.body)).toEqual({ kind: 'normal', reply: 'Ring twice.' });
  const google = mixed(part('text/plain', 'Cai has accepted this invitation.'), ics);
  expect(await read(google.type, google.body)).toEqual({
    kind: 'normal',
    reply: 'Ring twice.\n\nCai has accepted this invitation.',
  });
});

test('an event without a word in it is no mail', async () => {
  const { type, body } = mixed(
    part('text/plain', ''),
    part('text/calendar', calendar('REQUEST', ['BEGIN:VEVENT', 'END:VEVENT'])),
  );
  expect((await read(type, body)).kind).toBe('calendar');
});
