/** East Asian wide and full-width characters, and emoji, those included that a selector makes one: two columns each. */
const WIDE =
  /\p{Emoji_Presentation}|[\ufe0f\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Combining marks sit upon the character before them. */
const MARK_ONLY = /^\p{M}+$/u;

let segmenter: Intl.Segmenter | null = null;

/** How many columns of a terminal the text takes. */
export function textWidth(text: string): number {
  return graphemes(text).reduce((width, grapheme) => width + graphemeWidth(grapheme), 0);
}

/** The text itself when it fits into that many columns; else as much of it as does, with `…` at its end. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let fitted = '';
  let left = columns - 1;
  for (const grapheme of graphemes(text)) {
    left -= graphemeWidth(grapheme);
    if (left < 0) break;
    fitted += grapheme;
  }
  return columns > 0 ? `${fitted}…` : '';
}

/** The segmenter takes milliseconds to make: only a terminal wants it. */
function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function graphemeWidth(grapheme: string): number {
  if (MARK_ONLY.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
