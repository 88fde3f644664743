import { afterEach, describe, expect, it } from 'vitest';
import { startWebDesk, TOKENS, type WebDesk } from '../../support/web-desk.ts';

let desk: WebDesk;
afterEach(() => desk.close());

async function statuses(count: number, make: (index: number) => Promise<Response>): Promise<Map<number, number>> {
  const seen = new Map<number, number>();
  for (let index = 0; index < count; index += 1) {
    const response = await make(index);
    await response.arrayBuffer();
    seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
  }
  return seen;
}

describe('limits', () => {
  it('let one address guess 120 times a minute, on any path, and then no more', async () => {
    desk = await startWebDesk();
    const seen = await statuses(150, (index) => fetch(`${desk.url}/${index % 2 ? 't' : 'x'}/guess-${index}`));
    expect(seen).toEqual(
      new Map([
        [404, 120],
        [429, 30],
      ]),
    );
    const page = await fetch(`${desk.url}/t/${TOKENS.close}`);
    expect([page.status, (await page.text()).includes('Too many visits at once')]).toEqual([429, true]);
    expect((await fetch(`${desk.url}/healthz`)).status).toBe(200);
  });

  it('let one token be pressed 30 times a minute', async () => {
    desk = await startWebDesk();
    const seen = await statuses(40, () => fetch(`${desk.url}/t/${TOKENS.close}`, { method: 'POST' }));
    expect(seen).toEqual(
      new Map([
        [200, 30],
        [429, 10],
      ]),
    );
    expect((await fetch(`${desk.url}/t/${TOKENS.satisfied}`, { method: 'POST' })).status).toBe(200);
  });

  it('do not believe a forwarded address of a stranger', async () => {
    desk = await startWebDesk();
    const seen = await statuses(125, (index) =>
      fetch(`${desk.url}/t/x`, { headers: { 'x-forwarded-for': `192.0.2.${index}` } }),
    );
    expect(seen).toEqual(
      new Map([
        [404, 120],
        [429, 5],
      ]),
    );
  });

  it('count the client behind a proxy that is named', async () => {
    desk = await startWebDesk({ trustProxy: '127.0.0.1' });
    const seen = await statuses(125, (index) =>
      fetch(`${desk.url}/t/x`, { headers: { 'x-forwarded-for': `192.0.2.${index}` } }),
    );
    expect(seen).toEqual(new Map([[404, 125]]));
  });

  it('show ten thousand looks of a scanner without changing anything', async () => {
    desk = await startWebDesk({ trustProxy: '127.0.0.1' });
    let index = 0;
    const scan = async (): Promise<void> => {
      while (index < 10_000) {
        index += 1;
        const from = `198.51.${Math.floor(index / 100)}.7`;
        await (await fetch(`${desk.url}/t/${TOKENS.close}`, { headers: { 'x-forwarded-for': from } })).arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: 20 }, scan));
    expect(desk.looks.filter((token) => token === TOKENS.close)).toHaveLength(10_000);
    expect(desk.acts).toEqual([]);
  });
});
