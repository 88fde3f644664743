import { describe, expect, it } from 'vitest';
import { markPersonal } from '../../../src/decide/answers/personal-details.ts';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import type { ShownAnswer } from '../../../src/domain/ticket/ticket.ts';
import { ALICE, BOB, drafts, linesGivenBack, replyOfAlice, ticket } from '../../support/decisions.ts';

const FILE = {
  filename: 'a.pdf',
  contentType: 'application/pdf',
  size: 9,
  contentId: undefined,
  sha256: '',
  inline: false,
};

function shown(answer: string): ShownAnswer[] {
  const about = { question: 'Where?', customer: 'lopez@other.example', customerNames: ['Maria Lopez'], others: [] };
  const passage = markPersonal({ ...about, answer, agentName: 'Bob Bell' });
  return [{ number: 1, answer, question: 'Where?', score: 0.9, passage }];
}

function use(
  answer: string,
  words = '',
  over: { customerName?: string; state?: ReturnType<typeof ticket>; files?: boolean } = {},
) {
  const asked = replyOfAlice(`/use 1\n${words}`, over.state ?? ticket());
  const mail = over.files ? { ...asked.mail, attachments: [FILE] } : asked.mail;
  return decideMail({ ...asked, mail, shown: shown(answer), customerName: over.customerName ?? 'Jo Jones' });
}

function sentWords(decision: ReturnType<typeof use>): string | undefined {
  const [first] = decision.effects;
  return first?.do === 'respond' ? first.words : undefined;
}

const CLEAN = 'Hi Maria,\nopen the lid.\n\nBest regards,\nBob Bell\nAcme';

describe('/use of an answer that holds nothing personal', () => {
  it('sends its matter alone, under a greeting for this customer', () => {
    expect(sentWords(use(CLEAN))).toBe('Hello Jo Jones,\n\nopen the lid.');
    expect(sentWords(use('Sehr geehrte Frau Lopez,\nklappen Sie es auf.\nMfG\nBob'))).toBe(
      'Hallo Jo Jones,\n\nklappen Sie es auf.',
    );
    expect(sentWords(use('open the lid.', '', { customerName: 'Jones, Jo' }))).toBe('Hello Jo Jones,\n\nopen the lid.');
  });

  it('takes the greeting and the words that the agent wrote beside it', () => {
    expect(sentWords(use(CLEAN, 'Dear Jo,\n\nDid it help?\nAlice'))).toBe(
      'Dear Jo,\n\nopen the lid.\n\nDid it help?\nAlice',
    );
    expect(sentWords(use(CLEAN, 'Hi Jo!'))).toBe('Hi Jo!\n\nopen the lid.');
  });

  it('greets as the same agent greeted before, and not as a colleague did', () => {
    const said = (by: typeof ALICE) => {
      const state = ticket({ turns: [{ id: 5, agent: by }] });
      return { ...state, turns: state.turns.map((turn) => ({ ...turn, responseSent: 'Hey Jo!\nWhich lid?' })) };
    };
    expect(sentWords(use(CLEAN, '/send', { state: said(ALICE) }))).toBe('Hey Jo!\n\nopen the lid.');
    expect(sentWords(use(CLEAN, '/send', { state: said(BOB) }))).toBe('Hello Jo Jones,\n\nopen the lid.');
  });

  it.each(['Visit evil.example now', '<b>x</b>', 'https://evil.example', 'A B C D E F', 'Jo\nBcc: x', '1234'])(
    'greets nobody as %j',
    (customerName) => {
      expect(sentWords(use(CLEAN, '', { customerName }))).toBe('Hello,\n\nopen the lid.');
    },
  );
});

