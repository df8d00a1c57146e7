import { type Figure, formatFigure } from './figure.ts';

const LABEL = 420;
const BARS = 260;
const VALUE = 80;
const LINE = 26;

/** Figures of one unit as bars, in an SVG that is readable on light and on dark pages. */
export function barPlot(title: string, figures: readonly Figure[]): string {
  const most = Math.max(...figures.map(({ value }) => value));
  const height = LINE * (figures.length + 1) + 8;
  const bars = figures.map((figure, at) => {
    const y = LINE * (at + 1);
    const width = Math.max(1, (BARS * figure.value) / most).toFixed(1);
    return [
      `<text x="${LABEL - 8}" y="${y + 17}" text-anchor="end">${plain(figure.what)}</text>`,
      `<rect x="${LABEL}" y="${y + 4}" width="${width}" height="${LINE - 8}" rx="2" fill="#3b82c4"/>`,
      `<text x="${LABEL + Number(width) + 6}" y="${y + 17}">${formatFigure(figure)}</text>`,
    ].join('\n');
  });
  const width = LABEL + BARS + VALUE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
    ' font-family="sans-serif" font-size="12" fill="#7a7f87">',
    `<text x="8" y="17" font-weight="bold">${plain(title)}</text>`,
    ...bars,
    '</svg>\n',
  ].join('\n');
}

function plain(text: string): string {
  return text.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
