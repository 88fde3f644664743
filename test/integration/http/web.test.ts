import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFault } from '../../../src/domain/fault.ts';
import { startWebDesk, TOKENS, type WebDesk } from '../../support/web-desk.ts';

let desk: WebDesk;
beforeAll(async () => {
  desk = await startWebDesk();
});
afterAll(() => desk.close());

function post(path: string, headers: Record<string, string> = {}, body = ''): Promise<Response> {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  return fetch(`${desk.url}${path}`, { method: 'POST', headers: { ...form, ...headers }, body });
}

/** Speaks HTTP by hand; resolves with all that came back when the server ends the connection. */
function speak(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(desk.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('looking at a link', () => {
  it('shows what would happen, and one button', async () => {
    const response = await fetch(`${desk.url}/t/${TOKENS.close}`);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('Close your request #12?');
    expect(html.match(/<button/g)).toHaveLength(1);
    expect(html).toContain('<form method="post">');
    expect(html).not.toMatch(/<script|javascript:|onload|http-equiv|src=/i);
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'])('changes nothing by %s', async (method) => {
    const before = desk.acts.length;
    const response = await fetch(`${desk.url}/t/${TOKENS.close}`, { method, headers: { 'Sec-Purpose': 'prefetch' } });
    expect(response.status).toBe(method === 'GET' || method === 'HEAD' ? 200 : 405);
    expect(desk.acts.length).toBe(before);
  });

  it('is guarded by headers against scripts, frames, caches, referrers and indexes', async () => {
    for (const path of [`/t/${TOKENS.close}`, '/t/none', '/nowhere', '/healthz']) {
      const { headers } = await fetch(`${desk.url}${path}`);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none';style-src(?: 'sha256-[A-Za-z0-9+/=]+')+;form-action 'self';frame-ancestors 'none';base-uri 'none'$/,
      );
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-robots-tag')).toContain('noindex');
    }
  });
});

describe('a token that is none', () => {
  it('gets one and the same page, whatever is wrong with it', async () => {
    const bad = [
      'none',
      '12-3f-aaaaaaaaaaaaaaaaaaaaaaaaab',
      'x'.repeat(3_000),
      '%zz',
      '%00',
      '..%2f..%2fetc',
      'a/b/c',
      '%3Cscript%3E',
      '',
    ];
    const pages = await Promise.all(
      bad.flatMap((token) => [
        fetch(`${desk.url}/t/${token}`).then(async (response) => `${response.status} ${await response.text()}`),
        post(`/t/${token}`).then(async (response) => `${response.status} ${await response.text()}`),
      ]),
    );
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).toMatch(/^404 .*This link does not work/s);
    expect(pages[0]).not.toContain('none');
  });
});

