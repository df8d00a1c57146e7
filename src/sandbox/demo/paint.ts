export type Style = 'title' | 'faint' | 'waits' | 'holds' | 'refreshes' | 'good' | 'bad';

/** Colours text, or leaves it as it is. */
export type Paint = (text: string, style: Style | null) => string;

/**
 * Blue, yellow and brightness: what everybody can tell apart, red and green not being among it. Shapes and words say the
 * same without any colour.
 */
const CODES: Readonly<Record<Style, string>> = {
  title: '1',
  faint: '2',
  waits: '2',
  holds: '33',
  refreshes: '94',
  good: '94',
  bad: '1;33',
};

export function createPaint(hasColours: boolean): Paint {
  return (text, style) =>
    hasColours && style !== null && text !== '' ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}
