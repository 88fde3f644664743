import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAIL_KEYS, readAttack, readTable } from './attack-file.ts';
import { type AttackedDesk, startAttackedDesk } from './attacked-desk.ts';
import { listMails } from './classes.ts';
import type { Deed, OutgoingRow } from './desk-state.ts';
import { checkInvariants } from './invariants.ts';
import { readExpectation, runAttack } from './run-attack.ts';

/** That the suite can fail: files that promise what does not come, and deeds that break what must hold. */
describe('a file that promises', () => {
  let desk: AttackedDesk;
  beforeAll(async () => {
    desk = await startAttackedDesk();
  });
  afterAll(() => desk?.stop());
  const wrong = listMails(fileURLToPath(new URL('wrong/', import.meta.url)));
  const complaintsOf = async (name: string) => {
    const index = wrong.findIndex((file) => file.name === `tokens/${name}`);
    const file = wrong[index];
    if (!file) throw new Error(`there is no file ${name}`);
    return (await runAttack(desk, file, index + 1)).complaints;
  };

  test('another disposition is refuted', async () => {
    expect(await complaintsOf('wrong-disposition')).toEqual([
      'expected parked token-of-someone-else, got third-party third-party-wrote',
    ]);
  });
  test('another reason is refuted', async () => {
    expect(await complaintsOf('wrong-reason')).toEqual([
      'expected third-party no-new-words, got third-party third-party-wrote',
    ]);
  });
  test('a claim that does not hold is refuted', async () => {
    expect(await complaintsOf('wrong-claim')).toEqual(['nothing is sent: no, notification to alice@desk.example']);
  });
  test('a sequel that does not come is refuted', async () => {
    expect(await complaintsOf('wrong-sequel')).toEqual([
      // Its bytes are the same too when both are written within one second.
      expect.stringMatching(/^the real answer still takes the turn: no, it became duplicate same-/),
    ]);
  });
  test('no turn, and takes one, is refuted', async () => {
    expect(await complaintsOf('turn-taken-unexpectedly')).toEqual([
      'expected third-party third-party-wrote, got answer answers-open-turn',
      expect.stringMatching(/^ticket \d+ was changed$/),
      '1 turns were taken, not 0',
    ]);
  });
  test('no ticket, and opens one, is refuted', async () => {
    expect(await complaintsOf('ticket-opened-unexpectedly')).toEqual([
      'expected automatic auto-reply, got ticket new-request',
      expect.stringMatching(/^ticket \d+ was opened$/),
    ]);
  });
});

describe('a head', () => {
  const read = (head: string) =>
    readExpectation(readAttack('tokens/x', `${head}\n---\nFrom: a@b.example\n`, MAIL_KEYS));
  const good = 'attack: x\nbefore: nothing\nexpect: parked from-missing';
  test('names an outcome, a scene and claims that exist, each key at most once', () => {
    expect(read(good)).toEqual({ disposition: 'parked', reason: 'from-missing' });
    expect(() => read(good.replace('parked', 'thrown-away'))).toThrow('no such outcome');
    expect(() => read(good.replace('from-missing', 'bad-luck'))).toThrow('no such outcome');
    expect(() => read(`${good}\nand: all is well`)).toThrow('no claim reads "all is well"');
    expect(() => read(`${good}\nexpcet: parked from-missing`)).toThrow('a head has no line');
    expect(() => read(`${good}\nbefore: a new ticket`)).toThrow('"before" twice');
    expect(() => read('attack: x\nexpect: parked from-missing')).toThrow('no "before"');
  });
});

describe('a table of cases', () => {
  const read = (text: string) => readTable('tokens', text, MAIL_KEYS);
  const shared =
    'before: nothing\nexpect: parked from-missing\nand: nothing is sent\nwith: who = a@b.example\n---\nFrom: {{who}}\n';
  test('says what is true of each case once, and lets a case differ', () => {
    const [first, second] = read(
      `${shared}=== one\nattack: x\n=== two\nattack: y\nexpect: parked from-group\nand: nobody is muted\nwith: who = \n`,
    );
    expect(first).toMatchObject({ name: 'tokens/one', body: 'From: a@b.example\n' });
    expect(second).toMatchObject({ name: 'tokens/two', body: 'From: \n' });
    expect(second?.head.get('expect')).toEqual(['parked from-group']);
    expect(second?.head.get('and')).toEqual(['nothing is sent', 'nobody is muted']);
  });
  test('lets a case bring its own mail, byte for byte', () => {
    const [own] = read(`=== one\nattack: x\nbefore: nothing\nexpect: parked from-missing\n---\nTo: x\n\n--- \n==== \n`);
    expect(own?.body).toBe('To: x\n\n--- \n==== \n');
  });
  test('ends a case without a line end where a backslash says so', () => {
    const [first] = read(`${shared}=== one\nattack: x\n---\nyes\\\n=== two\nattack: y\n`);
    expect(first?.body).toBe('yes');
  });
  test('is refused without cases, without a mail, and where a case lacks what it must have', () => {
    expect(() => read(shared)).toThrow('without cases');
    expect(() => read('=== one\nattack: x\n')).toThrow('no mail');
    expect(() => read(`${shared}=== one\nexpcet: x\n`)).toThrow('a head has no line');
    expect(() => read(`${shared}=== one\n`)).toThrow('no "attack"');
  });
});

