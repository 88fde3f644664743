import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import type { Rules } from '../../../src/domain/desk/rules.ts';
import {
  ALICE,
  address,
  agentId,
  BOB,
  DAY,
  deeds,
  drafts,
  linesGivenBack,
  RULES,
  replyOfAlice,
  responseId,
  sent,
  ticket,
  token,
} from '../../support/decisions.ts';

describe('an agent who replies to a notification', () => {
  test('responds: a response, a mail to the customer alone, and the ticket is hers', () => {
    const decision = decideMail(replyOfAlice('Pour water on it.', ticket()));
    expect(decision).toMatchObject({
      disposition: 'response',
      reason: 'agent-response',
      actor: 'agent:1',
      ticketId: 12,
      agentId: 1,
    });
    expect(decision.effects[0]).toEqual({ do: 'respond', agentId: 1, words: 'Pour water on it.' });
    expect(deeds(decision.effects)).toEqual(['respond', 'assign']);
    expect(drafts(decision.effects)).toEqual([
      {
        template: 'response',
        audience: 'customer',
        recipient: 'jo@customer.example',
        responseId: 'new',
        reply: { purpose: 'turn' },
        links: ['close'],
      },
    ]);
  });

  test('does not take a ticket away from a colleague by responding', () => {
    expect(deeds(decideMail(replyOfAlice('Hi.', ticket({ assignee: BOB }))).effects)).toEqual(['respond']);
  });

  test('with a file of a blocked type is told so, and nothing is sent; a note beside it is kept', () => {
    const file = { filename: 'fix.pdf.exe', contentType: 'application/pdf', size: 9, contentId: undefined, sha256: '' };
    const attach = (words: string, inline: boolean) => {
      const asked = replyOfAlice(words, ticket());
      return decideMail({ ...asked, mail: { ...asked.mail, attachments: [{ ...file, inline }] } });
    };
    expect(attach('Run this.', false)).toMatchObject({ disposition: 'returned', reason: 'agent-file-blocked' });
    expect(linesGivenBack(attach('Run this.', false))).toMatch(
      /^The file fix\.pdf\.exe is of a type .* nothing was sent/,
    );
    expect(sent(attach('Run this.', false).effects)).toEqual(['returned to alice@desk.example']);
    expect(attach('/note Do not run this.', false).disposition).toBe('note');
    expect(linesGivenBack(attach('/note Do not run this.', false))).toContain('colleagues do not get it');
    // How the mail program shows it says nothing about what it is.
    expect(attach('Run this.', true)).toMatchObject({ disposition: 'returned', reason: 'agent-file-blocked' });
  });

  test('with a file and no words responds with the file', () => {
    const photo = {
      filename: 'howto.pdf',
      contentType: 'application/pdf',
      size: 9,
      inline: false,
      contentId: undefined,
      sha256: 'x',
    };
    const asked = replyOfAlice('', ticket());
    const decision = decideMail({ ...asked, mail: { ...asked.mail, attachments: [photo] } });
    expect(decision.effects[0]).toEqual({ do: 'respond', agentId: 1, words: '[howto.pdf]' });
  });

  test('with nothing new gets it back, and nothing is sent to the customer', () => {
    const decision = decideMail(replyOfAlice('', ticket()));
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-no-words' });
    expect(sent(decision.effects)).toEqual(['returned to alice@desk.example']);
  });

  test('with /close and words responds, then closes; with /close alone only closes', () => {
    const both = decideMail(
      replyOfAlice('/close\nGlad it helped.', ticket({ turns: [{ id: 1, agent: ALICE }] }), responseId(1)),
    );
    expect(both.disposition).toBe('response');
    expect(deeds(both.effects)).toEqual(['respond', 'assign', 'close']);
    // One mail: the words, that the request is closed, and the choices.
    expect(sent(both.effects)).toEqual(['response to jo@customer.example', 'confirmation to alice@desk.example']);
    expect(both.effects.find((effect) => effect.do === 'send')?.draft).toMatchObject({
      payload: { closedBy: 'agent' },
      links: ['satisfied', 'not-satisfied', 'reopen'],
      reply: { purpose: 'turn' },
    });
    const alone = decideMail(replyOfAlice('/close', ticket()));
    expect(alone.disposition).toBe('command');
    expect(deeds(alone.effects)).toEqual(['close']);
    expect(sent(alone.effects)).toEqual(['closing to jo@customer.example', 'confirmation to alice@desk.example']);
  });

  test('with /note keeps the words inside', () => {
    const decision = decideMail(replyOfAlice('/note He is angry.\nBe kind.', ticket()));
    expect(decision).toMatchObject({ disposition: 'note', reason: 'agent-note' });
    expect(decision.effects[0]).toEqual({ do: 'note', agentId: 1, note: 'He is angry.\nBe kind.' });
    expect(sent(decision.effects)).toEqual(['confirmation to alice@desk.example']);
  });

  test('with an unknown command sends nothing and gets the text back', () => {
    const decision = decideMail(replyOfAlice('/clsoe\nGlad it helped.', ticket()));
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-unknown-command' });
    expect(sent(decision.effects)).toEqual(['returned to alice@desk.example']);
    expect(drafts(decision.effects)[0]?.payload?.text).toBe('/clsoe\nGlad it helped.');
    expect(linesGivenBack(decision)).toContain('/clsoe');
  });

  test('with a command below her words is stopped before a remark gets out', () => {
    const decision = decideMail(replyOfAlice('Pour water on it.\n/note he is an idiot', ticket()));
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-unknown-command' });
  });

  test('to an outdated view learns who responded and with what; /send sends it anyway', () => {
    const state = ticket({ turns: [{ id: 1, agent: BOB, words: 'Use sand.' }], assignee: BOB });
    const stale = decideMail(replyOfAlice('Use water.', state));
    expect(stale).toMatchObject({ disposition: 'returned', reason: 'agent-outdated-view' });
    expect(linesGivenBack(stale)).toMatch(/bob@desk\.example responded/);
    expect(drafts(stale.effects)[0]?.payload?.colleague).toBe('Use sand.');
    const sentAnyway = decideMail(replyOfAlice('/send\nUse water.', state));
    expect(sentAnyway.disposition).toBe('response');
    expect(decideMail(replyOfAlice('Use water.', state, responseId(1))).disposition).toBe('response');
  });

  test('twice to one notification: her own response in between is not news to her', () => {
    expect(decideMail(replyOfAlice('One more thing.', ticket({ turns: [{ id: 1, agent: ALICE }] }))).disposition).toBe(
      'response',
    );
  });

  test('on a closed ticket gets the text back; /reopen opens and sends', () => {
    const closed = ticket({ status: 'closed', turns: [{ id: 1, agent: ALICE }] });
    expect(decideMail(replyOfAlice('Hello?', closed, responseId(1)))).toMatchObject({
      disposition: 'returned',
      reason: 'agent-ticket-closed',
    });
    const reopened = decideMail(replyOfAlice('/reopen\nHello?', closed, responseId(1)));
    expect(deeds(reopened.effects)).toEqual(['reopen', 'respond', 'assign']);
    const alone = decideMail(replyOfAlice('/reopen', ticket({ status: 'closed' })));
    expect(alone.effects[0]).toEqual({ do: 'reopen', to: 'open' });
    expect(decideMail(replyOfAlice('/reopen', ticket()))).toMatchObject({
      disposition: 'returned',
      reason: 'agent-command-misused',
    });
  });

  test('assigns by name, by address, by the part before the at sign; a name that fits nobody is returned', () => {
    for (const name of ['bob', 'BOB@desk.example', '@bob']) {
      const decision = decideMail(replyOfAlice(`/assign ${name}`, ticket()));
      expect(decision.effects[0]).toEqual({ do: 'assign', agentId: 2 });
      expect(sent(decision.effects)).toEqual([
        'notification to bob@desk.example',
        'confirmation to alice@desk.example',
      ]);
    }
    const nobody = decideMail(replyOfAlice('/assign carol', ticket()));
    expect(nobody).toMatchObject({ disposition: 'returned', reason: 'agent-command-misused' });
    expect(linesGivenBack(nobody)).toContain('Alice Ames (alice@desk.example), bob@desk.example');
  });

  test('sends the past answer that she was shown under a number, with her words after it', () => {
    const passage = { from: 0, to: 16, marks: [] };
    const shown = [{ number: 2, answer: 'Unplug it first.', question: 'It burns', score: 0.9, passage }];
    const decision = decideMail({ ...replyOfAlice('/use 2\nGood luck.', ticket()), shown });
    expect(decision.effects[0]).toEqual({
      do: 'respond',
      agentId: 1,
      words: 'Hello,\n\nUnplug it first.\n\nGood luck.',
    });
    expect(deeds(decision.effects)).toEqual(['respond', 'use-answer', 'assign']);
    const wrong = decideMail({ ...replyOfAlice('/use 3', ticket()), shown });
    expect(wrong).toMatchObject({ disposition: 'returned', reason: 'agent-command-misused' });
  });

  test('who asks for help, or closes as spam, with words below sends none of them', () => {
    for (const words of ['/help\nIs it plugged in?', '/spam\nGo away.']) {
      const decision = decideMail(replyOfAlice(words, ticket()));
      expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-command-misused' });
      expect(sent(decision.effects)).toEqual(['returned to alice@desk.example']);
    }
  });

  test('a closed ticket cannot be closed once more, as spam either: the mail comes back and says how', () => {
    const closed = ticket({ status: 'closed' });
    expect(decideMail(replyOfAlice('/spam', closed))).toMatchObject({
      disposition: 'returned',
      reason: 'agent-ticket-closed',
    });
  });

  test('closes as spam without a word to the customer', () => {
    const decision = decideMail(replyOfAlice('/spam', ticket()));
    expect(decision.effects[0]).toEqual({ do: 'close', by: 'agent', spam: true });
    expect(sent(decision.effects)).toEqual(['confirmation to alice@desk.example']);
  });
});

