import { type AttackFile, headLine, headLines } from './attack-file.ts';
import type { AttackedDesk } from './attacked-desk.ts';
import { type AttackedWeb, lookAtWebState, startAttackedWeb, type WebState } from './attacked-web.ts';
import { fillPlaceholders, type Values } from './placeholders.ts';
import { type Answer, type Exchange, speakHttp } from './raw-http.ts';
import { playScene } from './scenes.ts';

export type RequestResult = { file: AttackFile; expected: string; got: string; complaints: string[] };

/** What a request has done and was told. */
export type RequestDeed = {
  exchanges: Exchange[];
  /** the answer to a token that was never made, for comparing */
  madeUp: Answer | undefined;
  ticket: number;
  before: WebState;
  after: WebState;
};

type Attack = { desk: AttackedDesk; web: AttackedWeb; file: AttackFile; values: Values; from: string };

const PAGES: [string, RegExp][] = [
  ['gone', /<h1>This link does not work/],
  ['close-ready', /<h1>Close your request/],
  ['close-done', /<h1>Your request <bdi>#\d+<\/bdi> is closed/],
  ['ready', /<button/],
  ['refused', /<h1>This did not come from our page/],
  ['busy', /<h1>Too many visits/],
  ['failed', /<h1>Something went wrong/],
  ['shown', /<h1>/],
  ['not-understood', /^This request was not understood\.\n$/],
  ['json', /^\{/],
  ['metrics', /^# HELP /],
  ['empty', /^$/],
];

/** What came back, as `expect:` writes it: `200 close-ready`, `404 gone x20, 429 busy x3`, `cut`. */
export function sayAnswers(exchanges: Exchange[]): string {
  const said = exchanges.flatMap(({ answers }) => (answers.length === 0 ? ['cut'] : answers.map(sayAnswer)));
  const counts = [...Map.groupBy(said, (one) => one)].map(([one, { length }]) =>
    length > 1 ? `${one} x${length}` : one,
  );
  return counts.sort().join(', ');
}

function sayAnswer({ status, body }: Answer): string {
  return `${status} ${PAGES.find(([, form]) => form.test(body))?.[0] ?? 'something-else'}`;
}

/** A web server that believes a proxy, started when a file first asks for it. */
export type Webs = (proxy: string | undefined) => Promise<AttackedWeb>;

export function startWebs(desk: AttackedDesk): Webs {
  const started = new Map<string, Promise<AttackedWeb>>();
  return (proxy = '') => {
    const web = started.get(proxy) ?? startAttackedWeb(desk, { TRUST_PROXY: proxy });
    started.set(proxy, web);
    return web;
  };
}

/** @param n gives each attack an address of its own, since the server counts by address */
export async function runRequest(desk: AttackedDesk, webs: Webs, file: AttackFile, n: number): Promise<RequestResult> {
  const expected = headLine(file, 'expect') ?? '';
  const from = headLine(file, 'from') ?? `127.1.${Math.floor(n / 200)}.${(n % 200) + 1}`;
  const scene = await playScene(desk, headLine(file, 'before') ?? '', n);
  const web = await webs(headLine(file, 'proxy'));
  const values = {
    ...scene.values,
    ...tokensIn(scene.values),
    port: String(web.port),
    'desk-host': `127.0.0.1:${web.port}`,
  };
  const attack: Attack = { desk, web, file, values, from };
  const before = await lookAtWebState(desk);
  const exchanges = await send(attack);
  const after = await lookAtWebState(desk);
  const deed: RequestDeed = { exchanges, madeUp: await askMadeUp(attack), ticket: scene.ticket ?? 0, before, after };
  const got = sayAnswers(exchanges);
  const complaints = got === expected ? [] : [`expected ${expected}, got ${got}`];
  const claims = headLines(file, 'and').map((sentence) => fillPlaceholders(sentence, values));
  if (!claims.some((claim) => CHANGES.test(claim)) && before.digest !== after.digest)
    complaints.push('something changed');
  complaints.push(...checkAnswers(deed));
  for (const claim of claims) {
    const complaint = await checkClaim(claim, deed, attack);
    if (complaint !== undefined) complaints.push(`${claim}: no, ${complaint}`);
  }
  return { file, expected, got, complaints };
}

/** `close-token` and so on, out of the mailto: twins. */
function tokensIn(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      name.endsWith('-address') && value?.includes('+')
        ? [[name.replace(/address$/, 'token'), value.replace(/^[^+]*\+|@.*$/g, '')]]
        : [],
    ),
  );
}

async function send({ web, file, values, from }: Attack): Promise<Exchange[]> {
  const asWritten = headLine(file, 'line-ends') === 'as written';
  const text = asWritten ? file.body : file.body.replace(/\r?\n/g, '\r\n');
  const [first = '', ...later] = text.split(/\{\{pause (?=\d+\}\})/);
  const fill = (piece: string) => Buffer.from(fillPlaceholders(piece, values), 'latin1');
  const pieces = [
    { pauseMs: 0, bytes: fill(first) },
    ...later.map((piece) => {
      const end = piece.indexOf('}}');
      return { pauseMs: Number(piece.slice(0, end)), bytes: fill(piece.slice(end + 2)) };
    }),
  ];
  const speak = () => speakHttp({ port: web.port, from }, pieces);
  const atOnce = Number(headLine(file, 'at-once') ?? 1);
  const times = Number(headLine(file, 'times') ?? 1);
  const exchanges: Exchange[] = [];
  for (let time = 0; time < times; time++)
    exchanges.push(...(await Promise.all(Array.from({ length: atOnce }, speak))));
  return exchanges;
}

const MADE_UP = '7-7-aaaaaaaaaaaaaaaaaaaaaaaaaa';
/** From an address of its own, so that limits do not speak for it; also shows that the server still answers. */
async function askMadeUp(attack: Attack): Promise<Answer | undefined> {
  return (await askFor(attack, MADE_UP)).answers[0];
}

let strangers = 0;
/** An address that has not asked before. */
function newAddress(): string {
  strangers += 1;
  return `127.2.${Math.floor(strangers / 250)}.${1 + (strangers % 250)}`;
}

function askFor({ web }: Attack, token: string, from = newAddress()) {
  const request = `GET /t/${token} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`;
  return speakHttp({ port: web.port, from }, [{ pauseMs: 0, bytes: Buffer.from(request) }]);
}

/** Of every answer: the server goes on, and its pages are guarded, whatever was asked. */
function checkAnswers({ exchanges, madeUp }: RequestDeed): string[] {
  const complaints = madeUp?.status === 404 ? [] : ['the server does not answer any more'];
  for (const { head, body, status } of exchanges.flatMap(({ answers }) => answers)) {
    if (/^(?:server|x-powered-by|access-control-allow-origin):/im.test(head))
      complaints.push(`a header tells too much: ${head}`);
    if (/\bat .+:\d+:\d+|node_modules|\.ts\b/.test(body))
      complaints.push(`an answer shows our insides: ${body.slice(0, 200)}`);
    // What the HTTP parser itself refuses has no headers of ours: 400, 408 and 431 with an empty body.
    if (!/^content-security-policy: default-src 'none'/im.test(head) && body !== '')
      complaints.push(`an answer ${status} without our headers`);
    for (const field of GUARDS)
      if (body !== '' && !head.toLowerCase().includes(field)) complaints.push(`an answer without ${field}`);
  }
  return [...new Set(complaints)];
}

const GUARDS = [
  'referrer-policy: no-referrer',
  'cache-control: no-store',
  'x-content-type-options: nosniff',
  'x-frame-options: deny',
];

type Claim = (
  deed: RequestDeed,
  attack: Attack,
  words: RegExpExecArray,
) => Promise<string | undefined> | string | undefined;

/** Claims that allow a change; without one of them a request may change nothing at all. */
const CHANGES = /^the ticket (?:is closed|is open again|has the feedback)/;

const CLAIMS: [RegExp, Claim][] = [
  [/^the ticket is closed, once$/, (deed) => closedOnce(deed)],
  [/^the ticket is open again, once$/, (deed) => openedOnce(deed)],
  [/^the ticket has the feedback (\w+)$/, (deed, _, words) => feedbackIs(deed, words[1] ?? '')],
  [/^every answer is that to a made-up token$/, (deed) => sameAsMadeUp(deed)],
  [/^no answer holds "(.+)"$/, (deed, _, words) => heldBack(deed, words[1] ?? '')],
  [/^it is over within (\d+) s$/, (deed, _, words) => within(deed, Number(words[1]))],
  [/^the server ends the connection$/, (deed) => endedByServer(deed)],
  [/^asking for (\S+) takes as long as for a made-up token$/, (_, attack, words) => sameTime(attack, words[1] ?? '')],
];

export function isRequestClaim(sentence: string): boolean {
  const filled = sentence.replace(/\{\{[^}]*\}\}/g, 'x');
  return CLAIMS.some(([form]) => form.test(filled));
}

