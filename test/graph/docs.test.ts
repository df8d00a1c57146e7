/** What the docs show of the machines is made from them. One command mends it: `npm run docs`. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { foldRun } from '../../src/graph/fold-run.ts';
import { html } from '../../src/graph/html.ts';
import { MACHINE_NAMES, MACHINES } from '../../src/graph/machines.ts';
import { type MachineModel, modelOf } from '../../src/graph/model.ts';
import { overviewSvg } from '../../src/graph/overview/overview-svg.ts';
import { readPageParts } from '../../src/graph/page-parts.ts';
import { svg } from '../../src/graph/svg.ts';
import { readRecording } from '../../src/replay/read-recording.ts';
import { expectFresh as expectFreshPart, updatesDocs } from '../docs/marked-part.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openPage, startBrowser } from './browser.ts';
import { readBuilt } from './dist.ts';
import { type Recorded, recordRollout } from './record-rollout.ts';
import { stateTable } from './state-table.ts';

const isUpdate = updatesDocs();
const STALE = 'the machines changed: run npm run docs and read the diff';
const docs = join(import.meta.dirname, '..', '..', 'docs');
const page = join(docs, 'index.html');
const picture = join(docs, 'images', 'rollout.png');
/** Small enough for README. */
const timeLine = join(docs, 'images', 'time-line.png');
const models = MACHINE_NAMES.map((name) => modelOf(MACHINES[name]));

/** Slow enough to be watched, with a little time between the nodes, as cron's jitter has it. */
const PACE = { refreshDelay: '1500ms', refreshSeconds: 1.2, apartMs: 400 };

test.each(models.map((model) => [pictureOf(model), model] as const))(
  'docs/%s is drawn from the machine',
  async (name, model) => {
    expectFresh(join(docs, name), await svg([model]));
  },
);

test('docs/overview.svg is drawn from the machine', () => {
  expectFresh(join(docs, 'overview.svg'), overviewSvg(modelOf(MACHINES.watcher)));
});

test('the tables of docs/machine.md are made from the machines', () => {
  for (const model of models) {
    const part = `![${model.id}](${pictureOf(model)})\n\n${stateTable(model)}`;
    expectFreshPart('docs/machine.md', model.id, `\n\n${part}\n\n`);
  }
});

test('docs/index.html shows the machines as they are, and runs that go their ways', async () => {
  const current = existsSync(page) ? readFileSync(page, 'utf8') : '';
  const baked = recordingsIn(current);
  const isRunToday = baked.length === 3 && baked.every(goesTheSameWay);
  if (!isUpdate) {
    expect(isRunToday, STALE).toBe(true);
    const fresh = await html(models, baked, await readPageParts(readBuilt));
    expect(machinePartOf(current) === machinePartOf(fresh), STALE).toBe(true);
    return;
  }
  const recordings = isRunToday ? baked : await recordRollout(tempFolder(), PACE);
  const fresh = await html(models, recordings, await readPageParts(readBuilt));
  writeFileSync(page, fresh);
  if (fresh !== current || ![picture, timeLine].every((file) => existsSync(file))) await takePictures(fresh);
});

test('the runs of docs/index.html say nothing of the host that they were recorded on', () => {
  const text = JSON.stringify(recordingsIn(readFileSync(page, 'utf8')));
  expect(text).not.toMatch(/\/(tmp|root|home|work)\/(?!balancers)/);
  expect(text).not.toContain(hostname());
});

test('the pictures of the rollout are there, and small', () => {
  expect(statSync(picture).size).toBeLessThan(300 * 1024);
  expect(statSync(timeLine).size).toBeLessThan(100 * 1024);
});

function pictureOf({ id }: MachineModel): string {
  const name = id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return id === 'watcher' ? 'machine.svg' : `machine-${name}.svg`;
}

function expectFresh(path: string, fresh: string): void {
  if (isUpdate) writeFileSync(path, fresh);
  expect(readFileSync(path, 'utf8') === fresh, `${path}: ${STALE}`).toBe(true);
}

function recordingsIn(text: string): readonly Recorded[] {
  const [, data] = /<script type="application\/json" id="recordings">(.*)<\/script>/.exec(text) ?? [];
  return data === undefined ? [] : JSON.parse(data);
}

function goesTheSameWay({ text }: Recorded): boolean {
  try {
    return foldRun(readRecording(text)).every(({ context }) => context !== null);
  } catch {
    return false;
  }
}

/** The page's program changes more often than what it shows; the build has the newest. */
function machinePartOf(text: string): string | undefined {
  return /<!-- machines -->[\s\S]*<!-- \/machines -->/.exec(text)?.[0];
}

/** The second node refreshes, the first has ended, the third waits. */
async function takePictures(text: string): Promise<void> {
  needs('chromium');
  const browser = await startBrowser();
  try {
    const opened = await openPage(browser, tempFolder(), text, { viewport: { width: 1400, height: 900 } });
    const second = opened.page.locator('.track').nth(1).locator('.span', { hasText: 'refreshing' });
    const { x, y, width } = (await second.boundingBox())!;
    await opened.page.mouse.click(x + width / 3, y + 8);
    await opened.page.mouse.move(0, 0);
    await opened.page.screenshot({ path: picture, animations: 'disabled' });
    await opened.page.setViewportSize({ width: 1000, height: 900 });
    const [why, runs] = await Promise.all(
      [opened.page.getByRole('region', { name: 'why', exact: true }), opened.page.locator('.lanes')].map((part) =>
        part.boundingBox(),
      ),
    );
    const clip = { x: 0, y: why!.y, width: 1000, height: runs!.y + runs!.height - why!.y };
    await opened.page.screenshot({ path: timeLine, clip, animations: 'disabled' });
  } finally {
    await browser.close();
  }
}
