import { afterAll, beforeAll, expect, test } from 'vitest';
import { REQUEST_KEYS, readAttack } from './attack-file.ts';
import { type AttackedDesk, startAttackedDesk } from './attacked-desk.ts';
import { readAnswers } from './raw-http.ts';
import { runRequest, sayAnswers, startWebs, type Webs } from './run-request.ts';

/** The suite of requests can fail: files that promise the wrong thing, each refuted. */
let desk: AttackedDesk;
let webs: Webs;
beforeAll(async () => {
  desk = await startAttackedDesk();
  webs = startWebs(desk);
});
afterAll(() => desk?.stop());

let n = 300;
async function complaintsAbout(head: string[], request: string[]): Promise<string[]> {
  const text = ['attack: x', 'before: a ticket with an open turn', ...head, '---', ...request, '', ''].join('\n');
  n++;
  return (await runRequest(desk, webs, readAttack('guessing/x', text, REQUEST_KEYS), n)).complaints;
}
const POST = ['POST /t/{{close-token}} HTTP/1.1', 'Host: a', 'Content-Length: 0', 'Connection: close'];
const GET = ['GET /t/{{close-token}} HTTP/1.1', 'Host: a', 'Connection: close'];

test('a file that promises the right thing has no complaint', async () => {
  expect(await complaintsAbout(['expect: 200 close-done', 'and: the ticket is closed, once'], POST)).toEqual([]);
  expect(await complaintsAbout(['expect: 200 close-ready'], GET)).toEqual([]);
});

test('another status, another page and another count are refuted', async () => {
  for (const wrong of ['404 gone', '200 close-done', '200 close-ready x2', 'cut']) {
    expect(await complaintsAbout([`expect: ${wrong}`], GET)).toEqual([`expected ${wrong}, got 200 close-ready`]);
  }
});

test('a change that nobody promised is refuted, and so is a promised one that does not come', async () => {
  expect(await complaintsAbout(['expect: 200 close-done'], POST)).toEqual(['something changed']);
  expect(await complaintsAbout(['expect: 200 close-ready', 'and: the ticket is closed, once'], GET)).toEqual([
    'the ticket is closed, once: no, it is in_process, and 0 closing mails go out',
  ]);
  expect(await complaintsAbout(['expect: 200 close-ready', 'and: the ticket has the feedback satisfied'], GET)).toEqual(
    ['the ticket has the feedback satisfied: no, it has none'],
  );
});

test('an answer that is not that to a made-up token, and words that it must not hold, are refuted', async () => {
  const [same] = await complaintsAbout(
    ['expect: 200 close-ready', 'and: every answer is that to a made-up token'],
    GET,
  );
  expect(same).toContain('HTTP/1.1 200 OK');
  const [held] = await complaintsAbout(['expect: 200 close-ready', 'and: no answer holds "Close your request"'], GET);
  expect(held).toContain('no answer holds');
  await expect(complaintsAbout(['expect: 200 close-ready', 'and: all is well'], GET)).rejects.toThrow('no claim');
});

test('answers are read whole, one after the other, and what is none is left', () => {
  const two = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\nrest';
  const { answers, rest } = readAnswers(two);
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [200, 'ab'],
    [404, ''],
  ]);
  expect(rest).toBe('rest');
  expect(readAnswers('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab').answers).toEqual([]);
  const exchange = { answers, rest, ended: 'by-server' as const, tookMs: 1 };
  expect(sayAnswers([exchange, exchange, { ...exchange, answers: [] }])).toBe(
    '200 something-else x2, 404 empty x2, cut',
  );
});
