import { expect, test } from 'vitest';
import { openLiveView } from '../../../src/sandbox/demo/live-view.ts';
import type { LogLine } from '../../../src/sandbox/demo/log-tail.ts';
import { beginProgress, type NodeStory } from '../../../src/sandbox/demo/node-story.ts';
import { createPaint } from '../../../src/sandbox/demo/paint.ts';
import { type AllTraffic, NO_TRAFFIC } from '../../../src/sandbox/demo/traffic-words.ts';
import type { Stage } from '../../../src/sandbox/demo/view.ts';

const ESCAPES = /\u001b\[\??\d*(?:;\d+)*[A-Za-z]/g;

function story(
  node: string,
  ...lines: readonly (readonly [atMs: number, state: string, fields?: LogLine['fields']])[]
) {
  const notice = beginProgress(node, 0, (pid) => `balancer-${pid}`);
  for (const [atMs, state, fields = {}] of lines) notice.hear({ atMs, state, message: state, fields });
  return notice;
}

const first = () =>
  story(
    'balancer-1',
    [300, 'awaitingYtLock'],
    [400, 'delaying'],
    [1_400, 'refreshing'],
    [2_000, 'releasing'],
    [2_050, 'refreshed', { outcome: 'refreshed', waited: '0.1s' }],
  );
const second = () =>
  story('balancer-2', [300, 'awaitingYtLock', { pid: '1' }], [2_100, 'delaying'], [3_100, 'refreshing']);

function shown(
  stories: readonly NodeStory[],
  nowMs: number,
  { columns = 80, colours = false, traffic = NO_TRAFFIC } = {},
) {
  let written = '';
  const view = openLiveView({ columns, write: (text: string) => (written += text) }, createPaint(colours));
  const stage: Stage = { stories, fromMs: 0, hasTimeline: true, traffic };
  view.draw(stage, nowMs);
  const once = written;
  view.draw(stage, nowMs);
  const again = written.slice(once.length);
  return { view, once, again, lines: again.replace(ESCAPES, '').replaceAll('\r', '').trimEnd().split('\n') };
}

test('Each node has a line with what it did when, and what it does now.', () => {
  expect(shown([first(), second()], 3_400).lines).toEqual([
    '  balancer-1   ·────██                          ✔ refreshed, waited 0.1s',
    '  balancer-2   ·······────██                    refreshes HAProxy 0.3s',
    '              · waits for the lock   ─ has the lock   █ refreshes HAProxy',
  ]);
});

test('Who waits is shown with the node that has the lock.', () => {
  const { lines } = shown([story('balancer-2', [300, 'awaitingYtLock', { pid: '3' }])], 1_500);
  expect(lines).toEqual(['  balancer-2   ·····                            waits 1.2s, balancer-3 has it']);
});

test.each([1_000, 8_000, 100_000, 10_000_000])('After %i ms every line fits, whatever the terminal.', (nowMs) => {
  for (const columns of [20, 60, 79, 80, 200]) {
    const { lines } = shown([first(), second()], nowMs, { columns });
    for (const line of lines) expect(line.length).toBeLessThan(Math.min(columns, 80));
  }
});

test('Refreshes that were not at the same time have no column in common, at any scale.', () => {
  for (let nowMs = 3_700; nowMs < 60_000; nowMs += 333) {
    const [one = '', other = ''] = shown([first(), second()], nowMs).lines;
    for (let at = 0; at < one.length; at += 1) expect(`${one[at]}${other[at]}`).not.toBe('██');
  }
});

test('The lines are drawn again in their place, and the cursor comes back.', () => {
  let written = '';
  const { view, once, again } = shown([first(), second()], 500);
  expect(once.startsWith('\u001b[?25l\r')).toBe(true);
  expect(again.startsWith('\u001b[3A\r')).toBe(true);
  expect(again.match(/\n/g)).toHaveLength(3);
  const other = openLiveView({ write: (text: string) => (written += text) }, createPaint(false));
  other.settle();
  expect(written).toBe('\u001b[?25h');
  expect(view.isLive).toBe(true);
});

test('Without colours no colour is set; with them neither red nor green is.', () => {
  const colour = /\u001b\[[\d;]*m/g;
  expect(shown([first(), second()], 3_400).once.match(colour)).toBeNull();
  const set = shown([first(), second()], 3_400, { colours: true }).once.match(colour) ?? [];
  expect(set.length).toBeGreaterThan(0);
  for (const code of set) expect(code).not.toMatch(/[39][12]m/);
});

test('Beside each node stands what goes through its HAProxy.', () => {
  const goes = (perSecond: number, failures: readonly string[]) => ({
    requests: 900,
    failures,
    perSecond: () => perSecond,
  });
  const traffic: AllTraffic = new Map([
    ['balancer-1', goes(181, [])],
    ['balancer-2', goes(90, ['HAProxy answered 503'])],
  ]);
  const { lines } = shown([first(), second()], 3_400, { traffic });
  expect(lines[0]).toMatch(/^ {2}balancer-1 {2}.{16} {2}181\/s, no error +✔ refreshed, waited 0\.1s$/);
  expect(lines[1]).toMatch(/^ {2}balancer-2 {2}.{16} {2}90\/s, 1 error +refreshes HAProxy 0\.3s$/);
});
