import { describe, expect, it } from 'vitest';
import { classifyMail, type OwnSignals } from '../../../src/decide/machine/classify-mail.ts';
import type { DeliveryAction } from '../../../src/domain/mail/parsed-mail.ts';
import { classifiedMail, type MailWords } from './classified-mail.ts';

const OWN: OwnSignals = { addresses: ['help@desk.example'], headerValues: ['desk-1'] };
const classify = (words: MailWords) => classifyMail(classifiedMail(words), OWN);
const kindOf = (words: MailWords) => classify(words).kind;
const OOO = 'Automatic reply: [#12] Your ticket';

describe('a person stays a person', () => {
  const people: Record<string, MailWords> = {
    'with a plain mail': {},
    'whose program says Auto-Submitted: no': { headers: { 'auto-submitted': 'no' } },
    'whose program says so with a comment': { headers: { 'auto-submitted': 'no (a person)' } },
    'who only wishes for no automatic answer': { headers: { 'x-auto-response-suppress': 'All' } },
    'who writes a new mail with the subject Out of office': { subject: 'Out of office' },
    'who gives notice of an absence by hand': {
      subject: 'Out of office next week',
      text: 'I am out of the office next week, please call Ann.',
    },
    'who asks for leave': { subject: 'Vacation: 3 to 7 May', text: 'I would like to be on vacation then.' },
    'who answers us with a new subject about a holiday': { subject: 'Urlaub im Mai', answers: 'turn-1@desk.example' },
    'who writes of an automatic reply': {
      subject: 'Automatic reply: how do I turn it off?',
      text: 'Where is the setting in your product?',
    },
    'who asks about vacation': { subject: 'Vacation rental in May' },
    'who answers an out-of-office answer': {
      subject: 'Re: Automatic reply: Your ticket',
      answers: 'turn-1@desk.example',
    },
    'who asks about "abwesend" in the middle of a subject': {
      subject: 'Wer ist im Mai abwesend?',
      answers: 'turn-1@desk.example',
    },
    'who sends with Precedence: normal': { headers: { precedence: 'normal' } },
    'whose server keeps an X-Loop field': { headers: { 'x-loop': 'jo@customer.example' } },
    'whose Return-Path is empty and nothing else is odd': { headers: { 'return-path': '<>' } },
    'who fills in a contact form that writes from a no-reply address': {
      from: 'noreply@shop.example',
      replyTo: 'jo@customer.example',
      headers: { 'x-auto-response-suppress': 'All' },
    },
    'whose contact form names no Reply-To': { from: 'noreply@shop.example' },
    'whose sending service adds Feedback-ID': {
      from: 'no-reply@shop.example',
      headers: { 'feedback-id': '1.eu.abc:Service' },
    },
    'who answers through a mailer that adds List-Unsubscribe': {
      answers: 'turn-1@desk.example',
      headers: { 'list-unsubscribe': '<mailto:u@crm.example>' },
    },
    'whose mail a rule of Exchange forwards': {
      subject: 'FW: My order',
      headers: { 'x-auto-response-suppress': 'All', 'x-ms-exchange-inbox-rules-loop': 'jo@customer.example' },
    },
    'whose mail a rule of Exchange redirects': { headers: { 'x-ms-exchange-inbox-rules-loop': 'jo@customer.example' } },
    'who attaches a read receipt': {
      type: 'multipart/mixed',
      parts: ['text/plain', 'message/disposition-notification'],
    },
    'who attaches a feedback report': { type: 'multipart/mixed', parts: ['text/plain', 'message/feedback-report'] },
    'who writes as postmaster': { from: 'postmaster@customer.example' },
    'who sends an invitation with own words': {
      type: 'multipart/mixed',
      parts: ['text/plain', 'text/calendar'],
      subject: 'Shall we talk?',
    },
  };
  for (const [who, words] of Object.entries(people)) {
    it(who, () => expect(classify(words)).toEqual({ kind: 'normal', reason: 'no-automatic-sign' }));
  }
});

