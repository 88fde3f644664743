import { type Browser, chromium } from 'playwright-core';
import { requireServer } from './servers.ts';
import { PATIENCE_MS } from './wait-for.ts';

/** The machine's Chromium. In a container /dev/shm may hold 64 MB, less than a page takes. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: requireServer('chromium'),
    timeout: PATIENCE_MS,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      ...['--disable-background-networking', '--no-first-run'],
    ],
  });
}
