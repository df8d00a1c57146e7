import { BOXES, FRAMES } from './boxes.ts';

/** In pixels, small enough to be shown as it is beside a text. */
export const WIDTH = 880;
export const BOX = { x: 40, width: 412, height: 46 } as const;
/** Where the way on leads from box to box. */
export const STEP_X = BOX.x + 22;
/** The line of a frame that names it. */
export const CAPTION = 26;
/** What leads past boxes runs down beside them; `text` begins right of it, and has room for so many letters. */
export const LANE = { x: 478, width: 14, text: 508, letters: 52 } as const;

const GAP = 18;
const MARGIN = 14;
const PADDING = 10;

/** The boxes stand below each other, each frame with a line of its own above its first. */
export function boxTop(index: number): number {
  const captions = FRAMES.filter((_, frame) => rangeOf(frame).first <= index).length;
  const ends = FRAMES.filter((_, frame) => rangeOf(frame).last < index).length;
  return MARGIN + index * (BOX.height + GAP) + captions * CAPTION + ends * PADDING;
}

/** Where the frame is drawn; those inside it are narrower. */
export function frameOf(index: number): { x: number; y: number; width: number; height: number } {
  const { first, last } = rangeOf(index);
  const out = PADDING * (FRAMES.length - index);
  const y = boxTop(first) - CAPTION * framesFrom(index, first);
  const bottom = boxTop(last) + BOX.height + PADDING;
  return { x: BOX.x - out, y, width: BOX.width + 2 * out, height: bottom - y };
}

export const HEIGHT = boxTop(BOXES.length - 1) + BOX.height + MARGIN;

function framesFrom(index: number, first: number): number {
  return FRAMES.filter((_, frame) => frame >= index && rangeOf(frame).first === first).length;
}

function rangeOf(frame: number): { readonly first: number; readonly last: number } {
  const { from, to } = FRAMES[frame]!;
  const at = (name: string) => BOXES.findIndex(({ states }) => states.includes(name));
  return { first: at(from), last: at(to) };
}