describe('an automatic answer is known by', () => {
  const answers: Record<string, [MailWords, string]> = {
    'Auto-Submitted': [{ headers: { 'auto-submitted': 'auto-replied' } }, 'auto-submitted'],
    'Auto-Submitted with parameters and odd letters': [
      { headers: { 'auto-submitted': 'Auto-Replied; owner-email="jo@customer.example"' } },
      'auto-submitted',
    ],
    'a vacation keyword in Auto-Submitted': [{ headers: { 'auto-submitted': 'vacation' } }, 'auto-submitted'],
    'X-Autoreply': [{ headers: { 'x-autoreply': 'yes' } }, 'x-autoreply'],
    'X-Autorespond': [{ headers: { 'x-autorespond': 'My order' } }, 'x-autorespond'],
    'Precedence: auto_reply': [{ headers: { precedence: 'auto_reply' } }, 'precedence-auto-reply'],
    'X-POST-MessageClass': [{ headers: { 'x-post-messageclass': '9; Autoresponder' } }, 'x-post-messageclass'],
    'Delivered-To: Autoresponder': [{ headers: { 'delivered-to': 'Autoresponder' } }, 'delivered-to-autoresponder'],
    'its mailer': [{ headers: { 'x-mailer': 'vacation 1.2.7' } }, 'x-mailer-autoresponder'],
    'the rule that wrote it': [
      { headers: { 'x-auto-response-suppress': 'All', 'x-ms-exchange-inbox-rules-loop': 'jo@customer.example' } },
      'exchange-inbox-rule',
    ],
    'subject and wish': [
      { subject: OOO, headers: { 'x-auto-response-suppress': 'DR, OOF, AutoReply' } },
      'subject-and-x-auto-response-suppress',
    ],
    'subject and empty envelope': [{ subject: OOO, headers: { 'return-path': '<>' } }, 'subject-and-empty-return-path'],
    'a subject in the place of Re:': [{ subject: OOO, answers: 'turn-1@desk.example' }, 'subject-and-in-reply-to'],
    'subject and Auto-Submitted: auto-generated': [
      {
        subject: 'AUTO: Jo is out of the office (returning 2 November)',
        headers: { 'auto-submitted': 'auto-generated' },
      },
      'subject-and-auto-submitted',
    ],
    'the colon of a program and the words of an absence': [
      { subject: OOO, text: 'I am currently out of the office.' },
      'subject-and-words',
    ],
    'subject and Precedence: bulk': [
      { subject: 'Vacation: My order', headers: { precedence: 'bulk' } },
      'subject-and-precedence',
    ],
  };
  for (const [sign, [words, reason]] of Object.entries(answers)) {
    it(sign, () => expect(classify(words)).toEqual({ kind: 'auto-reply', reason }));
  }

  it.each([
    'Out of Office: Your ticket',
    '[Auto-Reply] Your ticket',
    'Automatische Antwort: Ihr Ticket',
    'Réponse automatique : Votre demande',
    'Respuesta automática: Su consulta',
    'Resposta automática: Seu pedido',
    'Risposta automatica: Richiesta',
    'Automatisch antwoord: Uw vraag',
    'Autosvar: Ditt ärende',
    'Automatisk svar: Din sag',
    'Automaattinen vastaus: Pyyntösi',
    'Automatyczna odpowiedź: Zgłoszenie',
    'Automatická odpověď: Dotaz',
    'Automatikus válasz: Kérdés',
    'Automatski odgovor: Upit',
    'Răspuns automat: Cerere',
    'Автоматический ответ: Запрос',
    'Автоматична відповідь: Запит',
    'Автоматичен отговор: Запитване',
    'Αυτόματη απάντηση: Αίτημα',
    'Otomatik yanıt: Talebiniz',
    'תשובה אוטומטית: פנייה',
    'رد تلقائي: طلبك',
    'ตอบกลับอัตโนมัติ: คำขอ',
    'Trả lời tự động: Yêu cầu',
    'Balasan otomatis: Permintaan',
    '自动答复: 您的请求',
    '自動回覆: 您的要求',
    '自動応答: お問い合わせ',
    '자동 회신: 문의',
  ])('the subject "%s" with an empty envelope', (subject) => {
    expect(kindOf({ subject, headers: { 'return-path': '<>' } })).toBe('auto-reply');
    expect(kindOf({ subject })).toBe('normal');
  });
});

describe('a machine that writes by itself is known by', () => {
  const machines: Record<string, [MailWords, string]> = {
    'Auto-Submitted': [{ headers: { 'auto-submitted': 'auto-generated' } }, 'auto-submitted'],
    'a keyword nobody defined': [{ headers: { 'auto-submitted': 'auto-notified' } }, 'auto-submitted'],
    'Precedence: bulk': [{ headers: { precedence: 'bulk' } }, 'precedence-bulk'],
    'X-Cron-Env': [{ headers: { 'x-cron-env': '<SHELL=/bin/sh>' } }, 'x-cron-env'],
    'its mailer daemon': [{ from: 'MAILER-DAEMON@mx.example' }, 'mailer-daemon'],
    'a no-reply sender without an envelope': [
      { from: 'noreply@bank.example', headers: { 'return-path': '<>' } },
      'empty-return-path',
    ],
    'a no-reply sender that wishes for no answer': [
      { from: 'noreply@bank.example', headers: { 'x-auto-response-suppress': 'All' } },
      'noreply-and-suppress',
    ],
  };
  for (const [sign, [words, reason]] of Object.entries(machines)) {
    it(sign, () => expect(classify(words)).toEqual({ kind: 'auto-generated', reason }));
  }
});

