import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../support/child-process.ts';

async function listenOn(port: number): Promise<{ port: number; stop(): Promise<unknown> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, stop: () => new Promise((resolve) => server.close(resolve)) };
}

test('a free port is given once, and is none that the system gives to somebody else before it is used', async () => {
  const ports = await Promise.all(Array.from({ length: 200 }, freePort));
  expect(new Set(ports).size).toBe(200);
  const [highest, ofSystem] = [Math.max(...ports), await listenOn(0)];
  expect(highest < 32_768 && highest < ofSystem.port, `${highest} and ${ofSystem.port}`).toBe(true);
  const used = await Promise.all(ports.map(listenOn));
  for (const server of [ofSystem, ...used]) await server.stop();
});
