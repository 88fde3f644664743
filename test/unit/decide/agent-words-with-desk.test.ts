import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import { DEFAULT_PHRASES } from '../../../src/domain/mail/own-phrases.ts';
import { ALICE, facts, linesGivenBack, question, ticket, token } from '../../support/decisions.ts';
import { ATTRIBUTION, HEADERS, parse, quoted } from './sent-words.ts';

describe('an agent', () => {
  const NOTE = 'They have not paid since May, be careful with them.';
  const NOTIFICATION = `##- Reply above this line -##\n\nJo answered: Printer\nTicket [#12], in process, with Alice. 16 Nov 2026\n\n  Hello, it burns.\n\nNotes, for the desk only\n\n16 Nov 2026, Bob:\n  ${NOTE}`;
  const agentReply = async (body: string, type?: string) => {
    const mail = await parse(body, type, 'alice@desk.example');
    const row = token('agent', { agentId: ALICE.id });
    return question({
      mail,
      facts: facts({ agent: ALICE, tokens: [{ row, foundIn: 'address' }] }),
      ticket: ticket({ turns: [] }),
      sentTexts: { answers: ['How do I reset it?\nAnd how long does it take?'], inside: [NOTE] },
    });
  };
  const CASES: Record<string, [body: string, words: string]> = {
    'above our marker': [`Pour water on it.\n\n${ATTRIBUTION}\n\n${quoted(NOTIFICATION)}`, 'Pour water on it.'],
    'cites the customer and a contract': [
      'You wrote:\n\n> How do I reset it?\n\nHold the button. And to this line of your contract:\n\n> The lessee may reset the device.\n\nYes, you may.\n\nAlice',
      'You wrote:\n\n> How do I reset it?\n\nHold the button. And to this line of your contract:\n\n> The lessee may reset the device.\n\nYes, you may.\n\nAlice',
    ],
    'answers line by line': [
      '> How do I reset it?\nHold the button.\n> And how long does it take?\nA minute.',
      '> How do I reset it?\nHold the button.\n> And how long does it take?\nA minute.',
    ],
    'sends SQL with its comment': [
      'Run this:\n\nselect count(*) from orders;\n--\nselect 1;\n\nAnd tell us what it says.\n\nAlice',
      'Run this:\n\nselect count(*) from orders;\n--\nselect 1;\n\nAnd tell us what it says.\n\nAlice',
    ],
    'never sends a quoted note': [`Fine.\n\n> ${NOTE}\n\nBye.`, 'Fine.\n\nBye.'],
  };
  test.each(Object.entries(CASES))('%s', async (_what, [body, words]) => {
    const decision = decideMail(await agentReply(body));
    expect(decision.effects[0]).toEqual({ do: 'respond', agentId: 1, words });
  });

  const EMPTY: Record<string, [body: string, type?: string]> = {
    'Outlook, nothing typed': [`-----Original Message-----\n${HEADERS}\n\n${NOTIFICATION}`],
    'Outlook, words below': [`-----Original Message-----\n${HEADERS}\n\n${NOTIFICATION}\n\nPour water on it.`],
    'a header block in a language that we do not know': [
      `Xyz: Desk <support@desk.example>\nAbc: 16 November 2026 9:14\nDef: Alice\nGhi: Printer\n\n${NOTIFICATION}`,
    ],
    'an attribution': [`${ATTRIBUTION}\n\n${NOTIFICATION}`],
    'a forward': [`---------- Forwarded message ---------\n${HEADERS}\n\n${NOTIFICATION}`],
    'no mark at all': [NOTIFICATION],
    'quoted twice': [quoted(quoted(NOTIFICATION))],
    bars: [
      NOTIFICATION.split('\n')
        .map((line) => `| ${line}`)
        .join('\n'),
    ],
    indented: [
      NOTIFICATION.split('\n')
        .map((line) => `        ${line}`)
        .join('\n'),
    ],
    escaped: [NOTIFICATION.replace('##- Reply above this line -##', '\\#\\#\\- Reply above this line \\-\\#\\#')],
    bold: [NOTIFICATION.replace('##- Reply above this line -##', '*##- Reply above this line -##*')],
    entities: [NOTIFICATION.replace('##- Reply above this line -##', '&#35;&#35;- Reply above this line -&#35;&#35;')],
    'no-break blanks': [NOTIFICATION.replace('Reply above this line', 'Reply\u00a0above\u00a0this\u00a0line')],
    'over two lines': [NOTIFICATION.replace('Reply above this line', 'Reply above\nthis line')],
    'over two quoted lines': [quoted(NOTIFICATION.replace('Reply above this line', 'Reply above\nthis line'))],
    'a table': [
      `<table><tr><td>##- Reply above this line -##</td></tr><tr><td>Notes, for the desk only<br>${NOTE}</td></tr></table>`,
      'text/html',
    ],
    'bold in HTML': [`<p><b>##- <i>Reply</i> above this line</b> -##</p><p>${NOTE}</p>`, 'text/html'],
    'a signature only': [`-- \nAlice Ames\nDesk Ltd\n\n${ATTRIBUTION}\n${quoted(NOTIFICATION)}`],
  };
  test.each(Object.entries(EMPTY))(
    'who typed nothing above our marker sends nothing: %s',
    async (_what, [body, type]) => {
      const decision = decideMail(await agentReply(body, type));
      expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-no-words' });
    },
  );

  test.each([
    ['the heading of the notes', 'Thanks\n\nNotes, for the desk only\n\nBob: be careful'],
    ['the footer', `Thanks\n\n${DEFAULT_PHRASES.replyHint.replace('customer. ', 'customer.\n')}`],
    ['an address of ours', `Thanks\n\nsupport+12-3f-${'k'.repeat(26)}@desk.example`],
  ])('whose words hold %s gets them back', async (_what, body) => {
    const decision = decideMail(await agentReply(body));
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-quotes-notification' });
    expect(linesGivenBack(decision)).toContain('nothing was sent');
  });

  test.each([
    '1. /note x',
    'a) /note x',
    '» /note x',
    '- /note x',
    '÷note x',
    '∕ note x',
    '╱note x',
    '＼note x',
    '① /note x',
    '(2) /note x',
    '• /note x',
    'Hi, /note x',
    '&#47;note x',
    'Hello\n\n* /note x',
  ])('who writes %j almost wrote a command: it comes back', async (words) => {
    expect(decideMail(await agentReply(words))).toMatchObject({
      disposition: 'returned',
      reason: 'agent-unknown-command',
    });
  });
});