async function checkClaim(sentence: string, deed: RequestDeed, attack: Attack): Promise<string | undefined> {
  for (const [form, claim] of CLAIMS) {
    const words = form.exec(sentence);
    if (words) return await claim(deed, attack, words);
  }
  throw new Error(`no claim about a request reads "${sentence}"`);
}

function closedOnce({ before, after, ticket }: RequestDeed): string | undefined {
  const mails = after.closings - before.closings;
  return after.statuses.get(ticket) === 'closed' && mails === 1
    ? undefined
    : `it is ${after.statuses.get(ticket)}, and ${mails} closing mails go out`;
}

function openedOnce({ before, after, ticket }: RequestDeed): string | undefined {
  const times = after.reopenings - before.reopenings;
  return after.statuses.get(ticket) === 'in_process' && times === 1
    ? undefined
    : `it is ${after.statuses.get(ticket)}, and was opened ${times} times`;
}

function feedbackIs({ after, ticket }: RequestDeed, feedback: string): string | undefined {
  return after.feedback.get(ticket) === feedback ? undefined : `it has ${after.feedback.get(ticket)}`;
}

function sameAsMadeUp({ exchanges, madeUp }: RequestDeed): string | undefined {
  const strip = (answer: Answer | undefined) =>
    `${answer?.head.replace(/^(?:date|x-ratelimit-\S+|connection|keep-alive):.*\r\n?/gim, '').trim()}\n${answer?.body}`;
  const other = exchanges.flatMap(({ answers }) => answers).find((answer) => strip(answer) !== strip(madeUp));
  return other && strip(other);
}

