import { printable } from '../text/printable.ts';
import { escapeXml } from './escape-xml.ts';

/** A name or a text in Graphviz' quotes. */
export function quote(text: string): string {
  return `"${printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', ' ')}"`;
}

/** Rows of rich text, one below the other and flush left: how wide a text is depends on the reader's fonts. */
export function rich(rows: readonly string[]): string {
  return `<${rows.map((row) => `${row}<br align="left"/>`).join('')}>`;
}

export function strong(text: string): string {
  return `<b>${escapeXml(text)}</b>`;
}

export function small(text: string): string {
  return `<font point-size="10.5">${escapeXml(text)}</font>`;
}
