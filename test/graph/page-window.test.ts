/** What of the page is in the window of a real browser, at several sizes, without anybody scrolling. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openPage, startBrowser, type Window } from './browser.ts';
import { pageText } from './page-text.ts';
import { type Recorded, recordRollout } from './record-rollout.ts';

let browser: Browser | null = null;
let rollout: readonly Recorded[] = [];
let alone: readonly Recorded[] = [];
const folder = mkdtempSync(join(tmpdir(), 'watcher-page-'));

beforeAll(async () => {
  rollout = await recordRollout(folder, { refreshDelay: '10ms', refreshSeconds: 0, apartMs: 0 });
  alone = rollout.slice(0, 1);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  needs('chromium');
  browser ??= await startBrowser();
});

/** Nobody is asked for anything, and the browser complains of nothing: `openPage` sees to it. */
async function open(recordings: readonly Recorded[], options: Window = {}): Promise<Page> {
  return (await openPage(browser!, tempFolder(), await pageText(recordings), options)).page;
}

describe.each([
  { width: 1400, height: 1000 },
  { width: 2560, height: 1440 },
  { width: 800, height: 900 },
  { width: 700, height: 900 },
])('in a window of $width x $height', (viewport) => {
  test('begins with the first state in view, large enough to be read', async () => {
    const page = await open(rollout, { viewport });
    expect(await statesOutOfView(page)).not.toContain('watcher.checkingRunLock');
    const words = page.locator('[id="watcher.checkingRunLock"] text');
    expect((await words.first().boundingBox())!.height).toBeGreaterThan(14);
    expect((await words.last().boundingBox())!.height).toBeGreaterThan(11);
    await page.getByRole('tab', { name: 'The cluster lock' }).click();
    expect(await statesOutOfView(page)).not.toContain('clusterLock.idle');
  });

  test('goes on where a run stands', async () => {
    const page = await open(alone, { viewport });
    await page.keyboard.press('End');
    expect(await statesOutOfView(page)).not.toContain('watcher.refreshed');
    expect(await statesOutOfView(page)).toContain('watcher.checkingRunLock');
  });

  test('fits all states into the window, and back to where they can be read', async () => {
    const page = await open(rollout, { viewport });
    const before = await page.locator('.graph-view svg').boundingBox();
    expect(await statesOutOfView(page)).toContain('watcher.failed');
    await page.getByRole('button', { name: 'fit' }).click();
    expect(await statesOutOfView(page)).toEqual([]);
    await page.getByRole('tab', { name: 'The cluster lock' }).click();
    expect(await statesOutOfView(page)).toEqual([]);
    await page.getByRole('tab', { name: 'The run' }).click();
    await page.getByRole('button', { name: '100 %' }).click();
    expect(await page.locator('.graph-view svg').boundingBox()).toEqual(before);
    await page.getByRole('button', { name: 'larger' }).click();
    expect((await page.locator('.graph-view svg').boundingBox())!.width).toBeGreaterThan(before!.width);
  });

  test('has the player and what its keys are in view without scrolling', async () => {
    const page = await open(rollout, { viewport });
    const { y, height } = (await page.getByRole('group', { name: 'time line' }).boundingBox())!;
    expect(y + height).toBeLessThanOrEqual(viewport.height);
    const last = (await page.locator('.track').last().boundingBox())!;
    expect(last.y + last.height).toBeLessThanOrEqual(viewport.height);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(viewport.height);
    expect(await page.getByText('▶ or space plays; arrows step; + − 0 or the wheel zoom').isVisible()).toBe(true);
  });
});

test('keeps the player in view where many runs have to be scrolled', async () => {
  const many = Array.from({ length: 4 }, () => rollout).flat();
  const page = await open(many, { viewport: { width: 700, height: 900 } });
  await page.locator('.lane-name').last().scrollIntoViewIfNeeded();
  const play = (await page.getByRole('button', { name: 'play' }).boundingBox())!;
  const line = (await page.locator('.time-line').boundingBox())!;
  expect(play.y).toBeGreaterThanOrEqual(line.y);
  expect(play.y + play.height).toBeLessThanOrEqual(900);
});

test('shows a state that is chosen by its name', async () => {
  const page = await open([]);
  expect(await statesOutOfView(page)).toContain('watcher.aborted');
  await page.getByRole('region', { name: 'state', exact: true }).getByRole('button', { name: 'aborted' }).click();
  expect(await statesOutOfView(page)).not.toContain('watcher.aborted');
});

test('leaves the words of untouched states as dark as the others', async () => {
  const page = await open(alone);
  expect(await page.locator('.unvisited').count()).toBe(0);
  await page.keyboard.press('End');
  const strengths = await page.locator('.unvisited text').evaluateAll((texts) =>
    texts.map((text) => {
      let strength = 1;
      for (let part: Element | null = text; part !== null; part = part.parentElement)
        strength *= Number(getComputedStyle(part).opacity);
      return strength;
    }),
  );
  expect(strengths.length).toBeGreaterThan(20);
  expect(new Set(strengths)).toEqual(new Set([1]));
});

/** The states of the graph that is shown, as far as they are not wholly inside its pane. */
function statesOutOfView(page: Page): Promise<string[]> {
  return page.locator('.graph-view').evaluate((pane) => {
    const view = pane.getBoundingClientRect();
    return [...pane.querySelectorAll('g.state > path')]
      .filter((path) => {
        const { left, right, top, bottom } = path.getBoundingClientRect();
        return left < view.left || right > view.right || top < view.top || bottom > view.bottom;
      })
      .map((path) => path.parentElement!.id);
  });
}
