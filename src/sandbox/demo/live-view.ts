import { nodeLine } from './node-line.ts';
import type { Paint } from './paint.ts';
import { legend } from './timeline.ts';
import { trafficOf } from './traffic-words.ts';
import type { Stage, Stdout, View } from './view.ts';

const COLUMNS_MAX = 80;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_LINE = '\u001b[K';

/** For a terminal: one line for each node, redrawn in place. */
export function openLiveView(stdout: Stdout, paint: Paint): View {
  let drawn = 0;

  function linesOf({ stories, fromMs, hasTimeline, traffic }: Stage, nowMs: number): string[] {
    // The last column stays free: many terminals wrap as soon as it is written to.
    const columns = Math.min(stdout.columns || COLUMNS_MAX, COLUMNS_MAX) - 1;
    const lines = stories.map((story) =>
      nodeLine(story, {
        window: { fromMs, nowMs },
        columns,
        hasTimeline,
        paint,
        traffic: trafficOf(traffic, story.node),
      }),
    );
    const hasLegend = hasTimeline && stories.length > 1 && columns === COLUMNS_MAX - 1;
    return hasLegend ? [...lines, legendLine(paint)] : lines;
  }

  return {
    isLive: true,
    print: (line = '', style) => stdout.write(`${paint(line, style ?? null)}\n`),
    draw(stage, nowMs) {
      const lines = linesOf(stage, nowMs);
      const back = drawn === 0 ? HIDE_CURSOR : `\u001b[${drawn}A`;
      stdout.write(`${back}${lines.map((line) => `\r${line}${ERASE_LINE}\n`).join('')}`);
      drawn = lines.length;
    },
    tell() {},
    settle() {
      drawn = 0;
      stdout.write(SHOW_CURSOR);
    },
    close: () => stdout.write(SHOW_CURSOR),
  };
}

function legendLine(paint: Paint): string {
  const entries = legend.map(({ act, mark, words }) => `${paint(mark, act)} ${paint(words, 'faint')}`);
  return `              ${entries.join('   ')}`;
}