function heldBack({ exchanges }: RequestDeed, words: string): string | undefined {
  const answer = exchanges.flatMap(({ answers }) => answers).find(({ head, body }) => `${head}${body}`.includes(words));
  return answer && `${answer.head}${answer.body}`.slice(0, 300);
}

function within({ exchanges }: RequestDeed, seconds: number): string | undefined {
  const longest = Math.max(...exchanges.map(({ tookMs }) => tookMs));
  return longest <= seconds * 1000 ? undefined : `it took ${Math.round(longest / 1000)} s`;
}

function endedByServer({ exchanges }: RequestDeed): string | undefined {
  return exchanges.every(({ ended }) => ended === 'by-server') ? undefined : 'it is open';
}

/** The fastest of many, in turns: what the machine does beside it falls on both alike. */
async function sameTime(attack: Attack, token: string): Promise<string | undefined> {
  const best = { theirs: Number.POSITIVE_INFINITY, madeUp: Number.POSITIVE_INFINITY };
  for (let round = 0; round < 40; round++) {
    best.theirs = Math.min(best.theirs, (await askFor(attack, token)).tookMs);
    best.madeUp = Math.min(best.madeUp, (await askFor(attack, MADE_UP)).tookMs);
  }
  const apart = Math.abs(best.theirs - best.madeUp);
  return apart < 2 ? undefined : `${best.theirs.toFixed(1)} ms against ${best.madeUp.toFixed(1)} ms`;
}