describe('a delivery report', () => {
  const report = (...actions: DeliveryAction[]) => ({
    from: 'MAILER-DAEMON@mx.example',
    delivery: {
      source: 'rfc3464' as const,
      recipients: actions.map((action) => ({
        recipient: 'a@x.example',
        action,
        status: null,
        permanent: action === 'failed',
        diagnostic: null,
      })),
      originalMessageId: null,
    },
  });

  it('is a bounce when anybody did not get the mail, or when it names nobody', () => {
    expect(kindOf(report('failed'))).toBe('bounce');
    expect(kindOf(report('delayed'))).toBe('bounce');
    expect(kindOf(report('delivered', 'failed'))).toBe('bounce');
    expect(kindOf(report())).toBe('bounce');
  });

  it('is no bounce when all got it', () => {
    expect(classify(report('delivered', 'relayed', 'expanded'))).toEqual({
      kind: 'auto-generated',
      reason: 'delivery-success',
    });
  });

  it('is a bounce also when it says that it was sent automatically or came through a list', () => {
    expect(
      kindOf({ ...report('failed'), headers: { 'auto-submitted': 'auto-replied', 'list-id': '<l.example>' } }),
    ).toBe('bounce');
  });
});

describe('a report of another kind', () => {
  it('is a complaint by its type, its part, or the sender and subject of an old feedback loop', () => {
    expect(kindOf({ type: 'multipart/report', params: { 'report-type': 'feedback-report' } })).toBe('complaint');
    expect(kindOf({ type: 'multipart/report', parts: ['message/feedback-report'] })).toBe('complaint');
    expect(kindOf({ from: 'feedbackloop@provider.example', subject: 'Abuse Report' })).toBe('complaint');
    expect(kindOf({ subject: 'Abuse report' })).toBe('normal');
  });

  it('is a read receipt by its type or its part', () => {
    expect(kindOf({ type: 'multipart/report', params: { 'report-type': 'Disposition-Notification' } })).toBe(
      'read-receipt',
    );
    expect(kindOf({ type: 'multipart/report', parts: ['text/plain', 'message/disposition-notification'] })).toBe(
      'read-receipt',
    );
  });
});

describe('a calendar message', () => {
  const invitation = { type: 'multipart/alternative', parts: ['text/plain', 'text/calendar'] };

  it('is an answer to an invitation, in the words of calendar programs', () => {
    expect(kindOf({ ...invitation, subject: 'Accepted: Demo' })).toBe('calendar');
    expect(kindOf({ ...invitation, subject: 'Abgelehnt: Vorführung' })).toBe('calendar');
  });

  it('is calendar data alone, or with a method of programs', () => {
    expect(kindOf({ type: 'text/calendar', params: { method: 'REPLY' } })).toBe('calendar');
    expect(kindOf({ ...invitation, text: '' })).toBe('calendar');
  });

  it('is none where nothing but the subject says so', () => {
    expect(kindOf({ subject: 'Accepted: your offer' })).toBe('normal');
  });
});

describe('a mailing list', () => {
  it.each([
    ['list-id', '<talk.lists.example>'],
    ['list-post', '<mailto:talk@lists.example>'],
    ['precedence', 'list'],
    ['mailing-list', 'contact talk-help@lists.example; run by ezmlm'],
    ['list-unsubscribe', '<https://news.example/u>'],
  ])('is known by %s', (name, value) => {
    expect(kindOf({ headers: { [name]: value } })).toBe('list');
  });

  it('is none when the group address leads to the desk itself', () => {
    const headers = {
      precedence: 'list',
      'list-id': '<help.desk.example>',
      'list-post': '<mailto:help@desk.example>',
      'list-unsubscribe': '<mailto:x@desk.example>',
    };
    expect(kindOf({ headers })).toBe('normal');
  });

  it('does not hide that a vacation program answered through it', () => {
    expect(kindOf({ headers: { 'list-id': '<talk.lists.example>', 'auto-submitted': 'auto-replied' } })).toBe(
      'auto-reply',
    );
  });
});

describe('our own mail', () => {
  it('is known by the mark that we set, before everything else, and not by our address, which anybody can write', () => {
    expect(classify({ headers: { 'x-turnmail-desk': 'desk-1', 'auto-submitted': 'auto-replied' } })).toEqual({
      kind: 'own',
      reason: 'x-turnmail-desk',
    });
    expect(kindOf({ from: 'Help@desk.example' })).toBe('normal');
  });

  it('is not the mail of another desk', () => {
    expect(kindOf({ headers: { 'x-turnmail-desk': 'desk-2' } })).toBe('normal');
  });
});