describe('pressing the button', () => {
  it('acts, shows what was done, and is the same the second time', async () => {
    for (const _time of ['first', 'second']) {
      const response = await post(`/t/${TOKENS.close}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('Your request #12 is closed');
    }
    expect(await (await fetch(`${desk.url}/t/${TOKENS.close}`)).text()).toContain('Your request #12 is closed');
  });

  it('works without a body and without a content type', async () => {
    expect((await fetch(`${desk.url}/t/${TOKENS.satisfied}`, { method: 'POST' })).status).toBe(200);
  });

  it.each([
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['a foreign Origin that looks like ours', { origin: 'http://127.0.0.1.evil.example' }],
    ['another port of our host', { origin: 'http://127.0.0.1:1' }],
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
    ['an Origin that is none', { origin: 'evil' }],
  ])('is refused with %s', async (_what, headers) => {
    const before = desk.acts.length;
    const response = await post(`/t/${TOKENS['not-satisfied']}`, headers as Record<string, string>);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('nothing was changed');
    expect(desk.acts.length).toBe(before);
  });

  it.each([
    ['our own Origin', () => ({ origin: desk.url })],
    ['Origin null, as browsers send it from a page without referrer', () => ({ origin: 'null' })],
    ['Sec-Fetch-Site: same-origin', () => ({ 'sec-fetch-site': 'same-origin', origin: 'null' })],
  ])('is taken with %s', async (_what, headers) => {
    expect((await post(`/t/${TOKENS['not-satisfied']}`, headers())).status).toBe(200);
  });
});

describe('requests out of bounds', () => {
  it('are cut at 64 KB of body', async () => {
    const before = desk.acts.length;
    const response = await post(`/t/${TOKENS.close}`, {}, `a=${'x'.repeat(70_000)}`);
    expect(response.status).toBe(413);
    expect(await response.text()).not.toContain(TOKENS.close);
    expect(desk.acts.length).toBe(before);
  });

  it('are not read in other formats', async () => {
    for (const type of ['application/xml', 'text/html']) {
      expect((await post(`/t/${TOKENS.close}`, { 'content-type': type }, '<a/>')).status).toBe(415);
    }
    expect(
      (await post(`/t/${TOKENS.close}`, { 'content-type': 'application/json' }, '{"__proto__": {"a": 1}}')).status,
    ).toBe(400);
  });

  it('end when a client is too slow with its header', async () => {
    const answer = await speak('GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    expect(answer).toMatch(/^HTTP\/1\.1 408/);
  });

  it('end when they are two requests that look like one', async () => {
    const answer = await speak(
      `POST /t/none HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nPOST /t/${TOKENS.close} HTTP/1.1\r\nHost: a\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer).not.toContain('is closed');
  });
});

describe('health', () => {
  it('says that it lives, whether it can work, and what it counted', async () => {
    const alive = await fetch(`${desk.url}/healthz`);
    expect([alive.status, await alive.json()]).toEqual([200, { status: 'alive' }]);
    const ready = await fetch(`${desk.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', checks: [{ name: 'database', ok: true, detail: '2 ms' }] },
    ]);
    const metrics = await fetch(`${desk.url}/metrics`);
    expect([metrics.headers.get('content-type'), await metrics.text()]).toEqual([
      'text/plain; version=0.0.4',
      'turnmail_up 1\n',
    ]);
  });

  it('turns red with 503 while the page says in words that it did not work', async () => {
    desk.broken = true;
    try {
      const ready = await fetch(`${desk.url}/readyz`);
      expect([ready.status, await ready.json()]).toEqual([
        503,
        { status: 'not-ready', checks: [{ name: 'database', ok: false, detail: 'away' }] },
      ]);
      const page = await fetch(`${desk.url}/t/${TOKENS.close}`);
      expect(page.status).toBe(503);
      const html = await page.text();
      expect(html).toContain('Something went wrong on our side');
      expect(html).not.toContain('the database is away');
      expect(desk.errors.map(String)).toEqual(['Error: the database is away']);
    } finally {
      desk.broken = false;
    }
  });
});

describe('a start that cannot work', () => {
  const config = expect.toSatisfy((error: unknown) => isFault(error, 'settings-invalid'));

  it('says which settings are wrong', async () => {
    await expect(startWebDesk({ port: desk.port })).rejects.toThrow(config);
    await expect(startWebDesk({ port: desk.port })).rejects.toThrow(/HTTP_PORT.*EADDRINUSE/);
    await expect(startWebDesk({ trustProxy: 'the proxy' })).rejects.toThrow(config);
  });
});

describe('a logo', () => {
  const content = Buffer.from('89504e470d0a1a0a', 'hex');

  it('that is a file is served by us, and nothing else may be loaded', async () => {
    const brand = {
      name: 'Acme',
      color: '#1a5fb4',
      footer: '',
      logo: { kind: 'file', contentType: 'image/png', content },
    } as const;
    const other = await startWebDesk({ brand });
    try {
      const page = await fetch(`${other.url}/t/${TOKENS.close}`);
      const [, source] = /<img src="(\/logo\/[0-9a-f]{16})" alt="Acme" height="40">/.exec(await page.text()) ?? [];
      expect(page.headers.get('content-security-policy')).toContain("img-src 'self';");
      const logo = await fetch(`${other.url}${source}`);
      expect([logo.headers.get('content-type'), Buffer.from(await logo.arrayBuffer())]).toEqual(['image/png', content]);
    } finally {
      await other.close();
    }
  });

  it('on the web comes from its own server and no other', async () => {
    const logo = { kind: 'url', url: 'https://acme.example/a/logo.png' } as const;
    const other = await startWebDesk({ brand: { name: 'Acme', color: '#1a5fb4', logo, footer: '' } });
    try {
      const page = await fetch(`${other.url}/t/${TOKENS.close}`);
      expect(await page.text()).toContain('<img src="https://acme.example/a/logo.png" alt="Acme" height="40">');
      expect(page.headers.get('content-security-policy')).toContain('img-src https://acme.example;');
      expect((await fetch(`${other.url}/logo`)).status).toBe(404);
    } finally {
      await other.close();
    }
  });
});

describe('the name of the desk', () => {
  it('cannot bring markup into a page', async () => {
    const other = await startWebDesk({ deskName: '<script>alert(1)</script>"$&' });
    try {
      const html = await (await fetch(`${other.url}/t/${TOKENS.close}`)).text();
      expect(html).not.toContain('<script>');
      expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&#34;$&amp;');
    } finally {
      await other.close();
    }
  });
});