describe('a reply that is older than the notification it answers', () => {
  const dated = (date: number | undefined, senderTrust: Rules['senderTrust']) => {
    const asked = replyOfAlice('Pour water on it.', ticket());
    return decideMail({ ...asked, mail: { ...asked.mail, date }, rules: { ...RULES, senderTrust } });
  };
  const notified = token('agent').createdAt;

  test('comes back, since somebody may have sent an old signed mail again', () => {
    const decision = dated(notified - DAY - 1, { kind: 'dkim' });
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-older-than-its-ticket' });
    expect(sent(decision.effects)).toEqual(['returned to alice@desk.example']);
  });

  test('is a response where a clock is a little wrong, says nothing, or nobody checks signatures', () => {
    expect(dated(notified - DAY, { kind: 'dkim' })).toMatchObject({ disposition: 'response' });
    expect(dated(undefined, { kind: 'dkim' })).toMatchObject({ disposition: 'response' });
    expect(dated(notified - 30 * DAY, { kind: 'none' })).toMatchObject({ disposition: 'response' });
  });
});

describe('/assign to somebody who cannot be told', () => {
  test('lists who there is, or who it could be', () => {
    const unknown = linesGivenBack(decideMail(replyOfAlice('/assign nobody', ticket())));
    expect(unknown).toContain('The agents are: Alice Ames (alice@desk.example), bob@desk.example.');
    const asked = replyOfAlice('/assign bob', ticket());
    const another = { id: agentId(3), email: address('bob.b@desk.example'), name: 'Bob Brown' };
    const agents = [...asked.facts.agents, another];
    const ambiguous = linesGivenBack(decideMail({ ...asked, facts: { ...asked.facts, agents } }));
    expect(ambiguous).toContain('Write the address of one of them: bob@desk.example, Bob Brown (bob.b@desk.example).');
  });
});
