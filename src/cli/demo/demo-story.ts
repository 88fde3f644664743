/** The conversation that the demo plays, step by step, with what must be true after each. */
import type { ReadMail } from '../../dev/mail-client.ts';
import { type DeskTables, selectDeskTables } from '../../store/desk-tables.ts';
import type { Teller } from './demo-tell.ts';
import { ALICE, DESK, type DemoWorld } from './demo-world.ts';

/** Each mail and each row has this long to appear. */
const PATIENCE_MS = 20_000;

/** Plays the whole story. @throws StepFailed at the first step that does not happen */
export async function playStory(world: DemoWorld, tell: Teller): Promise<void> {
  tell.begin();
  const notification = await tell.step('Jo asks', () => ask(world, tell));
  await tell.step('Alice leaves a note for her colleagues', () => leaveNote(world, tell, notification));
  const response = await tell.step('Alice responds', () => playResponse(world, tell, notification));
  await tell.step('Jo answers', () => answerOnce(world, tell, response));
  const held = await tell.step('Jo writes again, out of turn', () => answerTwice(world, tell, response));
  const closing = await tell.step('Alice responds and closes', () => respondAndClose(world, tell, held));
  const link = await tell.step('A mail scanner opens the links; nothing happens', () => scan(world, tell, closing));
  await tell.step('Jo presses the button', () => pressButton(world, tell, link));
}

async function ask({ jo, alice, bob, app }: DemoWorld, tell: Teller): Promise<ReadMail> {
  const text = 'Hello,\n\nmy teapot came without its lid. Can you send me one?\n\nJo';
  await jo.write({ to: DESK.address, subject: 'A teapot without a lid', text });
  tell.say(`Jo writes to ${DESK.address}: "A teapot without a lid"`);
  tell.words(text);
  const ticket = await until('ticket', async () => (await selectDeskTables(app.database)).tickets[0]);
  assertStory(ticket.status === 'open', `the ticket is ${ticket.status}, not open`);
  tell.say(`ticket [#${ticket.id}] is in the table, ${ticket.status}`);
  const receipt = await jo.take(({ subject }) => subject.includes(`[#${ticket.id}]`), PATIENCE_MS);
  tell.say(`Jo gets a receipt: "${receipt.subject}"`);
  tell.words(receipt.text);
  const forAlice = await alice.take(({ subject }) => subject.includes(`[#${ticket.id}]`), PATIENCE_MS);
  const forBob = await bob.take(({ subject }) => subject.includes(`[#${ticket.id}]`), PATIENCE_MS);
  assertStory(forAlice.replyTo !== forBob.replyTo, 'Alice and Bob got the same reply address');
  tell.say(`Alice and Bob are notified: "${forAlice.subject}", each with a reply address of their own`);
  tell.remark(`Alice answers to ${forAlice.replyTo}`);
  tell.remark(`Bob answers to   ${forBob.replyTo}`);
  tell.remark('Alice reads:');
  tell.words(forAlice.text);
  return forAlice;
}

async function leaveNote({ jo, alice }: DemoWorld, tell: Teller, notification: ReadMail): Promise<void> {
  const words = '/note Lids are on shelf 4. This was the second one this week.';
  await alice.answer(notification, words);
  tell.say('Alice replies to the notification, and begins with /note');
  tell.words(words);
  const confirmation = await alice.take(() => true, PATIENCE_MS);
  assertStory(/note/i.test(confirmation.text), 'the confirmation does not speak of a note');
  tell.say(`Alice gets "${confirmation.subject}"`);
  tell.words(withoutFrame(confirmation.text));
  assertStory((await jo.untaken()) === 0, 'Jo got a mail although a note stays inside');
  tell.remark('Jo gets nothing: a note stays inside.');
}

async function playResponse(
  { jo, alice, bob, app }: DemoWorld,
  tell: Teller,
  notification: ReadMail,
): Promise<ReadMail> {
  const words = 'Dear Jo,\n\nsorry for that. A lid is on its way. Which colour is your teapot?\n\nAlice';
  await alice.answer(notification, words);
  tell.say('Alice replies again. Her mail client quotes the whole notification below her words');
  tell.words(words);
  const response = await jo.take(({ subject }) => subject.includes('A teapot without a lid'), PATIENCE_MS);
  assertStory(!response.text.includes(ALICE.address), "Alice's address travelled to Jo");
  assertStory(!/^>|Reply above/m.test(response.text), 'the quoted notification travelled to Jo');
  assertStory(response.references.length > 0, 'the response does not stand under the first mail');
  tell.say(`Jo gets a fresh mail from ${response.from}: "${response.subject}"`);
  tell.words(response.text);
  tell.remark("Only her words travelled, under Jo's first mail: no quote, no token, no address of hers.");
  const heard = await bob.take(({ text }) => text.includes('answered the customer'), PATIENCE_MS);
  tell.say(`Bob, who was notified too, hears once that it is done: "${heard.subject}"`);
  const { tickets, responses } = await selectDeskTables(app.database);
  assertStory(tickets[0]?.status === 'in_process', `the ticket is ${tickets[0]?.status}, not in_process`);
  assertStory(responses[0]?.response_sent === words, 'response_sent holds other words than Alice wrote');
  tell.say(`in the tables: response ${responses[0]?.id}, and the ticket is in_process. Jo has one turn`);
  return response;
}

