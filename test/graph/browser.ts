import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** A page that was opened from a file, and what it must not do. */
export interface Opened {
  readonly page: Page;
  /** Every address that was asked for, the page's own first. */
  readonly requests: readonly string[];
  /** What the browser complains of. */
  readonly complaints: readonly string[];
}

/** Starts Debian's browser, which is not to speak to anybody. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a window is like; none is as of a wide screen by day. */
export interface Window {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

/** Windows that nobody looks at: to open a page in one of them takes half as long as in a new one. */
const idle = new WeakMap<Browser, Page[]>();

/** Opens a page from a file of its own in `folder`. When the test is over, it must have asked nobody and complained of nothing. */
export async function openPage(
  browser: Browser,
  folder: string,
  html: string,
  { viewport = { width: 1400, height: 900 }, colorScheme = 'light' }: Window = {},
): Promise<Opened> {
  const file = join(folder, 'page.html');
  writeFileSync(file, html);
  const page = idle.get(browser)?.pop() ?? (await (await browser.newContext()).newPage());
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error.stack)));
  const url = pathToFileURL(file).href;
  onTestFinished(async () => {
    await leave(browser, page);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);
  });
  await page.goto(url);
  return { page, requests, complaints };
}

/** Leaves the window as empty as a new one, with the mouse where nothing is. */
async function leave(browser: Browser, page: Page): Promise<void> {
  if (!browser.isConnected()) return;
  for (const event of ['request', 'console', 'pageerror'] as const) page.removeAllListeners(event);
  const others = page.context().pages();
  for (const other of others) if (other !== page) await other.close();
  await page.mouse.move(0, 0);
  await page.goto('about:blank');
  idle.set(browser, [...(idle.get(browser) ?? []), page]);
}
