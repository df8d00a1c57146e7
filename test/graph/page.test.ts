/** The page in a real browser: it is opened from a file, clicked, dragged onto and played, and may never ask anybody for anything. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { linesOf, rechain } from '../support/rechain.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openPage, startBrowser, type Window } from './browser.ts';
import { pageText } from './page-text.ts';
import { type Recorded, recordRollout } from './record-rollout.ts';

let browser: Browser | null = null;
let rollout: readonly Recorded[] = [];
const folder = mkdtempSync(join(tmpdir(), 'watcher-page-'));

beforeAll(async () => {
  rollout = await recordRollout(folder, { refreshDelay: '300ms', refreshSeconds: 0.3, apartMs: 100 });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  needs('chromium');
  browser ??= await startBrowser();
});

async function open(recordings: readonly Recorded[], options: Window = {}): Promise<Page> {
  return (await openPage(browser!, tempFolder(), await pageText(recordings), options)).page;
}

test('shows the graph of each machine by itself', async () => {
  const page = await open([]);
  expect(await page.locator('[role=tab]').allTextContents()).toEqual(['The run', 'The cluster lock', 'A command']);
  expect(await page.locator('.graph-view svg g.state').count()).toBeGreaterThan(20);
  await page.getByRole('tab', { name: 'The cluster lock' }).click();
  expect(await page.locator('[id="clusterLock.backingOff"]').isVisible()).toBe(true);
  expect(await page.locator('[id="watcher.failed"]').count()).toBe(0);
  expect(await page.locator('.time-line').isVisible()).toBe(false);
});

test('shows everything about a state that is clicked', async () => {
  const page = await open([]);
  await page.locator('[id="watcher.holdingRunLock.takingTurn.awaitingYtLock"]').click();
  const card = page.getByRole('region', { name: 'state', exact: true });
  const text = await card.textContent();
  expect(text).toContain('Wait in line for the cluster lock');
  expect(text).toContain('lockHeld → holdingRunLock › takingTurn › delaying');
  expect(text).toContain('requestClusterLock');
  await card.getByRole('button', { name: 'holdingRunLock › takingTurn', exact: true }).first().click();
  expect(await card.textContent()).toContain('haproxyTimeout, from the settings or the run');
  await page.locator('[id="watcher.failed"]').click();
  expect(await card.textContent()).toContain('5: The refresh command failed');
  await page.locator('[id="watcher.holdingRunLock.takingTurn.refreshing"]').click();
  expect(await card.textContent()).toContain('lockWasLost');
  await card.getByRole('button', { name: 'command', exact: true }).click();
  expect(await page.getByRole('tab', { selected: true }).textContent()).toContain('A command');
});

test('plays baked in runs side by side on one clock: the lock passes from node to node', async () => {
  const page = await open(rollout);
  expect(await page.locator('.lane-name').allTextContents()).toEqual([
    'balancer-1balancer-1.jsonl',
    'balancer-2balancer-2.jsonl',
    'balancer-3balancer-3.jsonl',
  ]);
  const turns = await Promise.all(
    [0, 1, 2].map(async (lane) => {
      const track = page.locator('.track').nth(lane);
      return { lane, y: (await track.boundingBox())!.y, held: (await track.locator('.held').boundingBox())! };
    }),
  );
  const [first, second, third] = turns.toSorted((a, b) => a.held.x - b.held.x);
  expect(second!.held.x).toBeGreaterThanOrEqual(first!.held.x + first!.held.width - 4);
  expect(third!.held.x).toBeGreaterThanOrEqual(second!.held.x + second!.held.width - 4);
  // In the middle of the second turn the first node has ended and the third waits.
  await page.mouse.click(second!.held.x + second!.held.width / 2, second!.y + 8);
  const standings = await page.locator('.lane-now').allTextContents();
  expect(standings[first!.lane]).toBe('refreshed');
  expect(standings[second!.lane]).toMatch(/delaying|lookingAtHandbrake|confirmingLock|refreshing/);
  expect(standings[third!.lane]).toBe('awaitingYtLock');
  expect(await page.locator('.badge text').allTextContents()).toEqual(['balancer-1', 'balancer-2', 'balancer-3']);
});

test('begins with why the run refreshed, then its time line, then the graph', async () => {
  const page = await open(rollout.slice(0, 1));
  const why = page.getByRole('region', { name: 'why', exact: true });
  expect(await why.locator('dt').allTextContents()).toEqual(['decision', 'pods', 'lock', 'command', 'next']);
  expect(await why.locator('dd').first().textContent()).toBe(
    'refreshed (changed): 1 pod added in sas/market-front.http',
  );
  const places = [why, page.locator('.time-line'), page.locator('.graph-view')].map((part) => part.boundingBox());
  const [story, runs, graph] = await Promise.all(places);
  expect(story!.y + story!.height).toBeLessThanOrEqual(runs!.y);
  expect(runs!.y + runs!.height).toBeLessThanOrEqual(graph!.y);
});

test('walks a run step by step with its event, its context and its words', async () => {
  const page = await open(rollout.slice(0, 1));
  const step = page.getByRole('region', { name: 'step' });
  await page.keyboard.press('End');
  const last = await step.textContent();
  expect(last).toContain('refreshed (changed): 1 pod added in sas/market-front.http');
  expect(last).toContain('"kind": "refreshed"');
  expect(await step.locator('details[open]').count()).toBe(0);
  expect(await page.locator('[id="watcher.refreshed"]').getAttribute('class')).toContain('now');
  expect(await page.locator('[id="watcher.holdingRunLock.diffing"]').getAttribute('class')).toContain('visited');
  expect(await page.locator('[id="watcher.failed"]').getAttribute('class')).toContain('unvisited');
  await page.keyboard.press('Home');
  expect(await step.textContent()).toContain('has not begun');
  await page.keyboard.press('ArrowRight');
  expect(await step.textContent()).toContain('Step 1 of');
  expect(await page.locator('[id="watcher.checkingRunLock"]').getAttribute('class')).toContain('now');
  await page.getByRole('button', { name: 'one step on' }).click();
  expect(await step.locator('strong').textContent()).toBe('the run lock was looked at');
  expect(await step.locator('dl').textContent()).not.toContain('xstate');
  await page.keyboard.press('ArrowLeft');
  expect(await step.textContent()).toContain('Step 1 of');
  await page.locator('.story').getByText('waiting for the cluster lock').locator('button').click();
  expect(await step.textContent()).toContain('"reason": "changed"');
  expect(await page.locator('.story [aria-current]').textContent()).toContain('waiting for the cluster lock');
});

test('reads about the state where the run stands, until one is pinned', async () => {
  const page = await open(rollout.slice(0, 1));
  const card = page.getByRole('region', { name: 'state', exact: true });
  const read = () => card.getAttribute('data-state');
  await page.keyboard.press('ArrowRight');
  expect(await read()).toBe('watcher.checkingRunLock');
  await page.keyboard.press('End');
  expect(await read()).toBe('watcher.refreshed');
  await page.locator('[id="watcher.refreshed"]').click();
  await page.keyboard.press('Home');
  expect(await read()).toBe('watcher.refreshed');
  await card.getByRole('button', { name: 'follow the run' }).click();
  expect(await read()).toBe('watcher');
  await page.locator('[id="watcher.checkingRunLock"]').click();
  await page.getByRole('tab', { name: 'The cluster lock' }).click();
  await page.locator('h1').click();
  await page.keyboard.press('End');
  expect(await read()).toMatch(/^clusterLock\./);
});

test('selects what was loaded, and lays runs of different days side by side by their beginnings', async () => {
  const page = await open(rollout);
  const align = page.getByLabel('align runs');
  expect(await align.inputValue()).toBe('clock');
  const [header, ...lines] = linesOf(rollout[0]!.text);
  const before = new Date(Date.parse(String(header!['started_at'])) - 50 * 3_600_000).toISOString();
  const older = rechain([{ ...header, started_at: before, host: 'older' }, ...lines]);
  await page
    .getByLabel('load recordings')
    .setInputFiles([{ name: 'older.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(older) }]);
  await expect.poll(() => page.locator('.lane-name').count()).toBe(4);
  expect(await page.locator('.lane-name[aria-pressed=true]').textContent()).toBe('olderolder.jsonl');
  expect(await page.getByRole('region', { name: 'why', exact: true }).textContent()).toContain(before);
  expect(await align.inputValue()).toBe('start');
  const begins = await page
    .locator('.track')
    .evaluateAll((tracks) =>
      tracks.map((track) => Number.parseFloat((track.firstElementChild as HTMLElement).style.left)),
    );
  expect(Math.max(...begins)).toBeLessThan(5);
  expect(await page.locator('.tick').last().textContent()).toMatch(/^\+.*s$/);
  await page.locator('h1').click();
  await page.keyboard.press('End');
  const step = await page.getByRole('region', { name: 'step' }).locator('h2').textContent();
  await align.selectOption('clock');
  expect(await page.getByRole('region', { name: 'step' }).locator('h2').textContent()).toBe(step);
  expect(await page.locator('.clock').textContent()).toContain(' · +');
  const ticks = await page.locator('.tick').allTextContents();
  expect(ticks.length).toBeGreaterThan(2);
  for (const tick of ticks) expect(tick).toMatch(/^\d\d-\d\d \d\d:00$/);
});

test('keeps run, step and machine in its address', async () => {
  const page = await open(rollout);
  await page.locator('.lane-name').nth(1).click();
  await page.getByRole('tab', { name: 'The cluster lock' }).click();
  await page.locator('h1').click();
  await page.keyboard.press('Home');
  for (let steps = 0; steps < 3; steps++) await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.url()).toMatch(/#run=2{16}&step=3&machine=clusterLock$/);
  const again = await page.context().newPage();
  await again.goto(page.url());
  expect(await again.locator('.lane-name[aria-pressed=true]').textContent()).toContain('balancer-2');
  expect(await again.getByRole('region', { name: 'step' }).locator('h2').textContent()).toMatch(/^Step 3 of/);
  expect(await again.getByRole('tab', { selected: true }).textContent()).toContain('The cluster lock');
  await again.evaluate(() => {
    location.hash = '#run=1111111111111111&step=99999&machine=nothing';
  });
  await expect.poll(() => again.locator('.lane-name[aria-pressed=true]').textContent()).toContain('balancer-1');
  expect(await again.locator('.story [aria-current]').textContent()).toContain('refreshed');
});

test('shows the path of the run alone, and folds away what it did not enter', async () => {
  const page = await open(rollout.slice(0, 1));
  await page.keyboard.press('End');
  const leaves = await page.locator('.graph-view g.node.state').count();
  await page.getByRole('button', { name: 'path only' }).click();
  expect(await page.locator('.graph-view').isVisible()).toBe(false);
  const path = page.getByRole('region', { name: 'path', exact: true });
  const entered = await path.locator('ol strong').allTextContents();
  expect(entered[0]).toBe('checkingRunLock');
  expect(entered.at(-1)).toBe('refreshed');
  expect(await path.locator('[aria-current] strong').textContent()).toBe('refreshed');
  expect((await path.locator('ol strong').first().boundingBox())!.height).toBeGreaterThan(14);
  expect(await path.locator('li', { hasText: /^failed$/ }).isVisible()).toBe(false);
  await path.getByText(`${leaves - entered.length} states that this run did not enter`).click();
  await path.getByRole('button', { name: 'failed', exact: true }).click();
  expect(await page.getByRole('region', { name: 'state', exact: true }).getAttribute('data-state')).toBe(
    'watcher.failed',
  );
  await page.getByRole('tab', { name: 'The cluster lock' }).click();
  expect(await path.locator('ol strong').first().textContent()).toBe('idle');
  await page.getByRole('button', { name: 'path only' }).click();
  expect(await page.locator('.graph-view').isVisible()).toBe(true);
});

test('scrubs, and plays to the end at the speed that was chosen', async () => {
  const page = await open(rollout);
  const scrub = page.getByRole('slider', { name: 'time' });
  const most = Number(await scrub.getAttribute('max'));
  const bar = (await scrub.boundingBox())!;
  await page.mouse.click(bar.x + bar.width / 2, bar.y + bar.height / 2);
  expect(Math.abs(Number(await scrub.inputValue()) - most / 2)).toBeLessThan(most / 10);
  await page.keyboard.press('Home');
  await page.getByLabel('speed').selectOption('20');
  await page.locator('h1').click();
  await page.keyboard.press('Space');
  await expect.poll(() => scrub.inputValue()).toBe(String(most));
  await page.getByRole('button', { name: 'play' }).waitFor();
  await page.getByLabel('speed').selectOption('0.02');
  await page.getByRole('button', { name: 'play' }).click();
  await page.getByRole('button', { name: 'pause' }).click();
  const stood = await scrub.inputValue();
  expect(Number(stood)).toBeLessThan(most / 2);
  expect(await page.getByRole('button', { name: 'play' }).isVisible()).toBe(true);
});

test('looks closer at the time line by buttons, keys and the wheel, and sees all of it again', async () => {
  const page = await open(rollout);
  const whole = page.getByRole('button', { name: 'the whole time' });
  const held = page.locator('.held');
  const widths = async () =>
    (await held.evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width)))[1]!;
  const before = await widths();
  const ticks = await page.locator('.tick').allTextContents();
  expect(ticks[0]).toBe('+0 ms');
  expect(await whole.isDisabled()).toBe(true);

  // What is under the mouse stays there.
  const bar = (await held.nth(1).boundingBox())!;
  await page.mouse.move(bar.x + bar.width / 2, bar.y + 3);
  await page.mouse.wheel(0, -120);
  await expect.poll(widths).toBeGreaterThan(before * 1.2);
  const moved = async () => {
    const closer = (await held.nth(1).boundingBox())!;
    return Math.abs(closer.x + closer.width / 2 - bar.x - bar.width / 2);
  };
  await expect.poll(moved).toBeLessThan(3);
  await expect.poll(() => page.locator('.tick').allTextContents()).not.toEqual(ticks);
  await page.keyboard.press('0');
  await expect.poll(widths).toBeCloseTo(before, 0);

  // The run that is played stays in view.
  const cursor = page.locator('.cursor').first();
  for (let times = 0; times < 4; times++) await page.keyboard.press('+');
  await page.keyboard.press('End');
  const track = (await page.locator('.track').first().boundingBox())!;
  const at = async () => (await cursor.boundingBox())!.x;
  await expect.poll(at).toBeGreaterThan(track.x);
  await expect.poll(at).toBeLessThan(track.x + track.width);
  // At the beginning there is room to move later and back, however long the runs took.
  const shownTicks = () =>
    page
      .locator('.tick')
      .evaluateAll((ticks) => ticks.map((tick) => `${tick.textContent} at ${(tick as HTMLElement).style.left}`));
  await page.keyboard.press('Home');
  await expect.poll(async () => (await shownTicks())[0]).toBe('+0 ms at 0%');
  const beginning = await shownTicks();
  await page.keyboard.press('>');
  await expect.poll(async () => (await shownTicks())[0]).not.toMatch(/^\+0 ms /);
  for (let times = 0; times < 2; times++) await page.keyboard.press('<');
  await expect.poll(shownTicks).toEqual(beginning);

  await whole.click();
  await page.getByRole('button', { name: 'less time' }).click();
  await expect.poll(() => whole.isDisabled()).toBe(false);
  await page.getByRole('button', { name: 'more time' }).click();
  await expect.poll(widths).toBeCloseTo(before, 0);
  await expect.poll(() => page.locator('.tick').allTextContents()).toEqual(ticks);
});

test('takes recordings from the file dialog and dropped ones, and lets go of them', async () => {
  const page = await open([]);
  const files = rollout.map(({ name, text }) => ({ name, mimeType: 'application/jsonl', buffer: Buffer.from(text) }));
  await page.getByLabel('load recordings').setInputFiles(files.slice(0, 2));
  await expect.poll(() => page.locator('.lane-name').count()).toBe(2);
  const transfer = await page.evaluateHandle(({ name, text }) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    return data;
  }, rollout[2]!);
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await expect.poll(() => page.locator('.lane-name').count()).toBe(3);
  await page.getByRole('button', { name: 'remove balancer-2' }).click();
  expect(await page.locator('.lane-name').allTextContents()).toEqual([
    'balancer-1balancer-1.jsonl',
    'balancer-3balancer-3.jsonl',
  ]);
});

test('refuses what is no recording at its line, and keeps the others', async () => {
  const page = await open([]);
  const [first] = rollout;
  const edited = first!.text.replace('"state":"takingRunLock"', '"state":"skipped"');
  const line = first!.text.split('\n').findIndex((each) => each.includes('"state":"takingRunLock"')) + 1;
  const paths = [
    ['edited.jsonl', edited],
    ['foreign.jsonl', '{"hello":1}\n'],
    ['good.jsonl', first!.text],
  ].map(([name, text]) => {
    const path = join(tempFolder(), name!);
    writeFileSync(path, text!);
    return path;
  });
  await page.getByLabel('load recordings').setInputFiles(paths);
  await expect.poll(() => page.locator('.lane-name').count()).toBe(1);
  const problems = await page.getByRole('alert').textContent();
  expect(problems).toContain(`edited.jsonl, line ${line}: `);
  expect(problems).toContain('foreign.jsonl, line 1: this is no recording');
});

test('shows a run that was cut off as far as it goes', async () => {
  const [first] = rollout;
  const lines = first!.text.split('\n');
  const page = await open([{ name: 'cut.jsonl', text: lines.slice(0, -3).join('\n') }]);
  await page.keyboard.press('End');
  expect(await page.locator('.lane-now').textContent()).toBe('cut off');
});

test('never reads a text of a recording as HTML', async () => {
  const bad = '</script><img src=x onerror="document.title=1"><script>document.title=2</script>';
  const hostile = await recordRollout(tempFolder(), { refreshDelay: '10ms', refreshSeconds: 0, apartMs: 0 }, bad);
  const page = await open([{ name: `${bad}.jsonl`, text: hostile[0]!.text }]);
  await page.keyboard.press('End');
  await page.locator('summary', { hasText: 'event' }).click();
  for (const machine of await page.getByRole('tab').all()) await machine.click();
  expect(await page.locator('.lane-name').textContent()).toContain(bad);
  expect(await page.title()).toBe('watcher: how a run goes');
  expect(await page.locator('img').count()).toBe(0);
});

test('can be used with the keyboard alone', async () => {
  const page = await open(rollout.slice(0, 1));
  const names: string[] = [];
  await page.keyboard.press('Tab');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
  expect(outline).toBe('solid');
  await page.keyboard.press('Shift+Tab');
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab');
    names.push(
      await page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
      ),
    );
  }
  expect(names[0]).toContain('The run');
  expect(names).toEqual(expect.arrayContaining(['load recordings', 'state checkingRunLock', 'play', 'time']));
  await page.locator('[id="watcher.skipped"]').focus();
  await page.keyboard.press('Enter');
  expect(await page.getByRole('region', { name: 'state', exact: true }).textContent()).toContain(
    'Another run, the handbrake',
  );
  await page.getByRole('tab', { name: 'The run' }).focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.getByRole('tab', { selected: true }).textContent()).toContain('The cluster lock');
});

test('fits a window of 900 pixels, by day and by night', async () => {
  const grounds = await Promise.all(
    (['light', 'dark'] as const).map(async (colorScheme) => {
      const page = await open(rollout, { viewport: { width: 900, height: 700 }, colorScheme });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(900);
      expect((await page.locator('.graph-view').boundingBox())!.height).toBeGreaterThan(200);
      return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    }),
  );
  expect(grounds[0]).not.toBe(grounds[1]);
});
