/** What an agent writes to others in the thread of a notification never goes to the customer: docs/turns.md. */
import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import type { SenderTrust } from '../../../src/domain/desk/rules.ts';
import type { NamedAddress } from '../../../src/domain/mail/parsed-mail.ts';
import type { SignedParts } from '../../../src/domain/mail/sender-check.ts';
import type { FoundIn } from '../../../src/domain/ticket/facts.ts';
import {
  ALICE,
  BOB,
  CUSTOMER,
  deeds,
  drafts,
  facts,
  IDENTITY,
  linesGivenBack,
  mail,
  NOW,
  question,
  RULES,
  recipients,
  replyAddressOf,
  ticket,
  token,
} from '../../support/decisions.ts';

const OWN = token('agent', { agentId: ALICE.id });
const REPLY = replyAddressOf(OWN);
const DESK = 'support@desk.example';
const VENDOR = 'vendor@printers.example';
const WORDS = 'This customer is a nuisance; can you lend us a part?';
const SIGNED: SignedParts = { to: true, cc: true, date: true, signedAt: NOW };

type Sketch = {
  by?: FoundIn;
  to?: string[] | NamedAddress[];
  cc?: string[];
  deliveredTo?: string[];
  trust?: SenderTrust;
  signed?: SignedParts;
  replyAddress?: typeof IDENTITY.replyAddress;
};
const isNamed = (one: string | NamedAddress): one is NamedAddress => typeof one !== 'string';

function ask(sketch: Sketch) {
  const { by = 'in-reply-to', to = [], cc = [], deliveredTo = [DESK], trust = { kind: 'none' }, signed } = sketch;
  const named = to.flatMap((one) => (isNamed(one) ? one : recipients(one)));
  return decideMail(
    question({
      mail: mail(ALICE.email, { to: named, cc: recipients(...cc), deliveredTo, reply: WORDS }),
      facts: facts({ agent: ALICE, tokens: [{ row: OWN, foundIn: by }] }),
      ticket: ticket(),
      rules: { ...RULES, senderTrust: trust },
      signed,
      identity: 'replyAddress' in sketch ? { ...IDENTITY, replyAddress: sketch.replyAddress } : IDENTITY,
    }),
  );
}

const OTHERS: [string, Sketch][] = [
  ['to a vendor, the bare address of the desk in Cc', { to: [VENDOR], cc: [DESK] }],
  ['to the desk, a vendor in Cc', { to: [DESK], cc: [VENDOR] }],
  ['to a vendor alone, who redirects it to us', { to: [VENDOR] }],
  ['to a vendor, the desk in Bcc', { to: [VENDOR], deliveredTo: [REPLY], by: 'address' }],
  ['to a colleague, whose mailbox sends it on', { to: [BOB.email] }],
  ['to nobody that can be seen', { to: [] }],
  ['to the customer and the bare address', { to: [CUSTOMER, DESK] }],
  [
    'to an address that cannot be read',
    { to: [{ address: undefined, name: '', written: 'vendor' }, ...recipients(DESK)] },
  ],
  ['to many colleagues, the desk, and one vendor', { to: [...Array(60).fill(BOB.email), DESK], cc: [VENDOR] }],
  ['to more than are read', { to: Array(1_000).fill(DESK) }],
  ['to an address of somebody else that holds the token', { to: [REPLY.replace('@desk', '@evil')], by: 'address' }],
];

describe('an agent’s mail that holds the token only where a mail program put it', () => {
  test.each(OTHERS)('%s: comes back with the words, by In-Reply-To, References or the envelope', (_, sketch) => {
    for (const by of sketch.by ? [sketch.by] : (['in-reply-to', 'references'] as const)) {
      const decision = ask({ ...sketch, by });
      expect(`${decision.disposition} ${decision.reason}`).toBe('returned agent-wrote-to-others');
      expect(deeds(decision.effects)).toEqual([]);
      const [draft, ...more] = drafts(decision.effects);
      expect(more).toEqual([]);
      expect(draft).toMatchObject({ template: 'returned', recipient: ALICE.email, payload: { text: WORDS } });
    }
  });

  test('says to whom the mail went', () => {
    expect(linesGivenBack(ask({ to: [VENDOR], cc: [DESK] }))).toContain(
      'others than the desk (vendor@printers.example)',
    );
  });

  test.each<[string, Sketch]>([
    ['to the desk alone', { to: [DESK] }],
    ['to the desk, a colleague in Cc', { to: [DESK], cc: [BOB.email.toUpperCase()] }],
    ['to a colleague, the desk in Cc', { to: [BOB.email], cc: [DESK] }],
    ['with the token in the envelope', { to: [DESK], by: 'address', deliveredTo: [REPLY] }],
    ['where the desk has no plus addresses', { to: [DESK], replyAddress: undefined }],
  ])('%s: responds', (_, sketch) => {
    expect(ask(sketch).disposition).toBe('response');
  });
});

describe('the reply address in To or Cc', () => {
  test.each<[string, Sketch]>([
    ['a reply', { to: [REPLY] }],
    ['a reply to all, the customer among them', { to: [REPLY], cc: [CUSTOMER] }],
    ['a vendor beside it', { to: [VENDOR], cc: [REPLY] }],
  ])('%s: responds, and our one mail goes to the customer alone', (_, sketch) => {
    const decision = ask({ ...sketch, by: 'address' });
    expect(decision.disposition).toBe('response');
    expect(drafts(decision.effects).map(({ template, recipient }) => [template, recipient])).toEqual([
      ['response', CUSTOMER],
    ]);
  });
});

describe('where we verify signatures ourselves', () => {
  const trust = { kind: 'dkim' as const };
  const fate = (sketch: Sketch) => ask({ trust, ...sketch }).disposition;

  test('To and Cc must be signed where no reply address stands in them, or anybody could have emptied them', () => {
    expect(fate({ to: [DESK], signed: SIGNED })).toBe('response');
    expect(fate({ to: [DESK], signed: { ...SIGNED, to: false } })).toBe('returned');
    expect(fate({ to: [DESK], cc: [BOB.email], signed: { ...SIGNED, cc: false } })).toBe('returned');
    expect(fate({ to: [DESK], signed: { ...SIGNED, to: false }, replyAddress: undefined })).toBe('response');
    expect(fate({ to: [REPLY], by: 'address', signed: { ...SIGNED, to: false } })).toBe('response');
  });

  test('a reply address that was added in Cc beside a signed To counts for nothing', () => {
    expect(fate({ to: [VENDOR], cc: [REPLY], by: 'address', signed: { ...SIGNED, cc: false } })).toBe('returned');
  });
});