async function answerOnce({ jo, alice, bob, app }: DemoWorld, tell: Teller, response: ReadMail): Promise<void> {
  const words = 'It is blue. Thank you!';
  await jo.answer(response, words);
  tell.say('Jo answers');
  tell.words(words);
  const row = await until('answer', async () =>
    (await selectDeskTables(app.database)).responses.find((one) => one.response_received !== null),
  );
  assertStory(row.response_received === words, 'response_received holds other words than Jo wrote');
  tell.say(`response ${row.id} has its answer, in response_received and rec_time. The turn is taken`);
  const news = await alice.take(({ text }) => text.includes(words), PATIENCE_MS);
  assertStory((await bob.untaken()) === 0, 'Bob was told, although Alice has the ticket');
  tell.say('Alice is told, since she has the ticket; Bob is not');
  tell.words(withoutFrame(news.text));
}

async function answerTwice({ jo, alice, app }: DemoWorld, tell: Teller, response: ReadMail): Promise<ReadMail> {
  const before = await selectDeskTables(app.database);
  const words = 'Wait, is the lid for free?';
  await jo.answer(response, words);
  tell.say('Jo answers the same mail once more');
  tell.words(words);
  const notice = await jo.take(() => true, PATIENCE_MS);
  tell.say(`Jo gets a notice, once: "${notice.subject}"`);
  tell.words(notice.text);
  const held = await alice.take(({ text }) => text.includes(words), PATIENCE_MS);
  tell.say('Alice sees the mail: it is held, not lost');
  tell.words(withoutFrame(held.text), 6);
  mustBeEqual(before, await selectDeskTables(app.database), 'a held mail changed the tables');
  tell.remark('No row of the two tables has changed.');
  return held;
}

async function respondAndClose({ jo, alice, app }: DemoWorld, tell: Teller, held: ReadMail): Promise<ReadMail> {
  const words = 'It is free, and blue. Enjoy your tea!';
  await alice.answer(held, `/close\n${words}`);
  tell.say('Alice replies, with /close on the first line');
  tell.words(`/close\n${words}`);
  const response = await jo.take(({ text }) => text.startsWith(words), PATIENCE_MS);
  assertStory(/satisfied/i.test(response.text), 'the last mail does not ask how it was');
  tell.say(
    `Jo gets one mail with her words, which says that the request is closed and asks how it was: "${response.subject}"`,
  );
  tell.words(response.text);
  const ticket = (await selectDeskTables(app.database)).tickets[0];
  assertStory(ticket?.status === 'closed', `the ticket is ${ticket?.status}, not closed`);
  assertStory(ticket?.last_response === words, 'last_response is not the newest response');
  tell.say('the ticket is closed, and last_response holds the newest response');
  const confirmation = await alice.take(({ text }) => /closed/i.test(text), PATIENCE_MS);
  tell.say(`Alice gets "${confirmation.subject}"`);
  tell.words(withoutFrame(confirmation.text));
  return response;
}

async function scan({ app }: DemoWorld, tell: Teller, closing: ReadMail): Promise<string> {
  const links = closing.text.match(/https?:\/\/\S+/g) ?? [];
  const satisfied = links[0];
  if (satisfied === undefined) throw new Error('the closing mail holds no link');
  const before = await selectDeskTables(app.database);
  const times = 10;
  for (let time = 0; time < times; time++) {
    for (const link of links) {
      assertStory((await fetch(link)).status === 200, 'a link shows no page');
      assertStory((await fetch(link, { method: 'HEAD' })).status === 200, 'a link does not answer HEAD');
    }
  }
  tell.say(`${links.length} links are opened ${times} times each, with GET and with HEAD`);
  mustBeEqual(before, await selectDeskTables(app.database), 'a GET changed the tables');
  tell.remark('Nothing has changed: a link only shows a page, and only its button acts.');
  return satisfied;
}

async function pressButton({ app, jo, alice, bob }: DemoWorld, tell: Teller, link: string): Promise<void> {
  const page = await (await fetch(link)).text();
  assertStory(/<form[^>]+method="?post/i.test(page), 'the page has no button');
  tell.say(`Jo opens the page of "Yes, I am satisfied"`);
  tell.words(pageWords(page));
  const done = await fetch(link, { method: 'POST' });
  assertStory(done.ok, `pressing the button was answered with ${done.status}`);
  tell.say('Jo presses the button');
  tell.words(pageWords(await done.text()));
  const once = await selectDeskTables(app.database);
  const feedback = once.tickets[0]?.feedback;
  assertStory(feedback === 'satisfied', `feedback is ${feedback}, not satisfied`);
  tell.say('feedback is satisfied');
  await fetch(link, { method: 'POST' });
  mustBeEqual(once, await selectDeskTables(app.database), 'a second press changed the tables');
  tell.say('Jo presses it again: twice is once');
  for (const someone of [jo, alice, bob]) {
    assertStory((await someone.untaken()) === 0, `${someone.person.name} got a mail that this story does not have`);
  }
  tell.remark('Jo, Alice and Bob got the mails that you have seen, and no others.');
}

/** Asks until there is an answer. */
async function until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no ${what} appeared within ${PATIENCE_MS / 1000} s`);
}

function assertStory(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function mustBeEqual(before: DeskTables, after: DeskTables, otherwise: string): void {
  assertStory(JSON.stringify(before) === JSON.stringify(after), otherwise);
}

/** A mail to an agent without the line above which to reply and the words below the rule. */
function withoutFrame(text: string): string {
  return text
    .replace(/^[^\n]{0,200}-##\n/, '')
    .replace(/\n-{20,}\n[\s\S]*$/, '')
    .trim();
}

/** What a page says, without its markup and style. */
function pageWords(page: string): string {
  const body = /<body[^>]*>([\s\S]*)<\/body>/i.exec(page)?.[1] ?? '';
  return body
    .replace(/<button[^>]*>([\s\S]*?)<\/button>/gi, '[ $1 ]')
    .replace(/<[^<>]+>/g, '\n')
    .replace(/(?<!\s)\s*\n\s*/g, '\n')
    .trim();
}
