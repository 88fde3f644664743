import { describe, expect, test } from 'vitest';
import { outcomeOfError, type SendStage } from '../../../src/smtp/send-outcome.ts';

const COMMANDS: Partial<Record<SendStage, string>> = { mail: 'MAIL FROM', rcpt: 'RCPT TO' };

function outcome(stage: SendStage, response: string) {
  const error = Object.assign(new Error(response), {
    code: stage === 'data' ? 'EMESSAGE' : 'EENVELOPE',
    command: COMMANDS[stage],
    response,
    responseCode: Number(response.slice(0, 3)),
  });
  return outcomeOfError(error, 'send', stage === 'data');
}

describe('the relay refuses us and not this mail', () => {
  test.each([
    ['mail', '550 5.7.1 no'],
    ['mail', '553 5.7.1 <support+b1@acme.example>: Sender address rejected: not owned by user support@acme.example'],
    ['mail', '501 mail from address must be same as authorization user'],
    ['rcpt', '553 5.7.1 <support@acme.example>: Sender address rejected: not owned by user desk'],
    ['rcpt', '550 Requested action not taken: mailbox unavailable. Sender address is not allowed.'],
    ['rcpt', '553 Sender is not allowed to relay emails'],
    ['data', '550 5.7.60 SMTP; Client does not have permissions to send as this sender'],
    [
      'data',
      '554 5.2.252 SendAsDenied; desk@acme.example not allowed to send as support@acme.example; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
    ],
    [
      'data',
      '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message',
    ],
    [
      'data',
      '554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: support@acme.example',
    ],
    ['data', '550 The from address does not match a verified Sender Identity.'],
    ['data', '550 5.1.8 Access denied, bad outbound sender AS(42004)'],
    ['data', '553 Mail from must equal authorized user'],
    ['data', '554 5.7.1 You are not authorized to send from the address support@acme.example'],
    ['rcpt', '550 5.7.1 Absenderadresse support@acme.example ist für diesen Benutzer nicht erlaubt'],
  ] as [SendStage, string][])('at %s: %s', (stage, response) => {
    expect(outcome(stage, response)).toMatchObject({ kind: 'rejected', permanent: true, senderRefused: true });
  });
});

describe('this mail or its recipient is refused, and everything else goes out', () => {
  test.each([
    ['mail', '552 5.3.4 Message size exceeds fixed maximum message size'],
    ['mail', '552 message too large'],
    ['rcpt', '550 5.1.1 <jo@customer.example>: Recipient address rejected: User unknown'],
    ['rcpt', '550 5.7.1 Recipient not authorized, your IP is listed'],
    ['rcpt', '554 5.7.1 <jo@customer.example>: Relay access denied'],
    ['rcpt', '550 5.2.1 The user you are trying to contact does not want mail from you'],
    ['data', '552 5.2.2 mailbox is full'],
    ['data', '554 5.7.1 Message contains spam or a virus'],
    ['data', '550 5.7.26 This mail is unauthenticated, which poses a security risk to the sender and Gmail users'],
    ['data', '554 5.6.0 message content rejected'],
  ] as [SendStage, string][])('at %s: %s', (stage, response) => {
    expect(outcome(stage, response)).not.toHaveProperty('senderRefused');
  });

  test('and a sender that is refused for now is only for now', () => {
    expect(outcome('mail', '450 4.7.1 Sender address rejected: try later')).not.toHaveProperty('senderRefused');
  });
});
