import { formatElapsed } from '../../report/format-elapsed.ts';
import { fitText, textWidth } from '../../text/text-width.ts';
import type { Ending, NodeStory } from './node-story.ts';
import type { Paint, Style } from './paint.ts';
import { type Stretch, timeline } from './timeline.ts';

export interface LineOptions {
  readonly window: { readonly fromMs: number; readonly nowMs: number };
  /** At most so many columns are used. */
  readonly columns: number;
  /** Draws who did what when; of use where nodes have to wait for each other. */
  readonly hasTimeline: boolean;
  readonly paint: Paint;
  /** What goes through its HAProxy; null where nothing does. */
  readonly traffic: string | null;
}

const INDENT = '  ';
const TIMELINE_COLUMNS = 32;
/** Beside traffic. */
const TIMELINE_COLUMNS_LEAST = 16;
const TRAFFIC_COLUMNS = 17;
/** A timeline without words beside it says too little. */
const COLUMNS_FOR_TIMELINE = 70;

/** One node on the screen: `balancer-2  ·····────██  waits 1.2s, balancer-1 has it`. */
export function nodeLine(story: NodeStory, { window, columns, paint, hasTimeline, traffic }: LineOptions): string {
  const isDrawn = hasTimeline && columns >= COLUMNS_FOR_TIMELINE;
  const drawn: Stretch[] = isDrawn
    ? [
        ...timeline(story.spans, window, traffic === null ? TIMELINE_COLUMNS : TIMELINE_COLUMNS_LEAST),
        { act: 'over', text: INDENT },
      ]
    : [];
  const beside: readonly { text: string; style: Style | null }[] =
    traffic === null
      ? []
      : [{ text: traffic.padEnd(TRAFFIC_COLUMNS), style: /no error$/.test(traffic) ? 'faint' : 'bad' }];
  const parts = [{ text: `${INDENT}${story.node}${INDENT}`, style: null }, ...drawn.map(styled), ...beside];
  const used = textWidth(parts.map(({ text }) => text).join(''));
  const { words, style } = doing(story, window.nowMs);
  return [...parts, { text: fitText(words, columns - used), style }]
    .map((part) => paint(part.text, part.style))
    .join('');
}

/** What it does now, or how it ended. */
function doing(story: NodeStory, nowMs: number): { words: string; style: Style | null } {
  const { ending, holder, spans } = story;
  if (ending !== null) return ended(story, ending);
  const { act, fromMs } = spans.at(-1)!;
  const lasted = formatElapsed(nowMs - fromMs);
  switch (act) {
    case 'waits':
      return { words: `waits ${lasted}${holder === null ? '' : `, ${holder} has it`}`, style: 'waits' };
    case 'holds':
      return { words: `has the lock ${lasted}`, style: 'holds' };
    case 'refreshes':
      return { words: `refreshes HAProxy ${lasted}`, style: 'refreshes' };
    default:
      return { words: act, style: 'faint' };
  }
}

function ended({ found }: NodeStory, { outcome, sentence, waited }: Ending): { words: string; style: Style } {
  if (/^(failed|aborted)/.test(outcome)) return { words: `✘ ${outcome}`, style: 'bad' };
  if (outcome === 'refreshed') return { words: `✔ refreshed, waited ${waited}`, style: 'good' };
  if (outcome === 'wouldRefresh') return { words: `✔ would refresh: ${found}`, style: 'good' };
  return { words: `✔ ${sentence}`, style: 'good' };
}

function styled({ act, text }: Stretch): { text: string; style: Style | null } {
  return { text, style: act === 'waits' || act === 'holds' || act === 'refreshes' ? act : null };
}
