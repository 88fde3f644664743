import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import type { Attachment } from '../../../src/domain/mail/parsed-mail.ts';
import { drafts, facts, inEnglish, mail, question, replyOfAlice, ticket } from '../../support/decisions.ts';

const file = (filename: string, contentType: string, over: Partial<Attachment> = {}): Attachment => ({
  filename,
  contentType,
  size: 9,
  inline: true,
  contentId: undefined,
  sha256: filename,
  ...over,
});
const decide = (words: string, ...attachments: Attachment[]) => {
  const asked = replyOfAlice(words, ticket());
  return decideMail({ ...asked, mail: { ...asked.mail, attachments } });
};
const told = (decision: ReturnType<typeof decide>) =>
  drafts(decision.effects)
    .flatMap(({ payload }) => (payload?.lines ?? []).map(inEnglish))
    .join('\n');
const sentTo = (decision: ReturnType<typeof decide>) => drafts(decision.effects).map(({ template }) => template);

describe('what an agent attached', () => {
  test('goes out though the mail program shows it in the text, also alone', () => {
    const decision = decide('', file('screenshot.png', 'image/png', { contentId: 'p@x' }));
    expect(decision.effects[0]).toEqual({ do: 'respond', agentId: 1, words: '[screenshot.png]' });
    expect(sentTo(decision)).toEqual(['response']);
  });

  test('and stands in the signature or the quote is left out, and the agent is told once of the same picture', () => {
    const decision = decide('Fine.', file('logo.png', 'image/png', { aside: true }));
    expect(sentTo(decision)).toEqual(['response', 'confirmation']);
    const [, second] = drafts(decision.effects);
    expect([second?.payload?.lines?.map(inEnglish).join(), second?.dedupeKey]).toEqual([
      expect.stringContaining('without logo.png'),
      'left-out:agent-1:logo.png',
    ]);
  });

  test.each([
    ['an OpenPGP key', file('OpenPGP_0xAB.asc', 'application/pgp-keys')],
    ['a wrapped mail', file('smime.p7m', 'application/pkcs7-mime')],
    ['a key of another type', file('0xAB.asc', 'application/octet-stream')],
  ])('is %s: it never goes out, and the agent is told', (_, attachment) => {
    expect(told(decide('Fine.', attachment))).toContain(`without ${attachment.filename}`);
    expect(decide('', attachment)).toMatchObject({ disposition: 'returned', reason: 'agent-no-words' });
    expect(told(decide('', attachment))).toContain(attachment.filename);
  });

  test('is a card with their own address: it stays here, and the agent is told', () => {
    const decision = decide('Fine.', file('alice.vcf', 'text/vcard', { senderCard: true }));
    expect(sentTo(decision)).toEqual(['response', 'confirmation']);
    expect(told(decision)).toContain('without alice.vcf: it holds your own address');
  });

  test('is the signature of the mail itself: nobody misses it', () => {
    expect(sentTo(decide('Fine.', file('smime.p7s', 'application/pkcs7-signature')))).toEqual(['response']);
  });

  test('below a command with nothing but a signature is its logo, and no response', () => {
    const decision = decide('/take\nAlice Ames', file('logo.png', 'image/png', { contentId: 'l@x' }));
    expect([decision.disposition, sentTo(decision)]).toEqual(['command', ['confirmation']]);
  });
});

test('an encrypted mail of an agent is no response, whatever stands around it', () => {
  const asked = replyOfAlice('Words outside', ticket());
  const decision = decideMail({ ...asked, mail: { ...asked.mail, encrypted: 'OpenPGP' } });
  expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-mail-encrypted' });
  expect(told(decision)).toContain('signing alone is fine');
});

test('an encrypted mail of a customer is a request that says so and what to do', () => {
  const locked = mail('jo@customer.example', {
    reply: '',
    text: '',
    encrypted: 'S/MIME',
    attachments: [file('smime.p7m', 'application/pkcs7-mime')],
  });
  const opened = decideMail(question({ mail: locked, facts: facts() })).effects.find(
    (effect) => effect.do === 'open-ticket',
  );
  expect(JSON.stringify(opened)).toMatch(/encrypted with S\/MIME.*without encryption.*\[smime\.p7m\]/);
});
