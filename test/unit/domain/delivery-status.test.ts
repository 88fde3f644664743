import { describe, expect, it } from 'vitest';
import {
  actionOfStatus,
  findReplyCode,
  findStatus,
  isPermanentFailure,
  readStatusField,
  statusOf,
} from '../../../src/domain/mail/delivery-status.ts';

describe('a status code in words', () => {
  it.each([
    ['550 5.1.1 User unknown', '5.1.1'],
    ['550-5.7.26 not authenticated', '5.7.26'],
    ['sorry, no mailbox here (#5.1.1)', '5.1.1'],
    ['smtp; 452 4.2.2 over quota', '4.2.2'],
    ['dsn=5.4.4, status=bounced', '5.4.4'],
  ])('stands in "%s"', (text, status) => expect(findStatus(text)).toBe(status));

  it.each(['host 5.1.1.9 refused', 'Postfix 3.5.1', 'version 5.1.1-rc2', 'at 14.5.1.1', 'no code at all'])(
    'does not stand in "%s"',
    (text) => expect(findStatus(text)).toBeNull(),
  );
});

describe('a reply code in words', () => {
  it.each([
    ['550 no such user', '550'],
    ['host mx.example said: 554 refused', '554'],
    ['<<< 421 try later', '421'],
    ['ResponseCode 421, host not reachable', '421'],
  ])('stands in "%s"', (text, code) => expect(findReplyCode(text)).toBe(code));

  it.each(['delivered 550 messages', 'code: 512 bytes', 'id 1550 was kept', 'after 432000 seconds'])(
    'does not stand in "%s"',
    (text) => expect(findReplyCode(text)).toBeNull(),
  );
});

describe('a Status field', () => {
  it.each([
    ['5.1.1', '5.1.1'],
    ['5.0.0 (permanent failure)', '5.0.0'],
    ['4.04.07', '4.4.7'],
    ['failed', null],
    ['9.1.1', null],
  ])('%s reads as %s', (value, status) => expect(readStatusField(value)).toBe(status));
});

describe('the status of a recipient', () => {
  it('is guessed from words where no code is given, with the class of the action', () => {
    expect(statusOf(null, 'The mailbox is full', 'failed')).toBe('5.2.2');
    expect(statusOf(null, 'The mailbox is full', 'delayed')).toBe('4.2.2');
    expect(statusOf(null, 'retry timeout exceeded', 'failed')).toBe('4.4.7');
    expect(statusOf(null, 'something happened', 'failed')).toBe('5.0.0');
    expect(statusOf(null, '', undefined)).toBeNull();
  });

  it('takes the final code of a transcript for a failure and the temporary one for a delay', () => {
    const transcript = '<<< 421 busy\n>>> RCPT TO\n<<< 550 user unknown';
    expect(statusOf(null, transcript, 'failed')).toBe('5.1.1');
    expect(statusOf(null, transcript, 'delayed')).toBe('4.1.1');
  });

  it('never changes the class that the report gives', () => {
    expect(statusOf('4.0.0', '550 5.1.1 unknown', 'failed')).toBe('4.0.0');
  });
});

it('only a failure of class 5, or one without any class, is for good', () => {
  expect(isPermanentFailure('failed', '5.1.1')).toBe(true);
  expect(isPermanentFailure('failed', null)).toBe(true);
  expect(isPermanentFailure('failed', '4.4.7')).toBe(false);
  expect(isPermanentFailure('delayed', '5.1.1')).toBe(false);
  expect([actionOfStatus('2.0.0'), actionOfStatus('4.4.1'), actionOfStatus(null)]).toEqual([
    'delivered',
    'delayed',
    'failed',
  ]);
});
