import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { type ParserPool, startParserPool } from '../../../src/mail/parse/parser-pool.ts';

const SMALL = Buffer.from('From: Jo <jo@x.example>\r\nSubject: Hi\r\n\r\nWords\r\n');
/** Children need 20 MB for their code alone: these have room for small mails and none for RICH. */
const TIGHT = { workers: 1, maxHeapMb: 40, timeoutMs: 60_000 };
const RICH = Buffer.from(`Content-Type: text/html\r\n\r\n${'<p>a <b>b</b></p>\n'.repeat(560_000)}`);
const pools: ParserPool[] = [];

function pool(options: Partial<Parameters<typeof startParserPool>[0]> = {}): ParserPool {
  const started = startParserPool({
    workers: 2,
    timeoutMs: 20_000,
    maxHeapMb: 128,
    bounds: DEFAULT_PARSE_BOUNDS,
    ...options,
  });
  pools.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((one) => one.close()));
});

describe('a parser pool', () => {
  test('reads more mails at once than it has children, each answer to its own mail', async () => {
    const { parse } = pool();
    const subjects = Array.from({ length: 20 }, (_, i) => `mail ${i}`);
    const outcomes = await Promise.all(subjects.map((subject) => parse(Buffer.from(`Subject: ${subject}\r\n\r\nx`))));
    expect(outcomes.map((outcome) => outcome.ok && outcome.mail.subject)).toEqual(subjects);
  });

  test('hands back the contents of attachments byte for byte', async () => {
    const content = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const head = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: a/b\r\n';
    const raw = Buffer.from(`${head}Content-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}\r\n--b--`);
    const outcome = await pool().attachments(raw, 'all');
    expect(outcome.ok && outcome.attachments.map((one) => content.equals(one.content))).toEqual([true]);
  });

  test('says why a mail is refused', async () => {
    const outcome = await pool({ bounds: { ...DEFAULT_PARSE_BOUNDS, maxBytes: 10 } }).parse(SMALL);
    expect(outcome).toMatchObject({ ok: false, fault: 'too-large' });
  });

  test('kills a child that takes too long, and reads the next mail in a new one', async () => {
    const slow = pool({ workers: 1, timeoutMs: 1 });
    // No machine is so fast that it reads ten megabytes in that time.
    expect(await slow.parse(RICH)).toMatchObject({ ok: false, fault: 'parser-timeout' });
    expect(await slow.parse(RICH)).toMatchObject({ ok: false, fault: 'parser-timeout' });
  });

  test('lets a mail that hangs its child keep nobody waiting, and is as small as before afterwards', async () => {
    const single = pool({ workers: 1, timeoutMs: 30_000 });
    await single.parse(SMALL);
    const [child] = parserChildren();
    if (child === undefined) throw new Error('the pool has no child');
    process.kill(child, 'SIGSTOP');
    const done: string[] = [];
    const hanging = single.parse(SMALL).then((outcome) => done.push(outcome.ok ? 'read' : outcome.fault));
    const others = Array.from({ length: 5 }, () => single.parse(SMALL).then(() => done.push('other')));
    await Promise.all([hanging, ...others]);
    expect(done).toEqual(['other', 'other', 'other', 'other', 'other', 'parser-timeout']);
    await single.parse(SMALL);
    await expect.poll(() => parserChildren().length).toBe(1);
  });

  test('outlives a child whose heap is full, and reads the next mail', async () => {
    const tight = pool(TIGHT);
    expect(await tight.parse(RICH)).toMatchObject({ ok: false, fault: 'parser-out-of-memory' });
    expect(await tight.parse(SMALL)).toMatchObject({ ok: true });
  });

  test('reads a mail that lay behind one that ended their child, and blames it for nothing', async () => {
    const tight = pool(TIGHT);
    await tight.parse(SMALL);
    const [ended, ...behind] = await Promise.all([tight.parse(RICH), tight.parse(SMALL), tight.parse(SMALL)]);
    expect(ended).toMatchObject({ ok: false, fault: 'parser-out-of-memory' });
    expect(behind).toMatchObject([{ ok: true }, { ok: true }]);
  });

  test('blames no mail for a child that dies while it starts', async () => {
    const single = pool({ workers: 1 });
    const outcome = single.parse(SMALL);
    const [child] = parserChildren();
    if (child === undefined) throw new Error('the pool has no child');
    process.kill(child, 'SIGKILL');
    expect(await outcome).toMatchObject({ ok: true });
  });

  test('gives each answer to its own mail when a child that stood still goes on', async () => {
    const single = pool({ workers: 1 });
    await single.parse(SMALL);
    const [child] = parserChildren();
    if (child === undefined) throw new Error('the pool has no child');
    process.kill(child, 'SIGSTOP');
    const subjectOf = async (subject: string) => {
      const outcome = await single.parse(Buffer.from(`Subject: ${subject}\r\n\r\nx`));
      return outcome.ok && outcome.mail.subject;
    };
    const first = subjectOf('first');
    expect(await Promise.all(['second', 'third', 'fourth'].map(subjectOf))).toEqual(['second', 'third', 'fourth']);
    process.kill(child, 'SIGCONT');
    const later = Array.from({ length: 20 }, (_, i) => `later ${i}`);
    expect(await Promise.all([first, ...later.map(subjectOf)])).toEqual(['first', ...later]);
    // It would have read the second mail all the same, and a mail after it would be blamed if it had hung over that.
    await expect.poll(parserChildren).not.toContain(child);
  });

  test('answers the mails that it was reading when it is closed, and takes no more', async () => {
    const closing = pool({ workers: 1 });
    const answers = [closing.parse(SMALL), closing.parse(SMALL)];
    await closing.close();
    for (const answer of answers) expect(await answer).toMatchObject({ ok: false, fault: 'parser-crashed' });
    await expect(closing.parse(SMALL)).rejects.toThrow('closed');
  });
});

/** The parser processes that this process has started. */
function parserChildren(): number[] {
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  return children.split('\n').flatMap((line) => (line.includes('parser-worker') ? Number.parseInt(line, 10) : []));
}
