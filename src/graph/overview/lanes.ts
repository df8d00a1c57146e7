import { wrapped } from '../../text/wrapped.ts';
import { BOX, boxTop, CAPTION, frameOf, LANE } from './layout.ts';
import { tip } from './tip.ts';
import type { Exit } from './ways.ts';

const ROW_HEIGHT = 16;

/** All that leads to one box shares one lane beside the others, from the first exit down. */
export function lanes(exits: readonly Exit[]): readonly string[] {
  return targetsOf(exits).map((target, index) => {
    const ys = exits.filter(({ to }) => to === target).map((leaving) => heightOf(leaving, exits));
    const end = boxTop(target) + BOX.height / 2;
    const right = BOX.x + BOX.width;
    const x = laneX(index);
    return `<path class="lane" d="M${x} ${Math.min(...ys)}V${end}H${right + 5}"/>${tip(right, end, 'left')}`;
  });
}

/** A line to the lane, and beside it what leads along it. */
export function exitLine(leaving: Exit, _: number, exits: readonly Exit[]): string {
  const x = laneX(targetsOf(exits).indexOf(leaving.to));
  const y = heightOf(leaving, exits);
  const { from } = leaving;
  const start = from.kind === 'box' ? BOX.x + BOX.width : frameOf(from.index).x + frameOf(from.index).width;
  const rows = rowsOf(leaving);
  const texts = rows.map((row, index) => {
    const baseline = y + 4 + (index - (rows.length - 1) / 2) * ROW_HEIGHT;
    return `<text class="small" x="${LANE.text}" y="${baseline}">${row}</text>`;
  });
  return `<path class="lane" d="M${start} ${y}H${x}"/><circle class="tip" cx="${x}" cy="${y}" r="2.6"/>${texts.join('')}`;
}

/** Where one place has several exits, their texts stand one above the other. */
function heightOf({ from, to }: Exit, exits: readonly Exit[]): number {
  const beside = exits.filter((other) => other.from.kind === from.kind && other.from.index === from.index);
  const at = beside.findIndex((other) => other.to === to);
  const counts = beside.map((other) => rowsOf(other).length);
  const rowsBefore = sum(counts.slice(0, at)) + counts[at]! / 2;
  const middle = from.kind === 'frame' ? frameOf(from.index).y + CAPTION / 2 + 1 : boxTop(from.index) + BOX.height / 2;
  return middle + (rowsBefore - sum(counts) / 2) * ROW_HEIGHT;
}

function rowsOf({ reasons }: Exit): readonly string[] {
  return wrapped(reasons.join(', '), LANE.letters);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** The lane of the nearest box is the nearest. */
function targetsOf(exits: readonly Exit[]): readonly number[] {
  return [...new Set(exits.map(({ to }) => to))].sort((one, other) => one - other);
}

function laneX(index: number): number {
  return LANE.x + index * LANE.width;
}