describe('the invariants', () => {
  const JO = 'jo@customer.example';
  const row = (over: Partial<OutgoingRow> = {}): OutgoingRow => ({
    id: 1,
    kind: 'receipt',
    recipient: JO,
    agent: null,
    ticket: 1,
    state: 'sent',
    envelopeFrom: 'support+b1@desk.example',
    messageId: 'x@desk.example',
    ...over,
  });
  const mail = (head: string[] = [], to = JO) => ({
    envelope: { from: 'support+b1@desk.example', to: [to] },
    raw: Buffer.from(
      ['Message-ID: <x@desk.example>', 'Auto-Submitted: auto-replied', ...head, '', 'Hello\r\n'].join('\r\n'),
      'utf8',
    ),
    at: 0,
  });
  const state = (answered: number, all = 'as it was', more: Partial<Deed['after']> = {}) => ({
    tickets: new Map([[1, { email: JO, status: 'in_process', query: '', subject: '', answered, all }]]),
    agents: [{ id: 1, email: 'alice@desk.example' }],
    readers: [],
    lastOutbox: 0,
    relayed: 0,
    muted: [],
    undelivered: [],
    ...more,
  });
  const deed = (over: Partial<Deed> = {}): Deed => ({
    inbound: { id: 1, disposition: 'parked', reason: 'over-rate', from: JO, ticket: 1, response: null, words: null },
    before: state(0),
    after: state(0),
    outgoing: [],
    relayed: [],
    tokens: [],
    tookMs: 0,
    ...over,
  });
  const check = (over: Partial<Deed>, claimed: string[] = [JO]) => checkInvariants(deed(over), 'parked', claimed);

  test('hold where nothing happens, and where a receipt goes out', () => {
    expect(check({})).toEqual([]);
    expect(check({ outgoing: [row()], relayed: [mail()] })).toEqual([]);
  });
  test('see a turn taken, a ticket changed and a ticket gone', () => {
    expect(check({ after: state(1) })).toEqual(['1 turns were taken, not 0']);
    expect(check({ after: state(0, 'changed') })).toEqual(['ticket 1 was changed']);
    expect(check({ after: { ...state(0), tickets: new Map() } })).toEqual(['ticket 1 is gone']);
  });
  test('see a recipient who is in no table, and an envelope that is not the row’s', () => {
    const eve = row({ recipient: 'eve@stranger.example' });
    expect(check({ outgoing: [eve], relayed: [mail([], 'eve@stranger.example')] })).toEqual([
      'outbox row 1 (receipt) goes to eve@stranger.example, not jo@customer.example',
    ]);
    expect(check({ outgoing: [row()], relayed: [mail([], 'eve@stranger.example')] })).toEqual([
      'the envelope of row 1 says support+b1@desk.example to eve@stranger.example',
    ]);
  });
  test('see a mail that left without a row, and a row that did not end', () => {
    expect(check({ relayed: [mail()] })).toEqual([
      '0 rows were sent and 1 mails left',
      'a mail left that is in no row',
    ]);
    expect(check({ outgoing: [row({ state: 'pending' })] })).toEqual(['outbox row 1 (receipt) is pending']);
  });
  test('see somebody else’s token, in the header, in the text and behind encodings', () => {
    const mac = 'abcdefghijklmnopqrstuvwxyz';
    const token = `1-2-${mac}`;
    const tokens = [{ id: 2, purpose: 'agent' as const, ticket: 1, agent: 1 }];
    const complaint = ['row 1 (receipt) to jo@customer.example carries a token of somebody else'];
    const bodies = [token, `1-2=\r\n-${mac}`, Buffer.from(`${'words '.repeat(20)}${token}`).toString('base64')];
    expect(check({ outgoing: [row()], relayed: [mail([`Reply-To: <s+${token}@desk.example>`])], tokens })).toEqual(
      complaint,
    );
    for (const body of bodies) {
      const raw = Buffer.from(`${mail().raw.toString()}${body.replace(/.{76}/g, '$&\r\n')}\r\n`);
      expect(check({ outgoing: [row()], relayed: [{ ...mail(), raw }], tokens })).toEqual(complaint);
    }
  });
  test('see control and direction characters in a header, also in encoded words', () => {
    for (const bad of ['a\u202eb', 'a\rb', '=?utf-8?B?4oCu?=', '=?utf-8?Q?a=0D=0Ab?=']) {
      expect(check({ outgoing: [row()], relayed: [mail([`Subject: ${bad}`])] })).toEqual([
        expect.stringContaining('forbidden character'),
      ]);
    }
  });
  test('see a second automatic mail to the claimed sender, and an automatic mail that does not say so', () => {
    const two = { outgoing: [row(), row({ messageId: 'y@desk.example' })], relayed: [mail(), mail()] };
    expect(check(two, ['JO@customer.example'])).toContain('jo@customer.example gets 2 automatic mails');
    expect(check({ outgoing: [row({ kind: 'response' })], relayed: [mail()] })).toEqual([
      'row 1 (response) is marked wrongly as automatic or not',
    ]);
  });
  test('see somebody muted and a mail marked undelivered, and a mail without an end', () => {
    expect(check({ after: state(0, 'as it was', { muted: [JO] }) })).toEqual(['somebody was muted']);
    expect(check({ after: state(0, 'as it was', { undelivered: [1] }) })).toEqual([
      'a mail of ours was marked undelivered',
    ]);
    expect(check({ inbound: { ...deed().inbound, disposition: null } })).toEqual(['the mail never ended']);
  });
});
