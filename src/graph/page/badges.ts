import type { Player } from './player.ts';
import type { Run } from './runs.ts';
import { standsIn } from './standing.ts';

const HEIGHT = 15;
const LETTER_WIDTH = 6.2;

/** Draws over a graph where each of several runs stands, by the names of their nodes. */
export function drawBadges(svg: SVGSVGElement, machine: string, player: Player): void {
  const canvas = svg.querySelector<SVGGElement>('g.graph')!;
  canvas.querySelector('g.badges')?.remove();
  if (player.runs.length < 2) return;
  const badges = part('g', { class: 'badges', 'aria-hidden': 'true' });
  canvas.append(badges);
  const heights = new Map<string, number>();
  for (const run of player.runs) {
    const state = standsIn(run, machine, player);
    const shape = state === null ? null : svg.querySelector<SVGPathElement>(`#${CSS.escape(state)} > path`);
    if (state === null || shape === null) continue;
    const above = heights.get(state) ?? 0;
    heights.set(state, above + 1);
    const { x, y, width } = shape.getBBox();
    badges.append(badgeOf(run, x + width, y - above * (HEIGHT + 2), run === player.selected));
  }
}

function badgeOf(run: Run, right: number, top: number, selected: boolean): SVGElement {
  const host = run.recording.header.host.slice(0, 24);
  const width = host.length * LETTER_WIDTH + 10;
  const text = part('text', { x: String(right - width + 9), y: String(top - 1) });
  text.textContent = host;
  const box = { x: right - width + 4, y: top - HEIGHT + 3, width, height: HEIGHT, rx: 4 };
  const attributes = Object.fromEntries(Object.entries(box).map(([key, value]) => [key, String(value)]));
  const badge = part('g', { class: selected ? 'badge selected' : 'badge' });
  badge.append(part('rect', attributes), text);
  return badge;
}

function part(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