describe('/use of an answer that was written about another customer', () => {
  const PERSONAL = 'Hello Maria,\nyour order 4711 left, Maria. The invoice is attached.\n\nBob';

  it('sends nothing, and gives a draft back with blanks for what was personal', () => {
    const decision = use(PERSONAL, '/close\nSorry for the wait.');
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-answer-personal' });
    const [draft] = drafts(decision.effects);
    expect(draft).toMatchObject({ template: 'returned', recipient: ALICE.email, reply: { purpose: 'agent' } });
    expect(draft?.payload).toMatchObject({
      draft: true,
      text: '/close\nHello Jo Jones,\n\nyour order [[number]] left, [[name]]. The invoice is [[file]].\n\nSorry for the wait.',
    });
    expect(linesGivenBack(decision)).toMatch(/Left out: "4711", "Maria"[\s\S]*attach yours/);
    expect(drafts(decision.effects)).toHaveLength(1);
  });

  it('does not send a draft with a blank left in it, and sends it when all are filled in', () => {
    const left = decideMail(replyOfAlice('Your order [[number]] left, Jo.', ticket()));
    expect(left).toMatchObject({ disposition: 'returned', reason: 'agent-draft-unfinished' });
    expect(linesGivenBack(left)).toContain('[[number]]');
    expect(decideMail(replyOfAlice('Your order [[7]] left, Jo.', ticket())).disposition).toBe('response');
  });

  it('sends an answer that speaks of a file once the agent attaches one', () => {
    const answer = 'Hi Maria,\nplease fill in the attached form.';
    expect(use(answer).reason).toBe('agent-answer-personal');
    expect(sentWords(use(answer, '', { files: true }))).toBe('Hello Jo Jones,\n\nplease fill in the attached form.');
  });
});

describe('/use of an answer that was formatted', () => {
  const ANSWER = 'Hi Maria,\n\nopen the lid:\n\n- lift\n- pull\n\nSee our page.\n\nBest regards,\nBob';
  const FORMATTED =
    '<p>Hi Maria,</p><p>open <strong>the lid</strong>:</p><ul><li>lift</li><li>pull</li></ul><p>See <a href="https://acme.example/lid">our page</a>.</p><p>Best regards,<br>Bob</p>';

  function formatted(html: string, words = '', rich?: string): string | undefined {
    const asked = replyOfAlice(`/use 1\n${words}`, ticket());
    const past = shown(ANSWER).map((answer) => ({ ...answer, formatted: html }));
    const decision = decideMail({ ...asked, mail: { ...asked.mail, rich }, shown: past, customerName: 'Jo' });
    const [first] = decision.effects;
    return first?.do === 'respond' ? first.formatted : undefined;
  }

  const MATTER =
    '<p>open <strong>the lid</strong>:</p><ul><li>lift</li><li>pull</li></ul><p>See <a href="https://acme.example/lid">our page</a>.</p>';

  it('keeps the formatting of what goes out, and none of the greeting and sign-off of another time', () => {
    expect(formatted(FORMATTED)).toBe(`<p>Hello Jo,</p>${MATTER}`);
  });

  it('puts the words that the agent wrote beside it below, as they were formatted', () => {
    expect(formatted(FORMATTED, 'Does it <help>?')).toBe(`<p>Hello Jo,</p>${MATTER}<p>Does it &lt;help&gt;?</p>`);
    expect(formatted(FORMATTED, 'Does it help?', '<p>/use 1</p><p>Does it <em>help</em>?</p>')).toBe(
      `<p>Hello Jo,</p>${MATTER}<p>Does it <em>help</em>?</p>`,
    );
  });

  it.each([
    ['says something else', FORMATTED.replace('the lid', 'the red lid')],
    ['leads to the page of one person', FORMATTED.replace('acme.example/lid', 'acme.example/u/84410077')],
    ['hides an address', FORMATTED.replace('https://acme.example/lid', 'mailto:maria@customer.example')],
    ['shows a picture of another mail', FORMATTED.replace('See ', '<img src="cid:0" alt="">See ')],
    ['is of no grammar of ours', FORMATTED.replace('<strong>', '<strong onclick="x">')],
  ])('sends the text alone where the formatting %s', (_why, html) => {
    expect(formatted(html)).toBeUndefined();
  });
});
